"""Stage mask_overlap in a folder of its own, on files as the stages before it leave them."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from heed.base.errors import InputError
from heed.celeba.attributes import ATTRIBUTES
from heed.masks.overlap import overlap
from stages import mask_overlap
from tests.masks_and_maps import IMAGES, stored, write_masks


def test_overlaps_are_those_of_all_faces_at_once(masks_and_maps, monkeypatch) -> None:
    monkeypatch.setattr(mask_overlap, "CHUNK", 2)  # two whole batches and a rest
    mask_overlap.main()
    overlaps = pd.read_csv("metrics/tables/mask_overlap.csv", dtype={"version": str})
    assert set(overlaps["reference"]) == {"evidence"}
    assert list(dict.fromkeys(overlaps["version"])) == ["1", "2", "3"]
    for version, rows in overlaps.groupby("version"):
        iou = overlap(*stored(version), *stored("evidence")).iou
        rows = rows.set_index("attribute").loc[list(ATTRIBUTES)]
        np.testing.assert_allclose(rows["iou"], np.nanmean(iou, axis=0), rtol=1e-3)
        assert rows["n"].tolist() == [4, *[5] * 39]  # one face shows nothing of the first


def test_photographs_are_held_against_version_3(masks_and_maps) -> None:
    for file in sorted(Path("data/masks/evidence.zarr").rglob("*"), reverse=True):
        file.rmdir() if file.is_dir() else file.unlink()
    Path("data/masks/evidence.zarr").rmdir()
    mask_overlap.main()
    overlaps = pd.read_csv("metrics/tables/mask_overlap.csv", dtype=str)
    assert set(overlaps["reference"]) == {"3"}
    assert list(dict.fromkeys(overlaps["version"])) == ["1", "2"]


def test_masks_of_other_faces_are_refused(masks_and_maps) -> None:
    write_masks("3", np.random.default_rng(1), [*IMAGES[1:], "9.jpg"])
    with pytest.raises(ValueError, match=r"not of the same images.*data/masks/3\.zarr"):
        mask_overlap.main()


def test_without_a_version_to_hold_others_against_the_masks_are_asked_for(masks_and_maps) -> None:
    for version in ("evidence", "3"):
        shutil.rmtree(f"data/masks/{version}.zarr")
    with pytest.raises(InputError, match=r"data/masks: found masks of version 1, 2; expected one"):
        mask_overlap.main()
