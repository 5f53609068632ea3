"""Stage score_versions in a folder of its own, on files as the stages before it leave them."""

import sys
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import zarr

from heed.celeba.attributes import ATTRIBUTES
from heed.explain.placement import Placement
from heed.metrics.grid import pixels
from heed.metrics.scores import scores
from stages import score_versions
from tests.masks_and_maps import IMAGES, REGIONS, stored, write_masks
from tests.placements import uneven


def score(model: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["score_versions.py", model])
        score_versions.main()


def test_scores_are_those_of_all_faces_at_once(masks_and_maps, monkeypatch) -> None:
    monkeypatch.setattr(score_versions, "CHUNK", 2)  # two whole batches and a rest
    for model in ("ant", "zebra"):
        score(model)
    rules = {"receptive_field": uneven(32, 7), "half_pixel": Placement.half_pixel(32, 7)}
    for model, version, rule in product(("zebra", "ant"), REGIONS, rules):
        rows = pd.read_parquet(f"data/score_versions/{model}/1.parquet")
        rows = rows[(rows["version"] == version) & (rows["placement"] == rule)]
        assert rows["face"].tolist() == list(range(len(IMAGES)))
        maps = zarr.open_array(f"data/cams/{model}/1.zarr", path="cams", mode="r")[:]
        expected = scores(pixels.tally(maps, *stored(version), 0.5, rules[rule]))
        for name in ("amr", "proportional_energy"):
            found = rows[[f"{name}.{attribute}" for attribute in ATTRIBUTES]]
            np.testing.assert_allclose(found, getattr(expected, name), atol=1e-6)


def test_masks_of_other_faces_are_refused(masks_and_maps) -> None:
    write_masks("3", np.random.default_rng(1), [*IMAGES[1:], "9.jpg"])
    with pytest.raises(ValueError, match=r"not of the same images.*data/masks/3\.zarr"):
        score("ant")


def test_one_model_more_is_scored_alone(masks_and_maps) -> None:
    score("ant")
    before = Path("data/score_versions/ant/1.parquet").read_bytes()
    Path("data/cams/ant/1.zarr").rename("data/cams/ant/gone.zarr")
    score("zebra")
    assert Path("data/score_versions/ant/1.parquet").read_bytes() == before
