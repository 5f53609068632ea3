"""What heed.explain costs in bare passes, beside the loop of the grad-cam package.

Per network on the same images and in the same process, turn by turn: a bare forward pass,
heed.explain with the maps of all outputs, and the package's loop over outputs. Ratios are the
medians of those of each round, so that a busy moment meets both. What a call does before its
first batch is part of its time.

    python benchmarks/explain.py                    # print
    python benchmarks/explain.py --write            # and write benchmarks/explain.json
    python benchmarks/explain.py --device cuda --precisions float32 bfloat16 --images 2048 \\
        --batch 128 --write                         # on a GPU: benchmarks/explain_cuda.json

The bare pass has the precision of the explanation. On a GPU the images are there already:
benchmarks/infer.py measures how they get there.
"""

import argparse
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import torch
from machine import record, seconds
from torch import nn
from torchvision import models

import heed
from heed.explain.devices import computing, device_named, rounded
from heed.explain.result import Explanation

NETWORKS = (
    "resnet18", "resnet50", "alexnet", "vgg11_bn", "densenet121", "mobilenet_v3_small",
    "efficientnet_b0", "convnext_tiny", "googlenet", "squeezenet1_0", "vit_b_16",
)  # fmt: skip
"""Those of the acceptance tests."""

TOLD: dict[str, dict[str, Any]] = {
    "vit_b_16": {"layer": "encoder.layers.encoder_layer_11.ln_1", "reshape": "tokens"},
}
"""What heed.explain is told of a network beside the network."""

HELD = """
import sys, torch, heed
from torchvision import models
from machine import peak_memory
network = models.resnet50(weights=None, num_classes=1000)
images = torch.zeros(32, 3, 224, 224)
before = peak_memory()
heed.explain(network, images, sys.argv[1], batch_size=32)
print(before, peak_memory())
"""
"""Peak memory is that of a process: each of these has its own."""


def built(name: str, outputs: int, device: torch.device) -> nn.Module:
    """A network with random weights."""
    torch.manual_seed(0)
    told = {"init_weights": False, "aux_logits": False} if name == "googlenet" else {}
    with device:
        network: nn.Module = getattr(models, name)(weights=None, num_classes=outputs, **told)
    return network.eval()


def measure(
    name: str, outputs: int, precision: Any, options: argparse.Namespace
) -> dict[str, float | str]:
    """Median seconds per image of the three ways, and their ratios."""
    device = device_named(options.device)
    network = built(name, outputs, device)
    images = torch.randn(options.images, 3, 224, 224).to(device)
    few = images[: options.package_images]
    timed = partial(seconds, device=device.type)
    told = TOLD.get(name, {})

    def bare() -> None:
        with torch.inference_mode(), computing(device), rounded(device, precision):
            for batch in images.split(options.batch):
                network(batch)

    def ours() -> Explanation:
        return heed.explain(network, images, batch_size=options.batch, precision=precision, **told)

    result = ours()
    loop = package_loop(name, network, result.layer, few, options)
    bare()
    rounds = []
    for _ in range(options.rounds):
        bare_s = timed(bare) / len(images)
        ours_s = timed(ours) / len(images)
        rounds.append((bare_s, ours_s, timed(loop) / len(few) if loop else float("nan")))
    scale = outputs / options.package_outputs
    bare_s, ours_s, package_s = (median(each) for each in zip(*rounds, strict=True))
    return {
        "layer": result.layer,
        "affine": str(result.bias is not None).lower(),
        "bare_s_per_image": bare_s,
        "explain_s_per_image": ours_s,
        "package_s_per_image": package_s * scale,
        "explain_in_bare_passes": median(ours / bare for bare, ours, _ in rounds),
        "package_in_explain": median(loop * scale / ours for _, ours, loop in rounds),
    }


def package_loop(
    name: str, network: nn.Module, layer: str, images: torch.Tensor, options: argparse.Namespace
) -> Callable[[], None] | None:
    """The package's loop over some outputs; None where the package is not installed."""
    try:
        from pytorch_grad_cam import GradCAM
        from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget
    except ImportError:
        return None
    reshape = None
    if TOLD.get(name, {}).get("reshape") == "tokens":

        def reshape(tokens: torch.Tensor) -> torch.Tensor:
            return tokens[:, 1:].transpose(1, 2).unflatten(2, (14, 14))

    package = GradCAM(network, [network.get_submodule(layer)], reshape_transform=reshape)

    def loop() -> None:
        for output in range(options.package_outputs):
            package(images, [ClassifierOutputTarget(output)] * len(images))

    loop()
    return loop


