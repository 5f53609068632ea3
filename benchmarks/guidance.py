"""An epoch of a fine-tuning with a map loss beside one without, in turns and in one run.

The same images, labels, weights and steps; the two differ in the map loss alone. ``nano`` has an
affine head, whose maps need no second derivative; AlexNet (torchvision's, maps at its last
convolution) is differentiated twice, through its three linear layers. In seconds of one core, from
the first batch that is read to the first image that is validated: what else the machine does does
not count, nor does what Lightning sets up. Run from the root of the repository:

    python benchmarks/guidance.py            # print
    python benchmarks/guidance.py --write    # and keep in benchmarks/guidance.json
"""

import argparse
import time
from typing import Any, Final

import numpy as np
import torch
from machine import record
from torch import nn

from heed.guidance.catalogue import map_loss
from heed.guidance.checked_tuning import FEW
from heed.guidance.guided_images import GuidedBatch, GuidedImages
from heed.guidance.settings import TuningSettings
from heed.guidance.tuning import fine_tune
from heed.networks.catalogue import build
from heed.networks.other import other_network
from heed.training.crops import Batch, LabelledCrops

OUTPUTS: Final = 40
SIZE: Final = 224
NETWORKS: Final = {"nano": 7, "alexnet": 13}
"""With the cells of a side of their maps."""

IMAGES: Final = {"nano": 512, "alexnet": 256}
"""Of an epoch."""

LIMITS: Final = {"nano": 1.15, "alexnet": 1.6}
"""What an epoch with a map loss may cost, in epochs without."""


class Clocked(GuidedImages):
    """Guided images that note when the first batch is read. Fewer are looked at before."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.first: float | None = None

    def __getitem__(self, batch: Batch) -> GuidedBatch:
        if len(batch.rows) > FEW and self.first is None:
            self.first = time.process_time()
        return super().__getitem__(batch)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--images", type=int, help="of an epoch, instead of 512 and 256")
    parser.add_argument("--batch-size", type=int, default=256, help="as in the paper")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--networks", nargs="+", default=list(NETWORKS), choices=list(NETWORKS))
    parser.add_argument("--loss", default="iou", help="of the maps of one output")
    parser.add_argument("--write", action="store_true", help="keep in benchmarks/guidance.json")
    options = parser.parse_args()
    torch.set_num_threads(1)
    measured = {}
    for name in options.networks:
        measured[name] = of = measure(name, options)
        print(
            f"{name:8} {of['images']} images: without a map loss {of['seconds_without']:.2f} s, "
            f"with {options.loss} {of['seconds_with']:.2f} s, ratio {of['ratio']:.3f} "
            f"(at most {LIMITS[name]})",
            flush=True,
        )
    if options.write:
        setting = {
            "size": SIZE, "outputs": OUTPUTS,
            "batch_size": options.batch_size, "loss": options.loss, "repeats": options.repeats,
        }  # fmt: skip
        record(__file__, "cpu", setting, ("torch", "torchvision", "lightning", "numpy"), measured)


def measure(name: str, options: argparse.Namespace) -> dict[str, float]:
    """The shortest of a few epochs each, which take turns at being the first."""
    losses, count = ("none", options.loss), options.images or IMAGES[name]
    for loss in losses:  # what is set up once, and memory that is asked for
        epoch(name, loss, count, options.batch_size)
    times: dict[str, list[float]] = {loss: [] for loss in losses}
    for repeat in range(options.repeats):
        for loss in losses if repeat % 2 else reversed(losses):
            times[loss].append(epoch(name, loss, count, options.batch_size))
    without, with_loss = (min(times[loss]) for loss in losses)
    return {
        "images": count,
        "seconds_without": round(without, 3),
        "seconds_with": round(with_loss, 3),
        "ratio": round(with_loss / without, 3),
    }


def epoch(name: str, loss: str, count: int, batch_size: int) -> float:
    """Seconds of one core for all training images once."""
    rng = np.random.default_rng(0)
    cells = NETWORKS[name]
    region = np.zeros((1, cells, cells), np.float32)
    region[:, cells // 2 :] = 1

    def images(count: int) -> Clocked:
        crops = rng.integers(0, 256, (count, SIZE, SIZE, 3), dtype=np.uint8)
        labels = np.where(rng.random((count, OUTPUTS)) < 0.5, 1, -1)
        return Clocked(LabelledCrops(crops, labels), region)

    training, validation = images(count), images(2 * FEW)
    fine_tune(
        network_named(name),
        training,
        validation,
        outputs=[36],
        loss=map_loss(loss),
        settings=TuningSettings(batch_size=batch_size),
        layer="features.10" if name == "alexnet" else None,
        loader_workers=0,
    )
    assert training.first is not None
    assert validation.first is not None
    return validation.first - training.first


def network_named(name: str) -> nn.Module:
    """A network with random weights, the same each time."""
    torch.manual_seed(0)
    if name == "alexnet":
        return other_network("torchvision:alexnet", outputs=OUTPUTS)
    return build(name, outputs=OUTPUTS)


if __name__ == "__main__":
    main()
