import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from dvc.repo import Repo

from heed.pipeline.plan import planned_stages
from tests.places import ROOT


def held_to_dvc(folder: Path) -> int:
    """Compare the plan of a pipeline with DVC's own; gives the number of stages."""
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    Repo.init(str(folder)).close()

    def places(entries: list[Any]) -> list[str]:
        return sorted(os.path.relpath(e.fs_path, folder) for e in entries if e.protocol == "local")

    with Repo(str(folder)) as repo:
        expected = {
            stage.name: (
                stage.cmd,
                places([d for d in stage.deps if not hasattr(d, "params")]),
                places(stage.outs),
            )
            for stage in repo.index.stages
        }
    found = {stage.name: stage for stage in planned_stages()}
    assert set(found) == set(expected)
    for name, (command, inputs, outputs) in expected.items():
        stage = found[name]
        script = os.path.relpath(stage.script, stage.folder)
        assert " ".join(["python", script, *stage.arguments]) == command
        assert sorted(stage.inputs) == inputs
        assert sorted(stage.outputs) == outputs
    return len(found)


@pytest.mark.parametrize("pipeline", [".", "studies/affact", "studies/methods"])
def test_a_pipeline_is_read_as_dvc_reads_it(
    pipeline: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("dvc.yaml", "params.yaml"):
        shutil.copy(ROOT / pipeline / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    assert held_to_dvc(tmp_path) > 10


OWN_STAGES = """
stages:
  two:
    matrix: {model: "${models}", seed: [1, 2], flip: [true]}
    cmd: python own.py ${item.model} ${item.seed} ${item.flip}
    deps: [own.py]
    outs: ["own/${key}", "more/${item.model}/${item.seed}"]
  lists:
    matrix: {size: [[1, 2], [3, 4]], mode: [x]}
    cmd: python own.py ${item.mode} ${item.size[0]}
    deps: [own.py]
    outs: ["lists/${key}"]
  elsewhere:
    wdir: sub
    cmd: python own.py
    deps: [own.py, ../params.yaml]
    outs: [made]
  each:
    foreach: [{name: a}, {name: b}]
    do: {cmd: "python own.py ${item.name}", outs: ["each/${item.name}"]}
  truths:
    foreach: [true, false]
    do: {cmd: "python own.py ${item}", outs: ["truths/${item}"]}
"""


def test_stages_of_the_users_own_are_read_as_dvc_reads_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "dvc.yaml").write_text(OWN_STAGES)
    (tmp_path / "params.yaml").write_text("models: [a, b]\n")
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path)
    assert held_to_dvc(tmp_path) == 4 + 2 + 1 + 2 + 2


def test_an_output_in_the_cloud_is_no_file_of_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # DVC itself needs a plug-in to read this one
    Path("dvc.yaml").write_text("stages: {a: {cmd: python x.py, outs: ['s3://bucket/key', b]}}")
    assert [stage.outputs for stage in planned_stages()] == [("b",)]


@pytest.mark.parametrize("params", [None, "", "modles: {a: 1}", "models: abc", "models: 3"])
@pytest.mark.parametrize("kind", ["foreach: ${models}", "matrix: {model: '${models}'}"])
def test_choices_that_are_nowhere_are_no_letters(
    params: str | None, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    body = "{cmd: python x.py}"
    Path("dvc.yaml").write_text(f"stages:\n  train:\n    {kind}\n    do: {body}\n")
    if params is not None:
        Path("params.yaml").write_text(params)
    assert planned_stages() == []


@pytest.mark.parametrize("content", [None, "", "- a", "stages: 3", "{", "stages:\n  a: b"])
def test_what_is_no_pipeline_has_no_stages(
    content: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    if content is not None:
        Path("dvc.yaml").write_text(content)
    assert planned_stages() == []
