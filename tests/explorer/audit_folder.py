"""A small audit of made-up faces, written by Heed's own writers, for the tests of the explorer."""

import os
import sys
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import numpy as np
import pandas as pd
import yaml

from heed.base.files import images_digest
from heed.base.stores import add_coordinates, create_array, new_store
from heed.celeba.attributes import ATTRIBUTES
from heed.geometry.affine import to_table
from heed.masks.packing import pack
from heed.metrics.groups import GROUPS
from stages import cams, score, score_versions
from tests.explorer.with_landmarks import add_landmarks
from tests.placements import stored
from tests.places import ROOT

SIZE, CELLS = 32, 4
MODELS = ("balanced", "unweighted")
REPLICATES = 2
METHODS = ("gradcam", "layercam")
VERSIONS = ("1", "2", "3", "evidence")
PARAMS = {
    "data": {"source": "synthetic"},
    "crop": yaml.safe_load((ROOT / "params.yaml").read_text())["crop"] | {"size": SIZE},
    "frontal": {"partition": "test", "threshold": 0.1},
    "mask": {"version": 2},
    "models": {name: {"network": "nano", "weights": "train"} for name in MODELS},
    "infer": {"methods": list(METHODS)},
    "cam": {"method": "gradcam", "target": 2, "placement": "receptive_field"},
    "score": {"threshold": 0.5, "filled": "keep"},
}


def names(faces: int) -> list[str]:
    """Of the audited faces, in an order that is not that of the alphabet."""
    return [f"{7 * number % 1000:03d}_{number}.jpg" for number in range(faces)]


def audit_folder(
    folder: Path, faces: int = 12, models=MODELS, replicates: int = REPLICATES
) -> Path:
    """Write an audit: params.yaml, dvc.lock and data/; returns the folder."""
    rng = np.random.default_rng(0)
    folder.mkdir(parents=True, exist_ok=True)
    with _in(folder):
        params = PARAMS | {"models": dict.fromkeys(models, PARAMS["models"][MODELS[0]])}
        Path("params.yaml").write_text(yaml.safe_dump(params, sort_keys=False))
        _faces(faces, rng)
        add_landmarks(Path("."), SIZE)
        for version in VERSIONS:
            _masks(version, names(faces), rng)
        for model in models:
            for replicate in range(1, replicates + 1):
                _maps(model, replicate, names(faces), rng)
            for stage in (cams, score, score_versions):
                with mock.patch.object(sys, "argv", ["", model]):
                    stage.main()
        _averages(models, rng)
        lock(Path("."), params)
    return folder


