"""An audit as the explorer opens it: what there is, and a sentence for what there is not."""

import os
import re
import shutil
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
import yaml
import zarr

from heed.audit.tables.score_table import conditions_of, under
from heed.base.errors import InputError
from heed.explorer.audited import Audited
from heed.explorer.conditions import Conditions
from tests.explorer.audit_folder import PARAMS, SIZE, audit_folder, lock, names

FACES = 5


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return audit_folder(tmp_path_factory.mktemp("audited") / "hats", faces=FACES)


@pytest.fixture
def copy(folder, tmp_path):
    shutil.copytree(folder, tmp_path / "hats")
    return tmp_path / "hats"


def test_what_an_audit_has(folder):
    found = Audited(folder)
    assert found.name == "hats"
    assert found.models == ("balanced", "unweighted")
    assert found.networks == ("balanced/1", "balanced/2", "unweighted/1", "unweighted/2")
    assert list(found.images) == names(FACES)
    assert len(found.attributes) == 40
    assert found.methods == ("gradcam", "layercam")  # that of -z is no method of its own
    assert found.placements == ("receptive_field", "half_pixel")
    assert found.targets == ("positive", "predicted", "predicted_true", "true")
    assert found.mask_versions == ("1", "2", "3", "evidence")
    expected = Conditions("gradcam", "predicted", "receptive_field", "2", 0.5, "keep")
    assert found.stored == found.stored_of("unweighted/2") == expected
    assert found.size == SIZE
    assert found.partition == "test"
    assert found.problems == ()
    assert [found.place(image) for image in found.images] == list(range(FACES))
    assert found.masks("evidence").size == SIZE
    assert set(found.placements_of("balanced/2")) == set(found.placements)


def test_it_opens_from_another_folder_and_by_a_relative_path(folder, monkeypatch):
    monkeypatch.chdir(folder.parent)
    assert Audited("hats").name == "hats"
    monkeypatch.chdir(folder)
    assert Audited().name == "hats"


def test_names_that_there_are_not_are_refused(folder):
    found = Audited(folder)
    with pytest.raises(InputError, match=r"image: found 'q\.jpg', which is not among the 5"):
        found.place("q.jpg")
    with pytest.raises(InputError, match="attribute: found 'Mole'; expected one of 5_o_Clock"):
        found.attribute_place("Mole")
    with pytest.raises(InputError, match=r"mask: found '\.\./2'; expected one of 1, 2, 3, evid"):
        found.masks("../2")
    with pytest.raises(InputError, match="network: found 'balanced/3'; expected one of balanced/1"):
        found.maps("balanced/3")


def test_a_named_region_is_a_version_of_the_masks(copy):
    shutil.copytree(copy / "data/masks/3.zarr", copy / "data/masks/regions/hat.zarr")
    found = Audited(copy)
    assert found.mask_versions == ("1", "2", "3", "evidence", "regions/hat")
    assert found.masks("regions/hat").packed(slice(0, 2)).shape == (2, 2, SIZE, SIZE // 8)


def test_a_model_without_results_is_named(copy):
    params = PARAMS | {"models": dict.fromkeys(("balanced", "third", "unweighted"))}
    (copy / "params.yaml").write_text(yaml.safe_dump(params, sort_keys=False))
    found = Audited(copy)
    assert found.models == ("balanced", "unweighted")
    (problem,) = found.problems
    assert problem.startswith(f"third is left out: {copy}/data/scores/third: no such folder; run ")


def test_a_model_that_was_removed_from_params_is_not_shown(copy):
    params = PARAMS | {"models": {"unweighted": None}}
    (copy / "params.yaml").write_text(yaml.safe_dump(params))
    assert Audited(copy).networks == ("unweighted/1", "unweighted/2")


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-20])


def zeros(file: Path) -> None:
    file.write_bytes(bytes(file.stat().st_size))


def drop(file: Path) -> None:
    shutil.rmtree(file) if file.is_dir() else file.unlink()


def of_others(file: Path) -> None:
    group = zarr.open_group(file.parent, mode="r+", use_consolidated=False)
    group.attrs["images_sha256"] = "0" * 64
    file.write_bytes(file.read_bytes())


