import shutil
import subprocess
from pathlib import Path

import pytest
from dvc.repo import Repo

from heed.pipeline.plan import planned_stages
from tests.code_dependencies import ROOT


@pytest.mark.parametrize("pipeline", [".", "studies/affact"])
def test_a_pipeline_is_read_as_dvc_reads_it(
    pipeline: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("dvc.yaml", "params.yaml"):
        shutil.copy(ROOT / pipeline / name, tmp_path / name)
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    Repo.init(str(tmp_path)).close()
    monkeypatch.chdir(tmp_path)
    with Repo() as repo:
        expected = {
            stage.name: (
                stage.cmd,
                [d.def_path for d in stage.deps if not hasattr(d, "params")],
                [out.def_path for out in stage.outs],
            )
            for stage in repo.index.stages
        }
    found = {stage.name: stage for stage in planned_stages()}
    assert set(found) == set(expected)
    for name, (command, inputs, outputs) in expected.items():
        stage = found[name]
        assert " ".join(["python", stage.script, *stage.arguments]) == command
        assert sorted(stage.inputs) == sorted(inputs)
        assert sorted(stage.outputs) == sorted(outputs)


@pytest.mark.parametrize("content", [None, "", "- a", "stages: 3", "{", "stages:\n  a: b"])
def test_what_is_no_pipeline_has_no_stages(
    content: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    if content is not None:
        Path("dvc.yaml").write_text(content)
    assert planned_stages() == []
