"""Scores in a drawn region are those of the audit with that region as its masks, to the bit."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from heed.base.errors import HeedError, InputError
from heed.celeba.attributes import ATTRIBUTES
from heed.explain.targets import TARGETS
from heed.explorer import region_masks, score_columns
from heed.explorer.audited import Audited, Conditions
from heed.explorer.drawn_masks import version_that_draws
from heed.explorer.measured import COUNTED, LOCATED
from heed.explorer.region_scores import OF_FACES, face_scores, means
from heed.explorer.regions import drawn_region, save_region
from heed.explorer.score_columns import GROUPS, SCORES, columns
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


def hat(audit: Path) -> str:
    return version_that_draws(audit, drawn_region(audit, **HAT))


def scored(audit: Path, attribute: str, *, by_pixel: bool = True) -> pd.DataFrame:
    return face_scores(Audited(audit), hat(audit), ["small/1"], [attribute], by_pixel=by_pixel)


@pytest.mark.parametrize("conditions", CONDITIONS)
def test_they_are_those_of_the_stage(audit: Path, conditions: str) -> None:
    """Measured while the audit has scored others, and once more when it has scored these."""
    changes = CONDITIONS[conditions]
    values = {name: value for of in changes.values() for name, value in of.items()}
    number = values.pop("target", 2)
    target = next(name for name, of in TARGETS.items() if of == number)
    usual = Conditions("gradcam", target, "half_pixel", hat(audit), 0.5, "keep")
    asked = replace(usual, **values)
    run(audit, "cams", "score")
    before = Audited(audit)
    scores = run(audit, "cams", "score", mask={"version": "regions/hat"}, **changes)
    after = Audited(audit)
    table = pd.read_parquet(scores)
    for attribute in ATTRIBUTES_OF:
        of_stage = table[table["attribute"] == attribute]
        assert of_stage["image"].tolist() == list(before.images) == IMAGES
        stored = columns(after, "small/1", attribute)
        assert stored.conditions == replace(asked, mask="regions/hat")
        of_command = face_scores(after, hat(audit), ["small/1"], [attribute], by_pixel=True)
        for name in (*COUNTED, *LOCATED):
            expected = of_stage[name].to_numpy(np.float32)
            for audited in (before, after):
                found = columns(audited, "small/1", attribute, asked).values[name]
                assert found.dtype == np.float32
                np.testing.assert_array_equal(found, expected, name)
            np.testing.assert_array_equal(stored.values[name], expected, name)
            np.testing.assert_array_equal(of_command[name], expected, name)
        for name in ("label", "logit"):
            np.testing.assert_array_equal(of_command[name], of_stage[name])


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


def test_no_pixel_is_looked_at_before_its_scores_are_asked_for(
    audit: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = scored(audit, "Bangs")
    assert every.columns.tolist() == [*OF_FACES, *COUNTED, *LOCATED]
    monkeypatch.setattr(score_columns, "located_scores", None)
    found = scored(audit, "Bangs", by_pixel=False)
    pd.testing.assert_frame_equal(found, every[[*OF_FACES, *COUNTED]])
    assert every["image"].tolist() == IMAGES
    assert found["empty"].dtype == bool


def test_a_score_of_a_map_has_its_column() -> None:
    assert {*COUNTED, *LOCATED} == {
        name for name, score in SCORES.items() if "method" in score.depends
    }


def test_masks_that_have_no_room_in_memory_are_made_anew(
    audit: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = scored(audit, "Bangs")
    region_masks._masks_of_region.cache_clear()
    monkeypatch.setattr(region_masks, "KEPT", 0)
    pd.testing.assert_frame_equal(scored(audit, "Bangs"), every, check_exact=True)
    region_masks._masks_of_region.cache_clear()


def test_the_masks_of_one_attribute_are_those_of_the_next(audit: Path) -> None:
    region_masks._masks_of_region.cache_clear()
    face_scores(Audited(audit), hat(audit), ["small/1"], ATTRIBUTES[:4])
    assert region_masks._masks_of_region.cache_info().misses == 1


def test_means_are_over_kinds_of_decisions(audit: Path) -> None:
    found = scored(audit, "Bangs")
    table = means(found)
    assert table["group"].tolist() == ["all", *GROUPS]
    assert table["faces"].tolist()[0] == FACES == table["faces"][1:].sum()
    misses = found[(found["label"] > 0) & (found["logit"] < 0)]
    row = table.set_index("group").loc["misses"]
    assert row["faces"] == len(misses)
    assert row["empty"] == misses["empty"].sum()
    for name in ("amr", "iou", "pixel_roc_auc"):
        assert row[name] == pytest.approx(misses[name].mean(), rel=1e-6)
    assert table.columns.tolist()[:5] == ["network", "attribute", "group", "faces", "empty"]


@pytest.mark.parametrize(
    ("network", "attribute", "message"),
    [
        ("small/2", "Bangs", "network: found 'small/2'; expected one of small/1"),
        ("../small/1", "Bangs", "network: found"),
        ("small/1", "Hat", "attribute: found 'Hat'; expected one of 5_o_Clock_Shadow"),
    ],
)
def test_what_there_is_not_is_named_before_anything_is_measured(
    audit: Path, network: str, attribute: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(score_columns, "counted_scores", None)
    networks, attributes = ["small/1", network], ["Bangs", attribute]
    with pytest.raises(InputError, match=message):
        face_scores(Audited(audit), hat(audit), networks, attributes)


def test_missing_landmarks_are_named(audit: Path) -> None:
    audited, version = Audited(audit), hat(audit)
    kept = (audit / "data/landmarks.parquet").rename(audit / "kept")
    try:
        with pytest.raises(HeedError, match=r"landmarks\.parquet: no such file; run `dvc repro`"):
            face_scores(audited, version, ["small/1"], ["Bangs"])
    finally:
        kept.rename(audit / "data/landmarks.parquet")


def test_maps_that_cannot_be_placed_as_they_were_scored_are_refused(
    audit: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    audited = Audited(audit)
    monkeypatch.setattr(audited, "placements_of", lambda _: {})
    with pytest.raises(InputError, match=r"small/1: where its cells lie by the rule \w+ could not"):
        face_scores(audited, hat(audit), ["small/1"], ["Bangs"])


def test_every_attribute_may_be_scored_in_it(audit: Path) -> None:
    assert len(scored(audit, ATTRIBUTES[-1], by_pixel=False)) == FACES
