"""Scores of one network for one attribute: those of the stages, whichever way they are had."""

import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from unittest import mock

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import yaml

from heed.audit import paths
from heed.base.errors import InputError
from heed.explain.targets import TARGETS
from heed.explorer import measured, region_masks, score_columns, score_index
from heed.explorer.audited import Audited
from heed.explorer.score_columns import SCORES, columns
from stages import cams, score
from tests.explorer.at_once import AtOnce
from tests.explorer.audit_folder import audit_folder

FACES = 11


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    # Three row groups, of which the last is short: what takes them in turn meets all cases.
    with mock.patch.object(score, "CHUNK", 4):
        return audit_folder(tmp_path_factory.mktemp("columns") / "audit", faces=FACES)


@pytest.fixture(autouse=True)
def _few_at_once(monkeypatch):
    """Three chunks of faces, of which the last is short."""
    for module in (measured, region_masks):
        monkeypatch.setattr(module, "CHUNK", 4)


@pytest.fixture(scope="module")
def audited(folder):
    return Audited(folder)


def stored_rows(root, audited, network, attribute):
    table = pd.read_parquet(root / audited.scores_file(network))
    return table[table.attribute == attribute].set_index("image").loc[list(audited.images)]


def check(found, expected):
    for name, of_score in SCORES.items():
        if of_score.stored:
            # Sums in float32 differ in their last bits where masks are prepared one by one.
            np.testing.assert_allclose(
                found.values[name], expected[name].to_numpy(np.float32), 2e-6, 2e-7, err_msg=name
            )


def test_all_faces_are_measured_for_one_viewer_at_a_time(audited, monkeypatch):
    """Eight would hold a gigabyte of maps and masks. A page of faces need not wait for them."""
    at_once = AtOnce(measured.counted_scores)
    monkeypatch.setattr(score_columns, "counted_scores", at_once)
    asked = [replace(audited.stored, threshold=0.01 * (1 + place)) for place in range(8)]
    with ThreadPoolExecutor(8) as pool:
        list(
            pool.map(lambda each: columns(audited, "balanced/1", "Bald", each).values["amr"], asked)
        )
    assert at_once.most == 1
    with score_columns._MEASURING:
        columns(audited, "balanced/1", "Bald", replace(asked[0], threshold=0.7)).at("amr", [0, 2])


def test_stored_scores_are_those_of_the_stage(folder, audited):
    for network in audited.networks:
        for attribute in ("5_o_Clock_Shadow", "Wearing_Hat", "Young"):
            found = columns(audited, network, attribute)
            expected = stored_rows(folder, audited, network, attribute)
            for name, of_score in SCORES.items():
                if of_score.stored:
                    np.testing.assert_array_equal(
                        found.values[name], expected[name].to_numpy(np.float32)
                    )
                    assert found.values[name].dtype == np.float32
            np.testing.assert_array_equal(found.values["confidence"], expected.logit.abs())
            np.testing.assert_array_equal(found.label, expected.label)
            np.testing.assert_array_equal(found.logit, expected.logit)
            assert found.missing == {}


def test_groups_are_decisions_and_a_logit_of_0_says_present(audited):
    found = columns(audited, "balanced/1", audited.attributes[0])
    names = {
        (1, True): "hits",
        (1, False): "misses",
        (-1, True): "false_alarms",
        (-1, False): "correct_rejections",
    }
    assert found.logit[0] == 0
    for label, logit, group in zip(found.label, found.logit, found.group, strict=True):
        assert score_columns.GROUPS[group] == names[label, logit >= 0]
    assert found.group.dtype == np.uint8
    assert found.label.dtype == np.int8


OTHERS = [
    {"mask": "3"},
    {"mask": "evidence", "placement": "half_pixel"},
    {"placement": "half_pixel"},
    {"method": "layercam"},
    {"method": "layercam", "target": "true", "mask": "1", "threshold": 0.25},
    {"target": "positive"},
    {"target": "predicted_true", "mask": "evidence", "filled": "leave_out"},
    {"threshold": 0.0},
    {"threshold": 0.0, "filled": "leave_out", "mask": "3"},
]


