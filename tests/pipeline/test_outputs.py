"""No output of a pipeline takes the place of somebody's own files."""

import shutil
from pathlib import Path

import pytest
import yaml

from heed.base.files import StrangerError
from heed.pipeline.outputs import check_outputs
from heed.pipeline.plan import planned_stages
from tests.pipeline_copy import LONG, ROOT, PipelineCopy

WORDS = "years of work"


def outputs_of(pipeline: PipelineCopy) -> list[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(pipeline.folder)
        return [output for stage in planned_stages() for output in stage.outputs]


@pytest.fixture(scope="module", params=[".", "studies/affact"])
def pipeline(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> PipelineCopy:
    """A repository with a pipeline's real dvc.yaml, scripts and library."""
    few = {"synthetic": {"train": 8, "validation": 4, "test": 6}}
    return PipelineCopy(tmp_path_factory.mktemp("outputs"), request.param, few)


def test_a_strangers_file_at_any_output_is_refused_and_kept(
    pipeline: PipelineCopy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(pipeline.folder)
    assert len(outputs_of(pipeline)) > 15
    for output in outputs_of(pipeline):
        top = Path(Path(output).parts[0])
        for stranger in (Path(output), Path(output, "below/mine.txt")):
            stranger.parent.mkdir(parents=True, exist_ok=True)
            stranger.write_text(WORDS)
            with pytest.raises(StrangerError, match=output):
                check_outputs()
            assert stranger.read_text() == WORDS
            shutil.rmtree(top)
    check_outputs()


def test_dvc_removes_no_strangers_file(pipeline: PipelineCopy) -> None:
    """The real thing: every output holds a stranger's file, and then only the very last one."""
    strangers = [
        path if path.suffix in {".csv", ".json", ".html", ".parquet"} else path / "mine.txt"
        for path in (pipeline.folder / output for output in outputs_of(pipeline))
    ]
    for remaining in (strangers, strangers[-1:]):
        for stranger in remaining:
            stranger.parent.mkdir(parents=True, exist_ok=True)
            stranger.write_text(WORDS)
        process = pipeline.start("repro")
        status, output = process.wait(LONG), process.output.read_text()
        assert status != 0
        assert "Heed did not write" in output, output
        assert [stranger.read_text() for stranger in remaining] == [WORDS] * len(remaining)
        for stranger in remaining:
            stranger.unlink()


def test_only_what_dvc_leaves_alone_is_written_before_the_inventory_has_looked() -> None:
    """Stages that the inventory does not come before have persistent outputs, as its own are."""
    for pipeline in (".", "studies/affact"):
        stages = yaml.safe_load((ROOT / pipeline / "dvc.yaml").read_text())["stages"]
        for name in ("synthesize", "inventory"):
            for output in stages[name]["outs"]:
                assert isinstance(output, dict), f"{pipeline}: {name}: {output}"
                assert all(options["persist"] for options in output.values())