def fewer(file: Path) -> None:
    table = pd.read_parquet(file)
    table[:-40].to_parquet(file)


def without_conditions(file: Path) -> None:
    pd.read_parquet(file).to_parquet(file)


@pytest.mark.parametrize(
    ("file", "harm", "said"),
    [
        (
            "data/scores/balanced/2.parquet",
            cut,
            r"2\.parquet: is damaged \(.*; remove it, then run",
        ),
        ("data/scores/balanced/2.parquet", zeros, r"2\.parquet: is damaged"),
        ("data/scores/balanced/2.parquet", fewer, r"found 160 rows; expected 200, 40 for each of"),
        ("data/scores/balanced/2.parquet", without_conditions, "found no conditions beside the sc"),
        ("data/maps/balanced/2.zarr", drop, r"data/maps/balanced/2\.zarr: no such store; run `dvc"),
        ("data/maps/balanced/2.zarr/zarr.json", drop, r"2\.zarr: no such store"),
        ("data/maps/balanced/2.zarr/zarr.json", zeros, r"2\.zarr: is damaged: zarr.json cannot be"),
        ("data/maps/balanced/2.zarr/zarr.json", cut, r"2\.zarr: is damaged: zarr.json cannot be"),
        ("data/maps/balanced/2.zarr/zarr.json", of_others, r"2\.zarr: found maps of other faces"),
        ("data/maps/balanced/2.zarr/gradcam/c", drop, r"is damaged: 1 of the 1 chunks of gradcam"),
    ],
)
def test_a_network_with_a_damaged_file_is_left_out_and_named(copy, file, harm, said):
    harm(copy / file)
    found = Audited(copy)
    assert found.networks == ("balanced/1", "unweighted/1", "unweighted/2")
    (problem,) = [each for each in found.problems if each.startswith("balanced/2 is left out: ")]
    assert re.search(said, problem), problem
    assert found.methods == ("gradcam", "layercam")


@pytest.mark.parametrize(
    "lost",
    [
        "data/scores/balanced/2.parquet", "data/scores/balanced", "data/maps/balanced/2.zarr",
        "data/maps/balanced/2.zarr/gradcam/c/0/0/0/0", "data/masks/3.zarr/regions/c/0/0/0/0",
        "data/masks/3.zarr", "data/landmarks.parquet", "data/crops/test.parquet",
    ],
)  # fmt: skip
def test_what_was_lost_and_comes_back_is_noticed(copy, tmp_path, lost):
    """As by `dvc checkout`, which writes no dvc.lock anew."""
    kept = shutil.move(copy / lost, tmp_path / "kept")
    found = Audited(copy)
    assert not found.rewritten()
    shutil.move(kept, copy / lost)
    assert found.rewritten()
    again = Audited(copy)
    assert len(again.networks) == 4
    assert len(again.mask_versions) == 4
    assert not again.rewritten()


def test_masks_that_are_damaged_are_left_out_and_named(copy):
    zeros(copy / "data/masks/1.zarr/zarr.json")
    of_others(copy / "data/masks/3.zarr/zarr.json")
    found = Audited(copy)
    assert found.mask_versions == ("2", "evidence")
    assert "Masks 1 are left out" in found.problems[0]
    assert "is damaged: zarr.json cannot be read" in found.problems[0]
    assert "3.zarr: found masks of other faces" in found.problems[1]


