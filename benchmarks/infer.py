"""The whole stage infer, crops on disk to maps on disk, against the bare forward pass.

Crops and weights are made up, so that neither data nor DVC is needed. Turn by turn in one process:
the bare pass at its best batch size, on pixels that are ready in the memory of the device, and all
that the stage does with each face: reading its crop, its maps by two methods, and writing them.

    python benchmarks/infer.py                      # print
    python benchmarks/infer.py --write              # and write benchmarks/infer.json
    python benchmarks/infer.py --device cuda --networks nano resnet51 --images 4096 \\
        --precisions float32 tf32 bfloat16 --memory 8192 --write      # benchmarks/infer_cuda.json

Where the audit's own networks and crops are there (data/), what a precision does to AMR is added:
the mean over attributes of its change against float32, on drawn faces.
"""

import argparse
import tempfile
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import torch
import zarr
from machine import record, seconds

from heed.base.arrays import StoredImages
from heed.base.stores import create_array
from heed.explain.batch_size import fitting_batch
from heed.explain.catalogue import METHODS
from heed.explain.devices import computing, device_named, rounded
from heed.explain.forward import Explained, Explainer
from heed.explain.images import floating
from heed.explain.stream import CHUNK, stream
from heed.networks.catalogue import build
from heed.networks.network import Network

CHOSEN = {name: METHODS[name] for name in ("gradcam", "hirescam")}
BATCHES = (16, 32, 64, 128, 256)


def best_bare(network: Network, pixels: torch.Tensor, precision: Any) -> tuple[int, partial[None]]:
    """The batch size at which the bare pass is fastest, and that pass."""

    def bare(batch_size: int) -> None:
        device = pixels.device
        with torch.inference_mode(), computing(device), rounded(device, precision):
            for batch in pixels.split(batch_size):
                network(batch)

    times = {}
    for size in BATCHES:
        if size <= len(pixels):
            bare(size)
            timed = (seconds(partial(bare, size), pixels.device.type) for _ in range(2))
            times[size] = min(timed)
    best = min(times, key=times.__getitem__)
    return best, partial(bare, best)


def whole(
    explainer: Explainer, crops: StoredImages, batch_size: int, folder: Path
) -> np.ndarray[Any, Any]:
    """What the stage does with each face."""
    group = zarr.open_group(folder / "maps.zarr", mode="w")
    logits = np.empty((len(crops), 40), np.float32)
    arrays: dict[str, zarr.Array] = {}

    def store(chunk: slice, result: Explained) -> None:
        logits[chunk] = result.logits
        for name, maps in result.maps.items():
            if name not in arrays:
                shape = (len(crops), *maps.shape[1:])
                chunks, axes = (CHUNK, *shape[1:]), ("image", "attribute", "y", "x")
                arrays[name] = create_array(group, name, shape, "float32", chunks, axes)
            arrays[name][chunk] = maps

    stream(explainer, crops, np.arange(len(crops)), batch_size, store, explainer.weights.device)
    return logits


def measure(name: str, precision: Any, options: argparse.Namespace) -> dict[str, float]:
    """Images per second of both, and the median of their ratios."""
    device = device_named(options.device)
    torch.manual_seed(0)
    network = build(name, 40).eval().to(device)
    explainer = Explainer(network, CHOSEN, "before_relu", precision)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "crops.npy"
        generator = np.random.default_rng(0)
        np.save(file, generator.integers(0, 256, (options.images, 224, 224, 3), dtype=np.uint8))
        crops = StoredImages(file)
        some = crops[: min(options.images, 1024)]
        pixels = torch.cat([floating(torch.from_numpy(part).to(device)) for part in
                            np.array_split(some, 8)])  # fmt: skip
        best, bare = best_bare(network, pixels, precision)
        batch_size = fitting_batch(network, pixels[:1], options.memory * 2**20, CHUNK)
        stage = partial(whole, explainer, crops, batch_size, Path(folder))
        stage()
        rounds = [
            (seconds(bare, device.type) / len(some), seconds(stage, device.type) / len(crops))
            for _ in range(options.rounds)
        ]
    bare_s, stage_s = (median(each) for each in zip(*rounds, strict=True))
    return {
        "best_batch_of_the_bare_pass": best,
        "batch_of_the_stage": batch_size,
        "bare_images_per_s": 1 / bare_s,
        "stage_images_per_s": 1 / stage_s,
        "stage_in_bare_passes": median(stage / bare for bare, stage in rounds),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--networks", nargs="+", default=["nano"])
    parser.add_argument("--images", type=int, default=512, help="crops on disk")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--device", default="cpu", help="cpu, cuda, cuda:N")
    parser.add_argument("--precisions", nargs="+", default=["float32"])
    parser.add_argument("--memory", type=int, default=128, help="MiB, as infer.memory")
    parser.add_argument("--write", action="store_true", help="write benchmarks/infer[_cuda].json")
    options = parser.parse_args()
    device = device_named(options.device)
    found: dict[str, Any] = {}
    for precision in options.precisions:
        for name in options.networks:
            result = found.setdefault(precision, {})[name] = measure(name, precision, options)
            print(
                f"{precision:9s} {name:10s} {result['stage_in_bare_passes']:.3f} bare passes, "
                f"{result['stage_images_per_s']:.0f} images/s",
                flush=True,
            )
    if options.write:
        setting = {key: value for key, value in vars(options).items() if key != "write"}
        record(__file__, str(device), setting, ("torch", "zarr", "numpy"), found)


if __name__ == "__main__":
    main()
