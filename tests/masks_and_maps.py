"""Masks and maps of a few faces, as the stages masks and cams leave them."""

import numpy as np
import pandas as pd
import pytest
import yaml
import zarr

from heed.base.files import images_digest
from heed.celeba.attributes import ATTRIBUTES
from tests import placements
from tests.places import ROOT

IMAGES = [f"{number}.jpg" for number in range(5)]
REGIONS = {"1": 3, "2": 2, "3": 4, "evidence": 40}


@pytest.fixture
def masks_and_maps(tmp_path, monkeypatch) -> None:
    """A folder with all versions of the masks, and the maps of two models."""
    monkeypatch.chdir(tmp_path)
    params = yaml.safe_load((ROOT / "params.yaml").read_text())
    entry = params["models"]["balanced"] | {"replicates": 1}
    params["models"] = dict.fromkeys(("zebra", "ant"), entry)
    params["aggregate"] |= {"least_faces": 1, "resamples": 20}
    (tmp_path / "params.yaml").write_text(yaml.safe_dump(params, sort_keys=False))
    rng = np.random.default_rng(0)
    for version in REGIONS:
        write_masks(version, rng)
    for model in ("zebra", "ant"):
        group = zarr.open_group(f"data/cams/{model}/1.zarr", mode="w")
        group.attrs.update({"images_sha256": images_digest(IMAGES), **placements.stored(32, 7)})
        maps = rng.normal(size=(len(IMAGES), 40, 7, 7)).astype(np.float32)
        group.create_array("cams", data=maps, chunks=(2, 40, 7, 7))
    labels = rng.choice([-1, 1], (9, 40)).astype(np.int8)
    faces = pd.DataFrame(labels, columns=list(ATTRIBUTES))
    names = [*IMAGES, *(f"train{number}.jpg" for number in range(4))]
    faces = faces.assign(partition=np.int8(0), image=names, identity=np.arange(9) // 2)
    faces.to_parquet("data/faces.parquet")
    frontal = pd.DataFrame({"image": ["turned.jpg", *IMAGES], "kept": [False, *[True] * 5]})
    frontal.to_parquet("data/frontal.parquet")


def write_masks(version: str, rng: np.random.Generator, images: list[str] = IMAGES) -> None:
    n = 1 if version == "2" else len(images)
    packed = np.packbits(rng.random((n, REGIONS[version], 32, 32)) < 0.4, axis=-1)
    packed[:1, 0] = 0 if version == "evidence" else packed[:1, 0]
    group = zarr.open_group(f"data/masks/{version}.zarr", mode="w")
    group.attrs["images_sha256"] = images_digest(images)
    group.attrs["region_of_attribute"] = [index % REGIONS[version] for index in range(40)]
    group.create_array("regions", data=packed, chunks=(2, *packed.shape[1:]))


def stored(version: str) -> tuple[np.ndarray, np.ndarray]:
    regions = zarr.open_array(f"data/masks/{version}.zarr", path="regions", mode="r")[:]
    return regions, np.arange(40) % REGIONS[version]
