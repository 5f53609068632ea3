"""Stages score_versions, mask_versions and mask_overlap, on files as those before leave them."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
import zarr

from heed.base.files import images_digest
from heed.celeba.attributes import ATTRIBUTES
from heed.masks.overlap import overlap
from heed.metrics.grid import pixels
from heed.metrics.scores import scores
from stages import mask_overlap, mask_versions, score_versions
from tests.places import ROOT

REPOSITORY = ROOT
IMAGES = [f"{number}.jpg" for number in range(5)]
REGIONS = {"1": 3, "2": 2, "3": 4, "evidence": 40}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for stage in (score_versions, mask_overlap):
        monkeypatch.setattr(stage, "CHUNK", 2)  # two whole batches and a rest
    params = yaml.safe_load((REPOSITORY / "params.yaml").read_text())
    params["models"] = dict.fromkeys(("zebra", "ant"), params["models"]["balanced"])
    (tmp_path / "params.yaml").write_text(yaml.safe_dump(params, sort_keys=False))
    rng = np.random.default_rng(0)
    for version in REGIONS:
        write_masks(version, rng)
    for model in ("zebra", "ant"):
        group = zarr.open_group(f"data/cams/{model}.zarr", mode="w")
        group.attrs["images_sha256"] = images_digest(IMAGES)
        maps = rng.normal(size=(len(IMAGES), 40, 7, 7)).astype(np.float32)
        group.create_array("cams", data=maps, chunks=(2, 40, 7, 7))
    labels = rng.choice([-1, 1], (9, 40)).astype(np.int8)
    faces = pd.DataFrame(labels, columns=list(ATTRIBUTES))
    faces.assign(partition=np.int8(0)).to_parquet("data/faces.parquet")
    frontal = pd.DataFrame({"image": ["turned.jpg", *IMAGES], "kept": [False, *[True] * 5]})
    frontal.to_parquet("data/frontal.parquet")


def score(model: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["score_versions.py", model])
        score_versions.main()


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


def test_scores_and_overlaps_are_those_of_all_faces_at_once(folder) -> None:
    for model in ("ant", "zebra"):
        score(model)
    mask_versions.main()
    mask_overlap.main()
    table = pd.read_csv("metrics/tables/mask_versions.csv", dtype={"version": str})
    for (model, version), rows in table.groupby(["model", "version"]):
        maps = zarr.open_array(f"data/cams/{model}.zarr", path="cams", mode="r")[:]
        expected = scores(pixels.tally(maps, *stored(version), threshold=0.5))
        rows = rows.set_index("attribute").loc[list(ATTRIBUTES)]
        for name in ("amr", "proportional_energy"):
            mean = np.nanmean(getattr(expected, name), axis=0)
            np.testing.assert_allclose(rows[name], mean, atol=1e-6)
        assert rows["n"].tolist() == (~np.isnan(expected.amr)).sum(axis=0).tolist()
    assert list(dict.fromkeys(table["model"])) == ["zebra", "ant"]
    assert set(table["version"]) == set(REGIONS)

    overlaps = pd.read_csv("metrics/tables/mask_overlap.csv", dtype={"version": str})
    assert set(overlaps["reference"]) == {"evidence"}
    assert list(dict.fromkeys(overlaps["version"])) == ["1", "2", "3"]
    for version, rows in overlaps.groupby("version"):
        iou = overlap(*stored(version), *stored("evidence")).iou
        rows = rows.set_index("attribute").loc[list(ATTRIBUTES)]
        np.testing.assert_allclose(rows["iou"], np.nanmean(iou, axis=0))
        assert rows["n"].tolist() == [4, *[5] * 39]  # one face shows nothing of the first


def test_photographs_are_held_against_version_3(folder) -> None:
    for file in sorted(Path("data/masks/evidence.zarr").rglob("*"), reverse=True):
        file.rmdir() if file.is_dir() else file.unlink()
    Path("data/masks/evidence.zarr").rmdir()
    mask_overlap.main()
    overlaps = pd.read_csv("metrics/tables/mask_overlap.csv", dtype=str)
    assert set(overlaps["reference"]) == {"3"}
    assert list(dict.fromkeys(overlaps["version"])) == ["1", "2"]


def test_masks_of_other_faces_are_refused(folder) -> None:
    write_masks("3", np.random.default_rng(1), [*IMAGES[1:], "9.jpg"])
    with pytest.raises(ValueError, match=r"not of the same images.*data/masks/3\.zarr"):
        score("ant")
    with pytest.raises(ValueError, match=r"not of the same images.*data/masks/3\.zarr"):
        mask_overlap.main()


def test_one_model_more_is_scored_alone(folder) -> None:
    score("ant")
    before = Path("data/score_versions/ant.parquet").read_bytes()
    Path("data/cams/ant.zarr").rename("data/cams/gone.zarr")
    score("zebra")
    assert Path("data/score_versions/ant.parquet").read_bytes() == before