@pytest.mark.parametrize("other", OTHERS, ids=lambda other: "-".join(map(str, other.values())))
def test_under_other_conditions_scores_are_what_the_stages_would_write(
    folder, audited, other, tmp_path, monkeypatch
):
    """Each of the stages is run once more, with the parameters that the conditions stand for."""
    asked = replace(audited.stored, **other)
    copy = tmp_path / "audit"
    copy.mkdir()
    (copy / "data").mkdir()
    for part in folder.glob("data/*"):
        if part.name not in ("scores", "cams", "score_versions"):
            (copy / "data" / part.name).symlink_to(part)
    params = yaml.safe_load((folder / "params.yaml").read_text())
    params["cam"] |= {
        "method": asked.method,
        "target": int(TARGETS[asked.target]),
        "placement": asked.placement,
    }
    params["mask"]["version"] = yaml.safe_load(asked.mask)
    params["score"] |= {"threshold": asked.threshold, "filled": asked.filled}
    (copy / "params.yaml").write_text(yaml.safe_dump(params))
    monkeypatch.chdir(copy)
    monkeypatch.setattr(sys, "argv", ["", "balanced"])
    cams.main()
    score.main()
    for network in ("balanced/1", "balanced/2"):
        for attribute in ("5_o_Clock_Shadow", "Wearing_Hat"):
            expected = stored_rows(copy, audited, network, attribute)
            check(columns(audited, network, attribute, asked), expected)


def test_scores_against_another_version_are_read_where_they_are_stored(audited, monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("measured what is stored")

    monkeypatch.setattr(score_columns, "counted_scores", refuse)
    asked = replace(audited.stored, mask="evidence", placement="half_pixel")
    values = columns(audited, "unweighted/2", "Bangs", asked).values
    table = pd.read_parquet(audited.path / audited.score_versions_file("unweighted/2"))
    rows = table[(table.version == "evidence") & (table.placement == "half_pixel")]
    rows = rows.sort_values("face")
    for name in ("amr", "proportional_energy"):
        expected = rows[f"{name}.Bangs"].to_numpy(np.float32)
        np.testing.assert_array_equal(values[name], expected)
    with pytest.raises(AssertionError, match="measured"):
        values["iou"]


def test_stored_versions_are_found_by_face_in_whatever_order(copy):
    file = copy / "data/score_versions/balanced/1.parquet"
    asked = replace(Audited(copy).stored, mask="3")
    before = columns(Audited(copy), "balanced/1", "Bald", asked).values["amr"]
    pd.read_parquet(file).sample(frac=1, random_state=0).to_parquet(file, index=False)
    after = columns(Audited(copy), "balanced/1", "Bald", asked).values["amr"]
    np.testing.assert_array_equal(after, before)
    assert len(np.unique(before)) > 1


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("method", "gradcam", "layercam"),
        ("target", "positive", "true"),
        ("placement", "half_pixel", "receptive_field"),
        ("mask", "1", "3"),
        ("threshold", 0.1, 0.2),
        ("filled", "keep", "leave_out"),
    ],
)
def test_what_was_measured_is_not_taken_for_other_conditions(folder, name, one, other):
    """Scores that are kept of one measurement, asked for under conditions that differ in one."""
    audited = Audited(folder)
    base = replace(audited.stored, target="true", mask="evidence", threshold=0.3)
    for score_name in ("iou", "pixel_roc_auc"):
        found = [
            columns(audited, "balanced/1", "Male", replace(base, **{name: value}))
            for value in (one, other)
        ]
        first, second = (each.values[score_name] for each in found)
        differ = not np.array_equal(first, second)
        assert differ == (name in SCORES[score_name].depends)


def test_what_conditions_do_not_touch_is_read(audited, monkeypatch):
    for name in ("counted_scores", "located_scores"):
        monkeypatch.setattr(score_columns, name, None)
    values = columns(audited, "balanced/1", "Male", replace(audited.stored, threshold=0.1)).values
    for name in ("proportional_energy", "pointing_game", "intensity", "contribution", "logit"):
        assert np.isfinite(values[name]).any()