@contextmanager
def _in(folder: Path):
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def _faces(count: int, rng: np.random.Generator) -> None:
    audited, others = names(count), ["left.jpg", "right.jpg"]
    listed = [*sorted(audited), *others]
    labels = rng.choice([-1, 1], size=(len(listed), len(ATTRIBUTES))).astype(np.int8)
    table = pd.DataFrame(labels, columns=ATTRIBUTES)
    table.insert(0, "image", listed)
    table.insert(1, "partition", np.where(table.image.isin(audited), 2, 0).astype(np.int8))
    table.insert(2, "identity", np.arange(len(listed)) // 2)
    Path("data/crops").mkdir(parents=True)
    table.to_parquet("data/faces.parquet", index=False)
    kept = [*audited[:2], "turned.jpg", *audited[2:]]  # one face of the partition is not frontal
    frontal = pd.DataFrame({"image": kept, "kept": [name != "turned.jpg" for name in kept]})
    frontal.insert(1, "ratio", np.where(frontal.kept, 0.05, 0.4))
    frontal.to_parquet("data/frontal.parquet", index=False)
    crops = rng.integers(0, 256, (len(kept), SIZE, SIZE, 3), np.uint8)
    np.save("data/crops/test.npy", crops)
    # The crop is the photograph's upper left part, but for a strip at its right: 4 pixels of every
    # third face, 0 to 7 of the others.
    transforms = np.tile(np.array([[1.0, 0, 0], [0, 1, 0]]), (len(kept), 1, 1))
    order = np.arange(len(kept))
    beyond = np.where(order % 3 == 0, 4, order % 8)
    cropped = pd.concat([frontal[["image"]], to_table(transforms, "a_")], axis=1)
    cropped = cropped.assign(source_width=SIZE - beyond, source_height=SIZE, filled=beyond / SIZE)
    cropped.to_parquet("data/crops/test.parquet", index=False)


def _masks(version: str, audited: list[str], rng: np.random.Generator) -> None:
    """Blocks at random places: one mask an attribute for ``evidence``, else two regions."""
    regions = len(ATTRIBUTES) if version == "evidence" else 2
    drawn = 1 if version == "2" else len(audited)
    y, x = np.arange(SIZE)[:, None], np.arange(SIZE)
    top, left = rng.integers(0, SIZE // 2, (2, drawn, regions, 1, 1))
    high, wide = rng.integers(4, SIZE // 2, (2, drawn, regions, 1, 1))
    masks = (y >= top) & (y < top + high) & (x >= left) & (x < left + wide)
    with new_store(f"data/masks/{version}.zarr") as group:
        group.attrs["version"] = yaml.safe_load(version)
        group.attrs["size"] = SIZE
        group.attrs["region_names"] = [f"region {number}" for number in range(regions)]
        group.attrs["region_of_attribute"] = [place % regions for place in range(len(ATTRIBUTES))]
        group.attrs["images_sha256"] = images_digest(audited)
        axes = ("all_images" if drawn == 1 else "image", "region", "y", "eight_pixels_of_x")
        shape = (drawn, regions, SIZE, SIZE // 8)
        create_array(group, "regions", shape, "uint8", shape, axes)[:] = pack(masks)


def _maps(model: str, replicate: int, audited: list[str], rng: np.random.Generator) -> None:
    shape = (len(audited), len(ATTRIBUTES), CELLS, CELLS)
    axes = ("image", "attribute", "y", "x")
    with new_store(f"data/maps/{model}/{replicate}.zarr") as group:
        group.attrs.update({"layer": "body", "images_sha256": images_digest(audited)})
        group.attrs.update(stored(SIZE, CELLS))
        add_coordinates(group, {"image": audited, "attribute": ATTRIBUTES})
        for name in ("gradcam", "layercam", "layercam.minus"):
            maps = create_array(group, name, shape, "float32", shape, axes)
            values = rng.normal(size=shape)
            maps[:] = values if name == "gradcam" else np.abs(values)
    logits = rng.normal(size=shape[:2]).astype(np.float32)
    logits[0, 0] = 0
    columns = [f"{part}.{name}" for part in ("logit", "contribution") for name in ATTRIBUTES]
    table = pd.DataFrame(np.hstack([logits, logits / 2]), columns=columns)
    table.insert(0, "image", audited)
    Path("data/predictions", model).mkdir(parents=True, exist_ok=True)
    table.to_parquet(f"data/predictions/{model}/{replicate}.parquet", index=False)


def _averages(models, rng: np.random.Generator) -> None:
    shape = (len(ATTRIBUTES), len(GROUPS), SIZE, SIZE)
    with new_store("data/averages.zarr") as root:
        face = create_array(
            root, "face", (SIZE, SIZE, 3), "float32", (SIZE, SIZE, 3), ("y", "x", "channel")
        )
        face[:] = rng.uniform(0, 255, face.shape)
        for model in models:
            group = root.create_group(model)
            axes = ("attribute", "group", "y", "x")
            create_array(group, "means", shape, "float32", shape, axes)[:] = rng.random(shape)
            create_array(group, "n", shape[:2], "float64", shape[:2], axes[:2])[:] = 3.0
            add_coordinates(group, {"attribute": ATTRIBUTES, "group": list(GROUPS)})


def lock(root: Path, params: dict) -> None:
    """Write a dvc.lock that fits what is stored: parameters, files and bytes, without hashes."""
    stages = {"masks": ({"crop.size": params["crop"]["size"]}, ["data/masks"])}
    for model in params["models"]:
        stages |= {
            f"infer@{model}": ({"infer": params["infer"]}, [f"data/maps/{model}"]),
            f"cams@{model}": ({"cam": params["cam"]}, [f"data/cams/{model}"]),
            f"score@{model}": (
                {"mask": params["mask"], "score": params["score"]},
                [f"data/scores/{model}"],
            ),
        }
    content = {}
    for name, (used, outs) in stages.items():
        entries = []
        for out in outs:
            files = [file for file in (root / out).rglob("*") if file.is_file()]
            size = sum(file.stat().st_size for file in files)
            entries.append({"path": out, "size": size, "nfiles": len(files)})
        content[name] = {"params": {"params.yaml": used}, "outs": entries}
    (root / "dvc.lock").write_text(yaml.safe_dump({"schema": "2.0", "stages": content}))
