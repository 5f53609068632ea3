"""Which places belong to outputs, for every output of both pipelines and every spelling."""

import os
from pathlib import Path

import pytest
import yaml
from dvc.repo import Repo

from heed.pipeline.output_places import output_of, output_patterns
from heed.pipeline.plan import StageFileError
from tests.places import ROOT

STAGE_FILE = """
stages:
  plain:
    cmd: x
    outs: [data/faces.parquet, {data/weights: {persist: true}}, 's3://bucket/key']
    metrics: [{metrics/a.json: {cache: false}}]
    plots: [plots/b]
  matrix:
    matrix: {model: "${models}"}
    cmd: x
    outs: ["data/networks/${item.model}.safetensors", "data/maps/${item.model}/x"]
  each:
    foreach: "${networks}"
    do: {cmd: x, wdir: sub, outs: ["out/${key}"]}
  none: {cmd: x, outs: null}
plots: [data/template.csv]
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "dvc.yaml").write_text(STAGE_FILE)
    monkeypatch.chdir(folder)
    return folder


def test_patterns_are_the_outputs_of_all_stages(project: Path) -> None:
    assert output_patterns() == (
        "data/faces.parquet", "data/maps/*/x", "data/networks/*.safetensors", "data/weights",
        "metrics/a.json", "plots/b", "sub/out/*",
    )  # fmt: skip


@pytest.mark.parametrize("pipeline", [".", "studies/affact"])
def test_every_output_that_dvc_sees_is_one(pipeline: str, monkeypatch) -> None:
    monkeypatch.chdir(ROOT / pipeline)
    outputs = [out.fs_path for stage in Repo(".").index.stages for out in stage.outs
               if Path(stage.path).parent == Path.cwd()]  # fmt: skip
    assert len(outputs) > 20
    for output in outputs:
        relative = os.path.relpath(output)
        assert output_of(output) is not None, output
        assert output_of(relative) == output_of(output)
        assert output_of(f"{relative}/inside/x.safetensors") is not None
    for free in ("weights/x.safetensors", "../other/data/networks/x.safetensors", "params.yaml"):
        assert output_of(free) is None


@pytest.mark.parametrize(
    "path",
    [
        "data/networks/x.safetensors",
        "./data//networks/../networks/x.safetensors",
        "data/networks/x.safetensors/",
        "../project/data/networks/x.safetensors",
        "~/data/networks/x.safetensors",
        "{absolute}/data/networks/x.safetensors",
    ],
)
def test_at_or_in_in_any_spelling(project: Path, monkeypatch, path: str) -> None:
    monkeypatch.setenv("HOME", str(project))
    assert output_of(path.format(absolute=project)) is not None


@pytest.mark.parametrize(
    "path",
    [
        "weights/x.safetensors",
        "data/networks.safetensors",
        "data/networks2/x.safetensors",
        "data/weights2",
        "data/maps/x/y",
        "~/weights/x",
        "template.csv",
        "data/checkpoints/x",
        "../elsewhere",
        "data/networks",
        "data",
        ".",
        "..",
        "/",
    ],
)
def test_other_places_are_free(project: Path, path: str) -> None:
    assert output_of(path) is None


def test_links_are_followed_one_by_one(project: Path, tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    (scratch / "networks").mkdir(parents=True)
    (scratch / "cache").write_text("weights")
    (project / "data").symlink_to(scratch)
    (project / "weights").mkdir()
    # As DVC links an output to its cache, and a user links to the output.
    (scratch / "networks/x.safetensors").symlink_to(scratch / "cache")
    (project / "weights/mine.safetensors").symlink_to("../data/networks/x.safetensors")
    (project / "weights/round").symlink_to("round")
    expected = "data/networks/*.safetensors"
    assert output_of("weights/mine.safetensors") == expected
    assert output_of(scratch / "networks/x.safetensors") == expected
    assert output_of("data/networks/x.safetensors") == expected
    assert output_of(scratch / "cache") is None
    assert output_of("weights/round") is None
    (project / "folder").symlink_to(scratch / "networks")
    assert output_of("folder/x.safetensors") == expected
    # As the system reads it: the folder above the link's goal, not the one that holds the link.
    assert output_of("folder/../faces.parquet") == "data/faces.parquet"


def test_of_another_pipeline_only_its_own_outputs_count(project: Path) -> None:
    other = project / "studies/other"
    other.mkdir(parents=True)
    (other / "dvc.yaml").write_text(yaml.safe_dump({"stages": {"a": {"outs": ["data/x"]}}}))
    assert output_of("studies/other/data/x") is None
    assert output_of("data/x", "studies/other/dvc.yaml") == "data/x"
    assert output_of("../../data/faces.parquet", "studies/other/dvc.yaml") is None


def test_without_a_pipeline_no_place_is_taken(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert output_patterns() == ()
    assert output_of("data/faces.parquet") is None


@pytest.mark.parametrize("content", ["stages: [1]", "stages: {a: 1}", "a: [", "1"])
def test_a_damaged_file_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "dvc.yaml").write_text(content)
    with pytest.raises(StageFileError, match=r"dvc\.yaml: "):
        output_patterns(tmp_path / "dvc.yaml")