@pytest.mark.parametrize(
    "other", [{}, *OTHERS], ids=lambda other: "-".join(map(str, other.values()))
)
def test_scores_of_some_faces_are_those_in_the_columns(folder, other, monkeypatch):
    audited = Audited(folder)
    places = [7, 0, 10, 7, 3]
    asked = replace(audited.stored, **other)
    few = columns(audited, "balanced/2", "Wearing_Hat", asked)
    found = {name: few.at(name, places) for name in SCORES}
    single = {name: few.at(name, [10]) for name in SCORES}
    whole = columns(audited, "balanced/2", "Wearing_Hat", asked)
    for name in SCORES:
        np.testing.assert_allclose(found[name], whole.values[name][places], 2e-6, 2e-7)
        np.testing.assert_allclose(single[name], whole.values[name][[10]], 2e-6, 2e-7)
        assert found[name].dtype == np.float32
        assert few.at(name, []).shape == (0,)
    # What all faces have is not measured again for some.
    for name in ("counted_scores", "located_scores"):
        monkeypatch.setattr(score_columns, name, None)
    for each in (whole, few, columns(audited, "balanced/2", "Wearing_Hat", asked)):
        for name in SCORES:
            np.testing.assert_array_equal(each.at(name, [2, 1]), whole.values[name][[2, 1]])


def test_of_some_faces_no_others_are_measured(audited, monkeypatch):
    asked_for = []

    with monkeypatch.context() as patch:
        before = score_columns.counted_scores
        patch.setattr(
            score_columns,
            "counted_scores",
            lambda *arguments, faces, **of: (
                asked_for.append(faces.tolist()) or before(*arguments, faces=faces, **of)
            ),
        )
        found = columns(
            audited, "balanced/1", "Eyeglasses", replace(audited.stored, method="layercam")
        )
        for name in ("amr", "iou", "active_area", "logit", "contribution"):
            assert found.at(name, [4, 2]).shape == (2,)
    assert asked_for == [[4, 2]]


def test_columns_in_files_are_those_in_memory(folder, audited):
    files = {name: folder / audited.scores_file(name) for name in audited.networks}
    there, here = (
        score_index.ScoreIndex(files, audited.images, audited.attributes, limit)
        for limit in (0, 2**30)
    )
    assert there.on_disk
    assert not here.on_disk
    for name in ("amr", "label", "empty"):
        mapped = there.column("unweighted/2", name)
        assert isinstance(mapped, np.memmap)
        np.testing.assert_array_equal(mapped, here.column("unweighted/2", name))
        assert there.column("unweighted/2", name) is mapped


def test_what_was_read_ahead_is_not_read_again(folder, monkeypatch):
    audited = Audited(folder)
    score_columns.read_ahead(audited)
    monkeypatch.setattr(score_index.pq, "ParquetFile", None)
    for network in audited.networks:
        values = columns(audited, network, "Young").values
        assert all(len(values[name]) == FACES for name in SCORES)


def test_several_viewers_at_once_see_the_same(folder, audited):
    asked = [replace(audited.stored, **other) for other in ({}, *OTHERS)] * 2
    expected = [columns(audited, "balanced/1", "Bald", each).values for each in asked]
    fresh = Audited(folder)

    def look(conditions):
        found = columns(fresh, "balanced/1", "Bald", conditions).values
        return {name: found[name] for name in SCORES}

    with ThreadPoolExecutor(8) as threads:
        for found, values in zip(threads.map(look, asked), expected, strict=True):
            for name in SCORES:
                np.testing.assert_array_equal(found[name], values[name])


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"method": "cam"}, "method: found 'cam'; expected one of gradcam, layercam"),
        ({"target": "2"}, "target: found '2'; expected one of positive, predicted"),
        ({"placement": "centre"}, "placement: found 'centre'; expected one of receptive_field"),
        ({"mask": "7"}, "mask: found '7'; expected one of 1, 2, 3, evidence"),
        ({"filled": "no"}, "filled: found 'no'; expected one of keep, leave_out"),
        ({"threshold": 1.0}, "threshold: found 1.0; expected 0 or more, and less than 1"),
    ],
)
def test_what_the_audit_has_not_is_named(audited, asked, said):
    with pytest.raises(InputError, match=said):
        columns(audited, "balanced/1", "Male", replace(audited.stored, **asked))
    with pytest.raises(InputError, match="network: found 'other/1'; expected one of balanced/1"):
        columns(audited, "other/1", "Male")
    with pytest.raises(InputError, match="attribute: found 'Mole'; expected one of 5_o_"):
        columns(audited, "balanced/1", "Mole")