def test_masks_that_lost_a_chunk_are_left_out_and_empty_ones_are_not(copy):
    shutil.rmtree(copy / "data/masks/3.zarr/regions/c")  # as a store of empty masks has none
    found = Audited(copy)
    assert found.mask_versions == ("1", "2", "evidence")
    assert "3.zarr: is damaged: 1 of the 1 chunks of its regions are not there" in found.problems[0]
    lock(copy, PARAMS)
    assert Audited(copy).mask_versions == ("1", "2", "3", "evidence")
    (copy / "dvc.lock").unlink()
    assert Audited(copy).mask_versions == ("1", "2", "evidence")


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ("params.yaml", r"params\.yaml: no such file; expected the folder of an audit"),
        ("data/frontal.parquet", r"frontal\.parquet: no such file; run `dvc repro`"),
        ("data/scores", "found no network to show; expected an audit that has run. balanced is l"),
        ("data/maps", "found no network to show.*balanced/1 is left out: .* no such store"),
        ("data/masks", "data/masks: found no masks that can be shown; run `dvc repro`"),
    ],
)
def test_a_folder_without_an_audit_says_what_it_lacks(copy, missing, said):
    drop(copy / missing)
    with pytest.raises(InputError, match=said):
        Audited(copy)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("a: [", r"params\.yaml: not valid YAML"),
        ("frontal: {partition: test}", "found no models or no frontal.partition; expected the par"),
        ("models: 3\nfrontal: {partition: test}", "found no models or no frontal.partition"),
        ("models: {a: }\nfrontal: 3", "found no models or no frontal.partition"),
        (
            "models: {../b: }\nfrontal: {partition: test}",
            r"models: found the name '\.\./b'; expected",
        ),
        (
            "models: {a: }\nfrontal: {partition: ../..}",
            "frontal.partition: found '../..'; expect",
        ),
    ],
)
def test_parameters_that_are_none_of_an_audit_are_refused(copy, content, said):
    (copy / "params.yaml").write_text(content)
    with pytest.raises(InputError, match=said):
        Audited(copy)


def test_no_frontal_face_is_nothing_to_show(copy):
    file = copy / "data/frontal.parquet"
    pd.read_parquet(file).assign(kept=False).to_parquet(file)
    with pytest.raises(InputError, match=r"found no frontal face among 6; raise frontal\.thr"):
        Audited(copy)


def test_scores_under_other_conditions_are_named(copy):
    file = copy / "data/scores/unweighted/1.parquet"
    other = conditions_of(file) | {"threshold": 0.0}
    pq.write_table(pq.read_table(file).cast(under(other)), file)
    found = Audited(copy)
    assert found.stored.threshold == 0.5
    assert found.stored_of("unweighted/1").threshold == 0
    assert (
        "its scores were taken under threshold 0.0; expected threshold 0.5, as th"
        in found.problems[0]
    )


def test_the_stamp_changes_when_a_file_is_rewritten(copy):
    found = Audited(copy)
    assert Audited(copy).stamp == found.stamp
    assert not found.rewritten()
    for name in (
        "params.yaml",
        "data/scores/balanced/1.parquet",
        "data/masks/3.zarr/zarr.json",
        "data/maps/unweighted/2.zarr/zarr.json",
        "data/crops/test.npy",
    ):
        stat = (copy / name).stat()
        os.utime(copy / name, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1))
        assert found.rewritten()
        os.utime(copy / name, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        assert not found.rewritten()
    (copy / "data/frontal.parquet").unlink()
    assert found.rewritten()


def test_results_of_other_parameters_or_files_are_named(copy):
    params = PARAMS | {"mask": {"version": 3}, "cam": PARAMS["cam"] | {"target": 1}}
    (copy / "params.yaml").write_text(yaml.safe_dump(params, sort_keys=False))
    extra = copy / "data/maps/balanced/2.zarr/layercam/extra"
    extra.write_text("of another run")
    (copy / "data/scores/unweighted.partial").mkdir()
    found = Audited(copy)
    assert [problem.partition(": ")[2] for problem in found.problems[:2]] == [
        f"found {files + 1} files; dvc.lock has {files}: they are of another run, or some were "
        "lost; run `dvc repro`, or `dvc pull` where the results are shared"
        for files in [sum(file.is_file() for file in extra.parents[2].rglob("*")) - 1]
    ] + ["half-written: the stage runs just now, or was killed; wait, or run `dvc repro`"]
    assert found.problems[2:] == (
        "params.yaml has cam.target: 1, but cams was made with 2; run `dvc repro`",
        "params.yaml has mask.version: 3, but score was made with 2; run `dvc repro`",
    )
    lock(copy, params)
    shutil.rmtree(copy / "data/scores/unweighted.partial")
    assert Audited(copy).problems == ()