def more_passes(options: argparse.Namespace) -> dict[str, float]:
    """Ablation-CAM in bare passes, and Score-CAM for all outputs in that for one, on ResNet-18."""
    device = device_named(options.device)
    network = built("resnet18", 40, device)
    images = torch.randn(8, 3, 224, 224)
    there = images.to(device)
    timed = partial(seconds, device=device.type)

    def bare() -> None:
        with torch.inference_mode(), computing(device):
            network(there)

    def ours(method: str, count: int, outputs: list[int] | None) -> None:
        heed.explain(network, images[:count], method, batch_size=64, outputs=outputs)

    ablation = partial(ours, "ablationcam", 8, None)
    ablation()
    ablations, scores = [], []
    for _ in range(3 * options.rounds):
        single = timed(bare)
        ablations.append(timed(ablation) / single)
    for _ in range(options.rounds):
        single = timed(partial(ours, "scorecam", 1, [0]))
        scores.append(timed(partial(ours, "scorecam", 1, None)) / single)
    return {
        "ablationcam_40_outputs_in_bare_passes": median(ablations),
        "scorecam_40_outputs_in_one_output": median(scores),
    }


def held() -> dict[str, float]:
    """Peak memory in GiB of resnet50 with 1000 outputs, a batch of 32, by method."""
    found = {}
    for method in ("gradcam", "layercam", "gradcam_plusplus"):
        command = [sys.executable, "-c", HELD, method]
        folder = Path(__file__).parent
        done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=folder)
        told = done.stdout.split()
        found[f"{method}_peak_GiB"] = float(told[1]) / 2**30
    return found | {"before_the_call_GiB": float(told[0]) / 2**30}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--networks", nargs="+", default=list(NETWORKS))
    parser.add_argument("--outputs", type=int, default=40)
    parser.add_argument("--images", type=int, default=32)
    parser.add_argument("--batch", type=int, default=16, help="images in one pass")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--package-images", type=int, default=2)
    parser.add_argument("--package-outputs", type=int, default=4, help="timed, scaled to --outputs")
    parser.add_argument("--device", default="cpu", help="cpu, cuda, cuda:N")
    parser.add_argument("--precisions", nargs="+", default=["float32"])
    parser.add_argument("--no-thousand", dest="thousand", action="store_false",
                        help="leave out resnet50 with 1000 outputs")  # fmt: skip
    parser.add_argument("--only-networks", action="store_true", help="neither memory nor passes")
    parser.add_argument("--write", action="store_true", help="write benchmarks/explain[_cuda].json")
    options = parser.parse_args()
    device = device_named(options.device)
    cases = [(name, options.outputs) for name in options.networks]
    if "resnet50" in options.networks and options.thousand:
        cases.append(("resnet50", 1000))
    found: dict[str, Any] = {}
    for precision in options.precisions:
        for name, outputs in cases:
            key = name if outputs == options.outputs else f"{name}, {outputs} outputs"
            result = measure(name, outputs, precision, options)
            found.setdefault(precision, {})[key] = result
            print(
                f"{precision:9s} {key:22s} {result['layer']:12s} "
                f"{result['explain_in_bare_passes']:.3f} passes, "
                f"{1 / float(result['explain_s_per_image']):.0f} images/s, the package's loop "
                f"{result['package_in_explain']:.0f} times as much",
                flush=True,
            )
    if not options.only_networks:
        found |= more_passes(options)
        if device.type == "cpu":
            found["resnet50_1000_outputs_batch_32"] = held()
        print({key: value for key, value in found.items() if key not in options.precisions})
    if options.write:
        setting = {key: value for key, value in vars(options).items() if key != "write"}
        record(__file__, str(device), setting, ("torch", "torchvision", "grad-cam"), found)


if __name__ == "__main__":
    main()
