"""Where Heed says that the cells of maps look, against where the gradient of cells says they do.

Per network, at 320 pixels: the centre of the squared gradient of cells in the middle of the grid
by the image's pixels, summed over images of noise, random weights over the channels, and several
draws of the network's own random weights (single ones scatter by a pixel or two). Around the
centre as much of the image is taken on both sides, so that its border does not move it.

    python benchmarks/placement.py            # print
    python benchmarks/placement.py --write    # and write benchmarks/placement.json
    python benchmarks/placement.py --networks googlenet --draws 12 --write    # this one anew
"""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from machine import described
from numpy.typing import NDArray
from torch import nn
from torchvision import models

import heed
from heed.base.files import write_json
from heed.explain.result import Explanation

NETWORKS = (
    "resnet18", "resnet50", "alexnet", "vgg11_bn", "densenet121", "mobilenet_v3_small",
    "efficientnet_b0", "convnext_tiny", "googlenet", "squeezenet1_0", "vit_b_16",
)  # fmt: skip
"""Those of the acceptance tests."""

SIDE = 320
TOKENS: dict[str, Any] = {"layer": "encoder.layers.encoder_layer_5.ln_1", "reshape": "tokens"}


def built(name: str, seed: int) -> nn.Module:
    """A network with random weights."""
    torch.manual_seed(seed)
    told: dict[str, Any] = {"image_size": SIDE} if name == "vit_b_16" else {}
    if name == "googlenet":
        told = {"aux_logits": False, "init_weights": False}
    network: nn.Module = getattr(models, name)(weights=None, num_classes=4, **told).eval()
    return network


def mass(
    network: nn.Module, layer: str, cell: tuple[int, int], images: int, tokens: int | None
) -> NDArray[np.float64]:
    """The squared gradient of a cell, (SIDE, SIDE), summed over images and weights of channels."""
    kept: list[torch.Tensor] = []
    module = network.get_submodule(layer)
    handle = module.register_forward_hook(lambda _m, _i, output: kept.append(output))
    total = np.zeros((SIDE, SIDE))
    try:
        for _ in range(images):
            kept.clear()
            image = torch.randn(1, 3, SIDE, SIDE, requires_grad=True)
            network(image)
            features = kept[-1]
            if tokens:
                features = (
                    features[:, -(tokens**2) :].transpose(1, 2).unflatten(2, (tokens, tokens))
                )
            of_cell = features[0, :, cell[0], cell[1]]
            (gradient,) = torch.autograd.grad(of_cell @ torch.randn(len(of_cell)), image)
            total += gradient[0].double().square().sum(0).numpy()
    finally:
        handle.remove()
    return total


def centre(of: NDArray[np.float64]) -> float:
    """The centre of mass along an axis, of what is as far from it on both sides."""
    found = (len(of) - 1) / 2
    places = np.arange(len(of))
    for _ in range(30):
        reach = min(found, len(of) - 1 - found)
        inside = np.abs(places - found) <= reach
        found = float((of * inside * places).sum() / (of * inside).sum())
    return found


def measure(name: str, draws: int, images: int) -> dict[str, float | str]:
    """The largest distance between the two places, over the cells in the middle."""
    network = built(name, 0)
    options: dict[str, Any] = TOKENS if name == "vit_b_16" else {}
    result: Explanation = heed.explain(network, torch.randn(1, 3, SIDE, SIDE), **options)
    grid, layer = result.maps.shape[-1], result.layer
    middle = grid // 2
    tokens = grid if name == "vit_b_16" else None
    said = result.layers[0].placement("receptive_field", (SIDE, SIDE))
    cells = [(middle, middle)] if grid % 2 else [(middle - 1,) * 2, (middle,) * 2]
    apart = []
    for cell in cells:
        total = np.zeros((SIDE, SIDE))
        for seed in range(draws):
            found = mass(built(name, seed), layer, cell, images, tokens)
            total += found / found.sum()
        for axis, number, across in ((said.y, cell[0], 1), (said.x, cell[1], 0)):
            place = axis.stride * number + axis.offset
            apart.append(abs(centre(total.sum(across)) - place))
    half_pixel = (SIDE / grid) * (middle + 0.5) - 0.5
    return {
        "layer": layer,
        "cells": grid,
        "stride": said.y.stride,
        "offset": said.y.offset,
        "half_pixel_is_off_by": half_pixel - (said.y.stride * middle + said.y.offset),
        "draws": draws,
        "images": images,
        "largest_distance": max(apart),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--networks", nargs="+", default=list(NETWORKS))
    parser.add_argument("--draws", type=int, default=6, help="of a network's own weights")
    parser.add_argument("--images", type=int, default=4)
    parser.add_argument("--write", action="store_true", help="write benchmarks/placement.json")
    options = parser.parse_args()
    found = {}
    for name in options.networks:
        found[name] = result = measure(name, options.draws, options.images)
        print(
            f"{name:20s} {result['layer']:36s} {result['stride']} i + {result['offset']:.1f}: "
            f"{result['largest_distance']:.2f} px from the gradient's centre",
            flush=True,
        )
    if options.write:
        file = Path(__file__).with_suffix(".json")
        others = json.loads(file.read_text())["measured"] if file.exists() else {}
        measured = {"side": SIDE} | described(["torch", "torchvision"])
        write_json(measured | {"measured": others | found}, file)


if __name__ == "__main__":
    main()
