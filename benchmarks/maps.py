"""What the maps of all 40 attributes cost, against a bare forward pass and the grad-cam package.

Per round, one after the other on the same images and in the same process: a bare
forward pass, the pass with the maps of all 40 logits, and the loop that the package
needs (a forward and a backward pass per attribute). Medians over the rounds.

    python benchmarks/maps.py            # print
    python benchmarks/maps.py --write    # and write benchmarks/maps.json

Exits with 1 where the maps cost more than 1.15 bare passes, or the package's loop
less than 80 times as much as pass and maps together.
"""

import argparse
import sys
from pathlib import Path
from statistics import median

import numpy as np
import torch
from machine import computed_on, described, seconds
from pytorch_grad_cam import GradCAM, HiResCAM
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

from heed.base.files import write_json
from heed.celeba.attributes import ATTRIBUTE_COUNT
from heed.explain.catalogue import METHODS
from heed.explain.forward import Explainer
from heed.networks.catalogue import NETWORKS, build

PACKAGE = {"gradcam": GradCAM, "hirescam": HiResCAM}
MOST_PASSES, LEAST_SPEED_UP = 1.15, 80.0


def measure(
    name: str, methods: list[str], batch: int, rounds: int, attributes: int
) -> dict[str, float]:
    """Median seconds per image of the three ways, and their ratios."""
    torch.manual_seed(0)
    network = build(name, outputs=40).eval()
    images = np.random.default_rng(0).integers(0, 256, (batch, 224, 224, 3), dtype=np.uint8)
    pixels = torch.from_numpy(images).permute(0, 3, 1, 2).contiguous().float() / 255
    chosen = {method: entry for method, entry in METHODS.items() if method in methods}
    explainer = Explainer(network, chosen, "before_relu")
    package = PACKAGE[methods[0]](network, [network.trunk])

    def bare() -> None:
        with torch.inference_mode():
            network(pixels)

    def loop() -> None:
        for attribute in range(attributes):
            package(pixels, [ClassifierOutputTarget(attribute)] * batch)

    for warm_up in (bare, lambda: explainer(images, batch), loop):
        warm_up()
    times: dict[str, list[float]] = {"bare": [], "maps": [], "package": []}
    for _ in range(rounds):
        # Many short turns of the two that are close, so that a busy moment meets both.
        for _ in range(4):
            times["bare"].append(seconds(bare) / batch)
            times["maps"].append(seconds(lambda: explainer(images, batch)) / batch)
        times["package"].append(seconds(loop) / batch * ATTRIBUTE_COUNT / attributes)
    middle = {way: median(values) for way, values in times.items()}
    return {
        "bare_s_per_image": middle["bare"],
        "maps_s_per_image": middle["maps"],
        "package_s_per_image": middle["package"],
        "maps_in_bare_passes": middle["maps"] / middle["bare"],
        "package_in_maps": middle["package"] / middle["maps"],
    }


def main() -> int:
    """Measure, print, and say whether both bounds hold."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--network", choices=list(NETWORKS), default="resnet51")
    parser.add_argument("--methods", nargs="+", choices=list(PACKAGE), default=list(PACKAGE))
    parser.add_argument("--batch", type=int, default=8, help="images in one pass")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--attributes",
        type=int,
        default=8,
        choices=range(1, ATTRIBUTE_COUNT + 1),
        metavar="N",
        help="how many of the 40 the package's loop is timed on, then scaled to 40",
    )
    parser.add_argument("--write", action="store_true", help="write benchmarks/maps.json")
    options = parser.parse_args()
    result = measure(
        options.network, options.methods, options.batch, options.rounds, options.attributes
    )
    print(f"{options.network}, {', '.join(options.methods)}, seconds per image on the CPU")
    print(f"  bare forward pass              {result['bare_s_per_image']:.4f}")
    print(
        f"  pass and 40 maps per method    {result['maps_s_per_image']:.4f}"
        f"   {result['maps_in_bare_passes']:.3f} bare passes (at most {MOST_PASSES})"
    )
    print(
        f"  grad-cam's loop, {options.methods[0]:13s} {result['package_s_per_image']:.4f}"
        f"   {result['package_in_maps']:.0f} times as much (at least {LEAST_SPEED_UP:.0f})"
    )
    if options.write:
        setting = {key: value for key, value in vars(options).items() if key != "write"}
        machine = computed_on("cpu") | described(("torch", "grad-cam"))
        write_json(setting | machine | result, Path(__file__).with_suffix(".json"))
    holds = (
        result["maps_in_bare_passes"] <= MOST_PASSES and result["package_in_maps"] >= LEAST_SPEED_UP
    )
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