@pytest.fixture
def copy(folder, tmp_path):
    shutil.copytree(folder, tmp_path / "audit")
    return tmp_path / "audit"


def test_a_head_that_is_not_affine_has_no_contribution(copy):
    file = copy / "data/scores/balanced/1.parquet"
    table, schema = pq.read_table(file), pq.read_schema(file)
    for name in ("contribution", "contribution_share", "bias_share"):
        place = schema.names.index(name)
        empty = np.full(len(table), np.nan, schema.field(name).type.to_pandas_dtype())
        table = table.set_column(place, schema.field(name), [empty])
    pq.write_table(table.cast(schema), file)
    found = columns(Audited(copy), "balanced/1", "Bald")
    assert set(found.missing) == {"contribution", "contribution_share", "bias_share"}
    assert "its head is not affine" in found.missing["bias_share"]
    assert np.isnan(found.values["contribution"]).all()


def ruin(file):
    """Zeros in the place of what is in a file, whose ends stay: they say what it has."""
    content = bytearray(file.read_bytes())
    end = int.from_bytes(content[-8:-4], "little") + 8 if file.suffix == ".parquet" else 4
    content[4:-end] = bytes(len(content) - end - 4)
    file.write_bytes(content)


@pytest.mark.parametrize(
    ("part", "pattern", "asked"),
    [
        ("data/scores/balanced/1.parquet", "", {}),
        ("data/score_versions/balanced/1.parquet", "", {"mask": "3"}),
        ("data/maps/balanced/1.zarr", "gradcam/c/0/0/0/0", {"target": "positive"}),
        ("data/masks/evidence.zarr", "regions/c/0/0/0/0", {"mask": "evidence", "threshold": 0.0}),
    ],
)
def test_a_file_that_is_damaged_inside_is_named_when_it_is_read(copy, part, pattern, asked):
    audited = Audited(copy)
    ruin(copy / part / pattern if pattern else copy / part)
    name = Path(part).name
    with pytest.raises(InputError, match=rf"{name}: is damaged \(.*\); remove it, then run `dvc"):
        columns(audited, "balanced/1", "Bald", replace(audited.stored, **asked)).values["amr"]


def test_rows_in_another_order_are_refused(copy):
    file = copy / "data/scores/balanced/1.parquet"
    table, schema = pq.read_table(file), pq.read_schema(file)
    groups = [table.slice(start, 160) for start in (160, 0, 320)]
    with pq.ParquetWriter(file, schema) as writer:
        for group in groups:
            writer.write_table(group)
    with pytest.raises(InputError, match=r"1\.parquet: its rows 0 to 160 are not those of the aud"):
        columns(Audited(copy), "balanced/1", "Bald")
    order = np.arange(len(table))
    order[:2] = [1, 0]
    pq.write_table(table.take(order).cast(schema), file)
    with pytest.raises(InputError, match="in another order than face by face"):
        columns(Audited(copy), "balanced/1", "Bald")


def test_a_placement_that_a_network_has_not_is_missing(copy):
    import zarr

    group = zarr.open_group(copy / "data/maps/balanced/1.zarr", mode="r+", use_consolidated=False)
    placements = group.attrs["placements"]
    group.attrs["placements"] = {"half_pixel": placements["half_pixel"]}
    zarr.consolidate_metadata(group.store)
    audited = Audited(copy)
    assert audited.placements == ("receptive_field", "half_pixel")
    asked = replace(audited.stored, mask="3")
    found = columns(audited, "balanced/1", "Bald", asked)
    assert "by the rule receptive_field could not be told" in found.missing["amr"]
    assert np.isnan(found.values["amr"]).all()
    assert np.isfinite(found.values["contribution"]).all()
    assert columns(audited, "balanced/2", "Bald", asked).missing == {}


@pytest.mark.parametrize("mask", ["3", "box:4,6,20,22"])
def test_a_missing_table_of_crops_is_named_where_pixels_are_left_out(copy, mask):
    audited = Audited(copy)
    (copy / paths.crop_transforms(audited.partition)).unlink()
    asked = replace(audited.stored, mask=mask, filled="leave_out", threshold=0.3)
    with pytest.raises(InputError, match=r"crop.*\.parquet: no such file"):
        columns(audited, "balanced/1", "Bald", asked).values["amr"]
