"""Each study is a DVC repository of its own, of which the audit's knows nothing.

What DVC does is watched in a small project of the same frame: the real ``.dvc``, ``.dvcignore`` and
links, one stage in the root and one in the study.
"""

import configparser
import csv
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.pipeline_copy import copy_frame
from tests.places import ROOT

STUDIES = [path.parent.relative_to(ROOT) for path in sorted(ROOT.glob("studies/*/dvc.yaml"))]
STUDY = "studies/affact"
GIT = ("git", "-c", "user.name=test", "-c", "user.email=test@localhost")


def run(folder: Path, *command: str, status: int | None = 0) -> str:
    """What a command prints; its status must be ``status``, None: any."""
    binaries = str(Path(sys.executable).parent)
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([binaries, os.environ["PATH"]]),
        "GIT_AUTHOR_NAME": "test",
        "GIT_AUTHOR_EMAIL": "test@localhost",
        "GIT_COMMITTER_NAME": "test",
        "GIT_COMMITTER_EMAIL": "test@localhost",
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # where it is set, no __pycache__ appears
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert status is None or done.returncode == status, done.stdout + done.stderr
    return done.stdout


def read(config: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    # DVC indents the lines of a section, which a parser would take for one long value.
    parser.read_string("\n".join(line.strip() for line in config.read_text().splitlines()))
    return parser


@pytest.mark.parametrize("study", STUDIES, ids=str)
def test_a_study_is_a_repository_like_the_audits_that_shares_its_cache(study: Path) -> None:
    folder = ROOT / study
    own, root = read(folder / ".dvc/config"), read(ROOT / ".dvc/config")
    assert own["core"] == root["core"]
    assert os.path.normpath(folder / ".dvc" / own["cache"]["dir"]) == str(ROOT / ".dvc/cache")
    for name in (".dvcignore", ".dvc/.gitignore"):
        assert (folder / name).read_text() == (ROOT / name).read_text(), name
    assert (folder / "src").readlink() == Path("../../src")


# -- a small project -----------------------------------------------------------------------------

SCRIPT = """
import json, pathlib, sys
sys.path.insert(0, "src")
import heed.room.module as module
import yaml
value = yaml.safe_load(pathlib.Path("params.yaml").read_text())["value"]
pathlib.Path("data").mkdir(exist_ok=True)
pathlib.Path("data/numbers.txt").write_text(f"{module.NAME} {value} {sys.argv[1]}")
pathlib.Path("score.json").write_text(json.dumps({sys.argv[1] + "_score": value}))
"""


def add_pipeline(root: Path, pipeline: str, name: str) -> None:
    copy_frame(root, pipeline)
    folder = root / pipeline
    (folder / "stages").mkdir()
    (folder / "stages/count.py").write_text(SCRIPT)
    stage = {
        "cmd": f"python stages/count.py {name}",
        "deps": ["stages/count.py", "src/heed/room"],
        "params": ["value"],
        "outs": ["data/numbers.txt"],
        "metrics": [{"score.json": {"cache": False}}],
    }
    (folder / "dvc.yaml").write_text(yaml.safe_dump({"stages": {f"count_{name}": stage}}))
    (folder / "params.yaml").write_text("value: 1\n")


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both pipelines have run; only the audit's outputs were pushed to the remote."""
    folder = tmp_path_factory.mktemp("origin")
    room = folder / "src/heed/room"
    room.mkdir(parents=True)
    for file in (room / "__init__.py", folder / "src/heed/__init__.py"):
        file.touch()
    (room / "module.py").write_text("NAME = 'room'\n")
    add_pipeline(folder, ".", "audit")
    add_pipeline(folder, STUDY, "study")
    run(folder, *GIT, "init", "-q")
    run(folder, "dvc", "remote", "add", "-d", "store", str(folder.parent / f"{folder.name}-store"))
    for place in (folder, folder / STUDY):
        run(place, "dvc", "repro")
    run(folder, *GIT, "add", ".")
    run(folder, *GIT, "commit", "-q", "-m", "Both have run")
    run(folder, "dvc", "push")
    return folder


@pytest.fixture
def clone(origin: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "clone"
    run(origin, *GIT, "clone", "-q", str(origin), str(folder))
    return folder


def test_the_audit_is_pulled_without_the_study(clone: Path) -> None:
    run(clone, "dvc", "pull")
    run(clone, "dvc", "checkout")
    assert (clone / "data/numbers.txt").read_text() == "room 1 audit"
    assert json.loads(run(clone, "dvc", "status", "--json")) == {}
    assert not (clone / STUDY / "data").exists()


def test_a_study_in_the_audits_repository_would_stop_the_audits_pull(clone: Path) -> None:
    """What the frame is for; this is what the test above would find without it."""
    shutil.rmtree(clone / STUDY / ".dvc")
    run(clone, "dvc", "pull", status=1)
    assert STUDY in run(clone, "dvc", "status", "--json")


def test_experiments_and_metrics_of_the_audit_are_the_audits(clone: Path) -> None:
    run(clone, "dvc", "pull")
    run(clone, "dvc", "exp", "run", "-S", "value=2", "--name", "two")
    table = list(csv.DictReader(io.StringIO(run(clone, "dvc", "exp", "show", "--csv"))))
    assert {row["audit_score"] for row in table} == {"1", "2"}
    assert not [column for column in table[0] if "stud" in column]
    assert json.loads(run(clone, "dvc", "metrics", "diff", "--json", "HEAD")) == {
        "score.json": {"audit_score": {"old": 1, "new": 2, "diff": 1}}
    }
    run(clone, *GIT, "checkout", "-q", "-f", "HEAD")
    run(clone, "dvc", "exp", "apply", "two")
    assert (clone / "data/numbers.txt").read_text() == "room 2 audit"


def test_python_and_dvc_leave_nothing_in_the_library_that_makes_a_study_stale(
    clone: Path,
) -> None:
    study = clone / STUDY
    run(study, "dvc", "repro")
    assert list((clone / "src/heed/room/__pycache__").iterdir())
    assert json.loads(run(study, "dvc", "status", "--json")) == {}
    (clone / "src/heed/room/module.py").write_text("NAME = 'mended'\n")
    assert "src/heed/room" in run(study, "dvc", "status", "--json")
    run(study, "dvc", "repro")
    assert (study / "data/numbers.txt").read_text() == "mended 1 study"


def test_without_the_link_what_python_leaves_would_make_a_study_stale(clone: Path) -> None:
    """DVC asks no .dvcignore about what lies outside of a repository."""
    study = clone / STUDY
    text = (study / "dvc.yaml").read_text()
    (study / "dvc.yaml").write_text(text.replace("src/heed/room", "../../src/heed/room"))
    run(study, "dvc", "repro")
    shutil.rmtree(clone / "src/heed/room/__pycache__")
    assert "src/heed/room" in run(study, "dvc", "status", "--json")


def test_nothing_is_stored_twice(origin: Path) -> None:
    digests = {
        yaml.safe_load(text)["stages"][stage]["outs"][0]["md5"]
        for text, stage in (
            ((origin / "dvc.lock").read_text(), "count_audit"),
            ((origin / STUDY / "dvc.lock").read_text(), "count_study"),
        )
    }
    kept = {"".join(path.parts[-2:]) for path in origin.glob(".dvc/cache/files/md5/*/*")}
    assert len(digests) == 2
    assert digests <= kept
    assert not (origin / STUDY / ".dvc/cache").exists()


@pytest.mark.parametrize(("pipeline", "name"), [(".", "audit"), (STUDY, "study")])
def test_an_experiment_in_a_folder_of_its_own_keeps_its_results(
    clone: Path, pipeline: str, name: str
) -> None:
    """(``--queue``: tests/pipeline/test_process.py.)"""
    folder = clone / pipeline
    run(folder, "dvc", "exp", "run", "--temp", "-S", "value=3", "--name", "three")
    assert not (folder / "data").exists()
    assert (folder / "params.yaml").read_text() == "value: 1\n"
    run(folder, "dvc", "exp", "apply", "three")
    assert (folder / "data/numbers.txt").read_text() == f"room 3 {name}"
