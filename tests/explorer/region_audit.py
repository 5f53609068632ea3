"""A small audit with landmarks, whose masks and scores its own stages make."""

import sys
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pandas as pd
import yaml

from heed.base.files import images_digest
from heed.base.stores import create_array, new_store
from heed.celeba.attributes import ATTRIBUTES
from heed.explain.names import of_minus
from heed.geometry.affine import to_table
from heed.geometry.landmarks import to_table as landmark_table
from heed.guidance.template_face import template_landmarks
from stages import cams, masks, score
from tests.placements import stored
from tests.places import ROOT

SIZE, CELLS, FACES = 32, 4, 260  # one batch of 256, and a rest
IMAGES = [f"{7 * number % 1000:03d}.jpg" for number in range(FACES)]
MODEL = "small"
METHODS = ("gradcam", "layercam")

PARAMS = {
    "data": {"source": "celeba", "root": "faces", "images": "wild", "verify": "size"},
    "crop": yaml.safe_load((ROOT / "params.yaml").read_text())["crop"] | {"size": SIZE},
    "frontal": {"partition": "test", "threshold": 0.1},
    "mask": {"version": 2},
    "cam": {"method": "gradcam", "target": 2, "placement": "half_pixel"},
    "score": {"threshold": 0.5, "filled": "keep"},
}


def write_inputs(folder: Path) -> None:
    """Write what the stages before ``masks`` and ``cams`` leave."""
    rng = np.random.default_rng(0)
    data = folder / "data"
    for name in ("crops", "predictions/small", "maps/small"):
        (data / name).mkdir(parents=True)
    labels = rng.choice([-1, 1], size=(FACES, len(ATTRIBUTES))).astype(np.int8)
    faces = pd.DataFrame(labels, columns=list(ATTRIBUTES))
    faces.insert(0, "image", IMAGES)
    faces.iloc[::-1].to_parquet(data / "faces.parquet", index=False)
    points = template_landmarks(SIZE, 5.5) + rng.normal(0, 1, (FACES + 1, 5, 2))
    everyone = [*IMAGES[:3], "aside.jpg", *IMAGES[3:]]
    table = landmark_table(points)
    table.insert(0, "image", everyone)
    table.to_parquet(data / "landmarks.parquet", index=False)
    kept = [name != "aside.jpg" for name in everyone]
    pd.DataFrame({"image": everyone, "kept": kept}).to_parquet(data / "frontal.parquet")
    # The crop is the photograph's upper left part but for a strip of 5 pixels at its right.
    cropped = to_table(np.tile(np.array([[1.0, 0, 0], [0, 1, 0]]), (FACES + 1, 1, 1)), "a_")
    cropped = cropped.assign(image=everyone, source_width=SIZE - 5, source_height=SIZE)
    cropped.to_parquet(data / "crops/test.parquet")
    logits = rng.normal(size=(FACES, len(ATTRIBUTES))).astype(np.float32)
    names = [f"{part}.{each}" for part in ("logit", "contribution") for each in ATTRIBUTES]
    predictions = pd.DataFrame(np.hstack([logits, logits / 2]), columns=names)
    predictions.insert(0, "image", IMAGES)
    predictions.to_parquet(data / "predictions/small/1.parquet", index=False)
    shape = (FACES, len(ATTRIBUTES), CELLS, CELLS)
    with new_store(data / "maps/small/1.zarr") as group:
        group.attrs.update(images_sha256=images_digest(IMAGES), **stored(SIZE, CELLS))
        for name in (*METHODS, of_minus("layercam")):
            chunks = (256, *shape[1:])
            axes = ("image", "attribute", "y", "x")
            maps = create_array(group, name, shape, "float32", chunks, axes)
            maps[:] = rng.normal(size=shape).astype(np.float32)


def run(folder: Path, *stages: str, **changes: dict[str, object]) -> Path:
    """Run stages there, with some parameters changed by key; returns the scores' file."""
    params = {key: {**of, **changes.get(key, {})} for key, of in PARAMS.items()}
    params["models"] = {MODEL: {}}
    (folder / "params.yaml").write_text(yaml.safe_dump(params))
    for name in stages:
        with patch.object(sys, "argv", ["", MODEL]):
            {"masks": masks, "cams": cams, "score": score}[name].main()
    return folder / "data/scores/small/1.parquet"
