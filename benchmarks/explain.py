"""What heed.explain costs in bare passes, beside the loop of the grad-cam package.

Per network on the same images and in the same process: a bare forward pass, heed.explain with
the maps of all outputs, and the package's loop over outputs. Medians over the rounds. The network
is prepared once a call (its layers looked through, its head asked), which is part of the time.

    python benchmarks/explain.py            # print
    python benchmarks/explain.py --write    # and write benchmarks/explain.json
"""

import argparse
import os
import platform
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from statistics import median

import torch
from pytorch_grad_cam import GradCAM
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget
from torchvision import models

import heed
from heed.base.files import write_json
from heed.explain.result import Explanation

NETWORKS = ("resnet18", "alexnet", "mobilenet_v3_small", "densenet121")


def seconds(work: Callable[[], object]) -> float:
    """Wall time of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def measure(name: str, options: argparse.Namespace) -> dict[str, float | str]:
    """Median seconds per image of the three ways, and their ratios."""
    torch.manual_seed(0)
    network = getattr(models, name)(weights=None, num_classes=options.outputs).eval()
    images = torch.randn(options.images, 3, 224, 224)
    few = images[: options.package_images]

    def bare() -> None:
        with torch.inference_mode():
            for batch in images.split(options.batch):
                network(batch)

    def ours() -> Explanation:
        return heed.explain(network, images, batch_size=options.batch)

    layer = ours().layer
    package = GradCAM(network, [network.get_submodule(layer)])

    def loop() -> None:
        for output in range(options.package_outputs):
            package(few, [ClassifierOutputTarget(output)] * len(few))

    bare()
    rounds = [(seconds(bare), seconds(ours), seconds(loop)) for _ in range(options.rounds)]
    passes = [median(each) for each in zip(*rounds, strict=True)]
    bare_s, ours_s = passes[0] / len(images), passes[1] / len(images)
    package_s = passes[2] / len(few) * options.outputs / options.package_outputs
    return {
        "layer": layer,
        "bare_s_per_image": bare_s,
        "explain_s_per_image": ours_s,
        "package_s_per_image": package_s,
        "explain_in_bare_passes": ours_s / bare_s,
        "package_in_explain": package_s / ours_s,
    }


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
    parser.add_argument("--write", action="store_true", help="write benchmarks/explain.json")
    options = parser.parse_args()
    found = {}
    for name in options.networks:
        found[name] = result = measure(name, options)
        print(
            f"{name:20s} {result['layer']:12s} {result['explain_in_bare_passes']:.2f} passes, "
            f"the package's loop {result['package_in_explain']:.0f} times as much"
        )
    if options.write:
        setting = vars(options) | {"cores": os.cpu_count(), "threads": torch.get_num_threads()}
        setting.pop("write")
        versions = {name: version(name) for name in ("torch", "grad-cam")}
        machine = {"machine": platform.machine(), "python": platform.python_version(), **versions}
        write_json(setting | machine | {"measured": found}, Path(__file__).with_suffix(".json"))


if __name__ == "__main__":
    main()
