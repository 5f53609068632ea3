"""What a lower precision of the trunk does to logits, maps and AMR, on drawn faces.

The audit's own network and crops are taken where they are (data/, after `dvc repro`); a sample can
be written to one file and measured elsewhere, as on a machine with a GPU:

    python benchmarks/precision.py                               # bfloat16 on the CPU
    python benchmarks/precision.py --sample faces.npz            # write the sample and stop
    python benchmarks/precision.py --from faces.npz --device cuda \\
        --precisions tf32 bfloat16 float16 --write               # benchmarks/precision_cuda.json

Maps are Grad-CAM's for the predicted class (target 2), masks those of version 2 at each face's
landmarks, AMR at threshold 0.5: as in the default audit.
"""

import argparse
from typing import Any

import numpy as np
import pandas as pd
import torch
from machine import record
from numpy.typing import NDArray
from safetensors.torch import load_file

import heed
from heed.base.arrays import StoredImages
from heed.celeba.attributes import ATTRIBUTES
from heed.explain.catalogue import METHODS
from heed.explain.devices import device_named
from heed.explain.forward import Explainer
from heed.explain.postprocess import normalise
from heed.explain.receptive_field import receptive_field
from heed.networks.catalogue import build

POINTS = ("lefteye", "righteye", "nose", "leftmouth", "rightmouth")
AT_ONCE = 8
"""Faces whose 40 maps are as large as the crop at the same time."""


def sample(model: str, faces: int) -> dict[str, NDArray[Any]]:
    """Weights, crops and landmarks of audited faces, evenly spaced."""
    frontal = pd.read_parquet("data/frontal.parquet")
    names = frontal.image[frontal.kept].to_numpy()
    names = names[np.linspace(0, len(names) - 1, faces).round().astype(int)]
    cropped = pd.Index(pd.read_parquet("data/crops/test.parquet").image)
    landmarks = pd.read_parquet("data/landmarks.parquet").set_index("image").loc[names]
    columns = [f"{point}_{axis}" for point in POINTS for axis in "xy"]
    weights = load_file(f"data/networks/{model}/1.safetensors")
    return {
        "crops": StoredImages("data/crops/test.npy")[cropped.get_indexer(names)],
        "landmarks": landmarks[columns].to_numpy(np.float32).reshape(-1, 5, 2),
        **{f"weights.{key}": tensor.numpy() for key, tensor in weights.items()},
    }


def measured(
    given: dict[str, NDArray[Any]], precision: Any, device: torch.device
) -> dict[str, NDArray[Any]]:
    """Logits, raw maps, AMR and PE of each face and attribute."""
    network = build("nano", len(ATTRIBUTES))
    network.load_published_state(
        {
            key.removeprefix("weights."): torch.from_numpy(value)
            for key, value in given.items()
            if key.startswith("weights.")
        }
    )
    placement = receptive_field(network.trunk)
    network.eval().to(device)
    methods = {"gradcam": METHODS["gradcam"]}
    found = Explainer(network, methods, "before_relu", precision)(given["crops"])
    maps = found.maps["gradcam"] * np.sign(found.logits)[:, :, None, None]
    size = given["crops"].shape[1]
    scores = []
    for at in range(0, len(maps), AT_ONCE):
        part = slice(at, at + AT_ONCE)
        pixels = normalise(maps[part], size, placement)
        masks = heed.masks.for_landmarks(given["landmarks"][part], 2, size, ATTRIBUTES)
        scores.append(
            [
                heed.acceptable_mask_ratio(pixels, masks, threshold=0.5),
                heed.proportional_energy(pixels, masks),
            ]
        )
    amr, pe = (np.concatenate(each) for each in zip(*scores, strict=True))
    return {"logits": found.logits, "maps": found.maps["gradcam"], "amr": amr, "pe": pe}


def compared(exact: dict[str, NDArray[Any]], rounded: dict[str, NDArray[Any]]) -> dict[str, float]:
    """How far a precision is from float32."""
    both = [np.nanmean(each["amr"], axis=0) for each in (exact, rounded)]
    energy = [np.nanmean(each["pe"], axis=0) for each in (exact, rounded)]
    scale = np.abs(exact["maps"]).max(axis=(2, 3), keepdims=True)
    return {
        "mean_AMR_float32": float(np.nanmean(both[0])),
        "mean_AMR": float(np.nanmean(both[1])),
        "largest_change_of_an_attributes_AMR": float(np.nanmax(np.abs(both[1] - both[0]))),
        "mean_change_of_a_faces_AMR": float(np.nanmean(np.abs(rounded["amr"] - exact["amr"]))),
        "mean_PE_float32": float(np.nanmean(energy[0])),
        "mean_PE": float(np.nanmean(energy[1])),
        "largest_change_of_an_attributes_PE": float(np.nanmax(np.abs(energy[1] - energy[0]))),
        "share_of_decisions_that_change": float(
            ((exact["logits"] >= 0) != (rounded["logits"] >= 0)).mean()
        ),
        "median_change_of_a_map_relative_to_its_largest_value": float(
            np.median(np.abs(rounded["maps"] - exact["maps"]) / scale)
        ),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--model", default="balanced", help="whose weights, of the default audit")
    parser.add_argument("--faces", type=int, default=96)
    parser.add_argument("--sample", help="write the sample to this file, and stop")
    parser.add_argument("--from", dest="source", help="a file that --sample wrote")
    parser.add_argument("--device", default="cpu", help="cpu, cuda, cuda:N")
    parser.add_argument("--precisions", nargs="+", default=["bfloat16"])
    parser.add_argument("--write", action="store_true", help="write benchmarks/precision*.json")
    options = parser.parse_args()
    if options.sample:
        np.savez_compressed(options.sample, **sample(options.model, options.faces))  # type: ignore[arg-type]
        return
    given = dict(np.load(options.source)) if options.source else sample(
        options.model, options.faces
    )  # fmt: skip
    device = device_named(options.device)
    exact = measured(given, "float32", device)
    found = {}
    for precision in options.precisions:
        found[precision] = compared(exact, measured(given, precision, device))
        print(precision, {key: round(value, 6) for key, value in found[precision].items()})
    if options.write:
        setting = {"network": "nano", "faces": len(given["crops"])}
        record(__file__, str(device), setting, ("torch", "numpy"), found)


if __name__ == "__main__":
    main()
