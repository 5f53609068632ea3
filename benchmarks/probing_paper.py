"""What the thesis' setting of the study of probing costs: passes of networks, PLS, and time.

Counted from studies/probing/settings/paper.yaml, for as many images as VGGFace2, LFW and CelebA
have. Floating-point operations become hours by measured rates: on an NVIDIA H200 by that of the
forward pass of a ResNet-50 in benchmarks/explain_cuda.json, for PLS on two cores by that of the
Gram matrix in benchmarks/pls.json. An image of a training is taken for three of a pass. Run from
the root of the repository:

    python benchmarks/probing_paper.py            # print
    python benchmarks/probing_paper.py --write    # and keep in benchmarks/probing_paper.json
"""

import argparse
import json
from pathlib import Path
from typing import Any, Final

import torch
from machine import record
from torch.utils.flop_counter import FlopCounterMode

from heed.base.settings import load
from heed.celeba.attributes import ATTRIBUTES
from heed.layers.layer import Layers
from heed.layers.listing import layers_of
from heed.pipeline.use_setting import Study
from heed.pls.routes import cheapest
from heed.probing.layer_probe import IN_MEMORY
from heed.probing.run_settings import (
    WHOLE,
    AttributeTrainingParams,
    ProbeParams,
    SeedsParams,
    TrainingParams,
    load_layers,
    load_networks,
)
from heed.recognition.networks import FaceNetwork, new_face_network
from heed.recognition.settings import FaceNetworkParams

ROOT = Path(__file__).resolve().parents[1]
STUDY = Study(ROOT / "studies/probing", WHOLE, "make probing")

PERSONS: Final = (8_631, 3_141_890)
"""VGGFace2's persons for training, and their images."""

LFW: Final = 13_233
"""Images that are verified after each epoch."""

CELEBA: Final = {"train": 162_770, "validation": 19_867, "test": 19_962}
TRAINED: Final = 3
"""Passes that an image of a training takes: forward, and the gradients by features and by weights.
torch counts those of grouped convolutions, MobileNetV2's, many times too high."""

UNION: Final = 60_000
"""Different faces in the training draws of all attributes, and in those of validation about as
many as the pool has: all of them pass a network once."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--write", action="store_true", help="keep in benchmarks/probing_paper.json"
    )
    arguments = parser.parse_args()
    measured = STUDY.tried("paper", STUDY.applied("paper", {}), lambda path, _: counted(path))
    print(json.dumps(measured, indent=2))
    if arguments.write:
        setting = {"persons": PERSONS, "lfw": LFW, "celeba": CELEBA, "union": UNION}
        record(__file__, "cpu", setting, ("torch", "torchvision", "numpy"), measured)


def counted(path: Path) -> dict[str, Any]:
    """Operations and hours of each network, all its trainings together."""
    training, probe = load(TrainingParams, path), load(ProbeParams, path)
    attributes, seeds = load(AttributeTrainingParams, path), load(SeedsParams, path).numbers
    kept = round(PERSONS[1] * (1 - training.held_out))
    judged = PERSONS[1] - kept + LFW
    passes = {
        "identities": (training.epochs * kept, training.epochs * judged),
        "attributes": (
            attributes.epochs * CELEBA["train"],
            attributes.epochs * CELEBA["validation"],
        ),
        "random": (0, 0),
    }
    faces = UNION + CELEBA["validation"] + CELEBA["test"]
    rate = json.loads((ROOT / "benchmarks/pls.json").read_text())["measured"]["paper_size"]
    second = 2048**2 / 2 * rate["features"] / rate["gram_s"]  # multiply-adds
    found: dict[str, Any] = {"multiply_adds_of_pls_in_a_second": second}
    for name, made in load_networks(path).items():
        network = new_face_network(made.made_of, PERSONS[0] if made.of == "identities" else 40)
        images = torch.rand(1, 3, training.crop, training.crop)
        flops = operations(network, images)
        wanted = load_layers(name, path)
        layers = layers_of(network.eval(), images).choose(wanted.names, wanted.kinds)
        trained, asked = passes[made.of]
        asked += len(layers) * faces
        of_pls = multiply_adds(layers, probe)
        found[name] = {
            "layers": len(layers),
            "largest_layer": max(layer.features for layer in layers),
            "images_trained": len(seeds) * trained,
            "images_asked": len(seeds) * asked,
            "flops_of_an_image": flops,
            "multiply_adds_of_pls": len(seeds) * of_pls,
            "hours": {
                "training_on_h200_estimated": len(seeds) * on_h200(TRAINED * trained * flops),
                "passes_on_h200_estimated": len(seeds) * on_h200(asked * flops),
                "pls_on_two_cores_estimated": len(seeds) * of_pls / second / 3600,
            },
        }
    return found


def multiply_adds(layers: Layers, probe: ProbeParams) -> float:
    """Of the Gram matrices and projections of all layers and attributes, for one training.

    Where features are stored: a layer is then read from disk, not computed again.
    """
    draws, total = len(ATTRIBUTES) * [probe.training], 0.0
    judged = probe.training + probe.validation + CELEBA["test"]
    for layer in layers:
        choice = cheapest(
            draws,
            UNION,
            layer.features,
            components=probe.components,
            value=IN_MEMORY,
            memory=probe.memory * 2.0**20,
        )
        total += choice.costs[choice.route].multiply_adds
        # Weights and VIP of the whole layer, and scores of all faces.
        total += len(draws) * probe.components * judged * layer.features
        if len(layer.shape) == 3:  # the best channels: alone, and together
            cells = layer.features // layer.channels
            alone = probe.training**2 / 2 + 2 * probe.components * judged
            total += len(draws) * min(probe.top, layer.channels) * alone * cells
    return total


def operations(network: FaceNetwork, images: torch.Tensor) -> int:
    """Floating-point operations of an image that passes."""
    with torch.inference_mode(), FlopCounterMode(display=False) as counter:
        network.eval()(images)
    return counter.get_total_flops()


def on_h200(flops: float) -> float:
    """Hours, at the rate of a ResNet-50's forward pass in float32."""
    known = json.loads((ROOT / "benchmarks/explain_cuda.json").read_text())["measured"]["float32"]
    network = new_face_network(FaceNetworkParams(plan="resnet50"), 1000).eval()
    images = torch.rand(1, 3, 224, 224)
    each = operations(network, images)
    return flops * known["resnet50"]["bare_s_per_image"] / each / 3600


if __name__ == "__main__":
    main()
