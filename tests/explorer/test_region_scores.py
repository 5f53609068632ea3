"""Scores in a drawn region are those of the audit with that region as its masks, to the bit."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from heed.base.errors import HeedError, InputError
from heed.celeba.attributes import ATTRIBUTES
from heed.explorer import region_masks
from heed.explorer.region_scores import (
    BY_PIXEL,
    GROUPS,
    SCORES,
    StoredConditions,
    groups_of,
    means,
    networks,
    scores_in_region,
    stored_conditions,
)
from heed.explorer.regions import Region, drawn_region, save_region
from tests.explorer.region_audit import FACES, IMAGES, run, write_inputs

HAT = {"attributes": ["Wearing_Hat", "Bangs"], "polygon": [(8, -3), (25, 1), (22, 9), (11, 11)]}
ATTRIBUTES_OF = HAT["attributes"]
CONDITIONS = {
    "stored": {},
    "all_active": {"score": {"threshold": 0.0}},
    "without_fill": {"score": {"filled": "leave_out"}},
    "placed": {"cam": {"placement": "receptive_field"}},
    "other_method": {"cam": {"method": "layercam", "target": 4}},
}


@pytest.fixture(scope="module")
def audit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("audit")
    write_inputs(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        run(folder)
        save_region(folder, "hat", drawn_region(folder, **HAT))
        run(folder, "masks", "cams", "score")
    return folder


@pytest.fixture(autouse=True)
def in_audit(audit: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(audit)


def region(audit: Path) -> Region:
    return drawn_region(audit, **HAT)


@pytest.mark.parametrize("conditions", CONDITIONS)
def test_they_are_those_of_the_stage(audit: Path, conditions: str) -> None:
    changes = CONDITIONS[conditions]
    values = {name: value for of in changes.values() for name, value in of.items()}
    usual = StoredConditions("gradcam", 2, "half_pixel", 0.5, "keep")
    asked = StoredConditions(**{**vars(usual), **values})
    # Of an audit that has scored others; the last ones' maps are made from raw ones.
    given = [scores_in_region(audit, "small/1", of, region(audit), asked) for of in ATTRIBUTES_OF]
    scored = run(audit, "cams", "score", mask={"version": "regions/hat"}, **changes)
    assert stored_conditions(audit, "small/1") == asked
    table = pd.read_parquet(scored)
    columns = ["image", "label", "logit", *SCORES]
    for attribute, found in zip(ATTRIBUTES_OF, given, strict=True):
        of_stage = table[table["attribute"] == attribute].reset_index(drop=True)[columns]
        pd.testing.assert_frame_equal(found, of_stage, check_exact=True)
        again = scores_in_region(audit, "small/1", attribute, region(audit))
        pd.testing.assert_frame_equal(again, of_stage, check_exact=True)


def test_other_attributes_keep_the_scores_of_the_base(audit: Path) -> None:
    base = pd.read_parquet(run(audit, "cams", "score"))
    found = pd.read_parquet(run(audit, "score", mask={"version": "regions/hat"}))
    others = ~base["attribute"].isin(HAT["attributes"])
    for name in ("amr", "active_area", "empty", "iou"):
        np.testing.assert_array_equal(base[name][others], found[name][others])
    np.testing.assert_allclose(
        base["proportional_energy"][others], found["proportional_energy"][others], atol=1e-12
    )
    assert (base["amr"] != found["amr"])[~others].mean() > 0.3


def test_without_pixels_only_those_scores_are_missing(audit: Path) -> None:
    every = scores_in_region(audit, "small/1", "Bangs", region(audit))
    found = scores_in_region(audit, "small/1", "Bangs", region(audit), by_pixel=False)
    assert found[list(BY_PIXEL)].isna().all(axis=None)
    left = every.columns.difference(BY_PIXEL)
    pd.testing.assert_frame_equal(found[left], every[left])
    assert every["image"].tolist() == IMAGES


def test_masks_that_have_no_room_in_memory_are_made_anew(
    audit: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = scores_in_region(audit, "small/1", "Bangs", region(audit))
    region_masks._masks_of_region.cache_clear()
    monkeypatch.setattr(region_masks, "KEPT", 0)
    found = scores_in_region(audit, "small/1", "Bangs", region(audit))
    pd.testing.assert_frame_equal(found, every, check_exact=True)
    region_masks._masks_of_region.cache_clear()


def test_means_are_over_kinds_of_decisions(audit: Path) -> None:
    found = scores_in_region(audit, "small/1", "Bangs", region(audit))
    table = means(found.assign(network="small/1", attribute="Bangs"))
    assert table["group"].tolist() == ["all", *GROUPS]
    assert table["faces"].tolist()[0] == FACES == table["faces"][1:].sum()
    misses = found[(found["label"] > 0) & (found["logit"] < 0)]
    assert (groups_of(found) == "misses").sum() == len(misses)
    row = table.set_index("group").loc["misses"]
    assert row["amr"] == pytest.approx(misses["amr"].mean())
    assert row["iou"] == pytest.approx(misses["iou"].mean())


def test_networks_are_those_with_scores(audit: Path) -> None:
    assert networks(audit) == ["small/1"]


@pytest.mark.parametrize(
    ("network", "attribute", "message"),
    [
        ("small/2", "Bangs", "network: found 'small/2'; expected one of small/1"),
        ("../small/1", "Bangs", "network: found"),
        ("small/1", "Hat", "attribute: found 'Hat'; expected one of 5_o_Clock_Shadow"),
    ],
)
def test_what_there_is_not_is_named(
    audit: Path, network: str, attribute: str, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        scores_in_region(audit, network, attribute, region(audit))


def test_missing_files_are_named(audit: Path, tmp_path: Path) -> None:
    with pytest.raises(HeedError, match="found no scores"):
        scores_in_region(tmp_path, "small/1", "Bangs", region(audit))
    asked = StoredConditions("gradcamm", 2, "half_pixel", 0.5, "keep")
    with pytest.raises(HeedError, match=r"found gradcamm, but .*maps/small/1\.zarr holds gradcam"):
        scores_in_region(audit, "small/1", "Bangs", region(audit), asked)
    asked = StoredConditions("gradcam", 2, "half", 0.5, "keep")
    with pytest.raises(HeedError, match=r"found half, but .*half_pixel"):
        scores_in_region(audit, "small/1", "Bangs", region(audit), asked)
    kept = (audit / "data/landmarks.parquet").rename(audit / "kept")
    try:
        with pytest.raises(HeedError, match=r"landmarks\.parquet: no such file; run `dvc repro`"):
            scores_in_region(audit, "small/1", "Bangs", region(audit))
    finally:
        kept.rename(audit / "data/landmarks.parquet")


def test_every_attribute_may_be_scored_in_it(audit: Path) -> None:
    found = scores_in_region(audit, "small/1", ATTRIBUTES[-1], region(audit), by_pixel=False)
    assert len(found) == FACES
