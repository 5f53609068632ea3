"""A stage runs the library that lies beside its script, wherever Heed was installed from."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from dvc.repo import Repo

from heed.pipeline.process import source_of
from tests.pipeline_copy import LONG, ROOT, PipelineCopy

OWN = "This is the experiment's own code."


def without_path(**more: str) -> dict[str, str]:
    environment = {**os.environ, **more}
    environment.pop("PYTHONPATH", None)
    return environment


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the library with a stage that says what it finds."""
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "stages").mkdir()
    (tmp_path / "stages/statistics.py").write_text(
        "from heed.pipeline.stage import run\n"
        "import os, statistics, sys\n"
        "import heed.base.files\n"
        "def main():\n"
        "    print(heed.base.files.__file__, statistics.mean([1, 3]), end=' ')\n"
        "    print(os.environ['OMP_WAIT_POLICY'])\n"
        "    print(*sys.argv[1:])\n"
        "run(main)\n"
    )
    return tmp_path


@pytest.mark.parametrize("options", [[], ["-P"]])
def test_the_source_beside_the_script_is_used(copy: Path, options: list[str]) -> None:
    command = [sys.executable, *options, "stages/statistics.py", "two words"]
    environment = without_path()
    environment.pop("OMP_WAIT_POLICY", None)
    done = subprocess.run(
        command, cwd=copy, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout == f"{copy}/src/heed/base/files.py 2 PASSIVE\ntwo words\n"


@pytest.mark.parametrize(
    ("script", "own"),
    [
        ("studies/own/use.py", True),
        ("studies/own/stages/train.py", True),
        ("docs/draw.py", True),
        (".venv/bin/pytest", False),
        (".venv/lib/docs/stages/x.py", False),
        ("mine.py", False),
    ],
)
def test_every_script_of_a_copy_and_no_other_takes_its_source(
    copy: Path, script: str, own: bool
) -> None:
    file = copy / script
    file.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(copy / "stages/statistics.py", file)
    # As an editable installation of another copy has it.
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(
        [sys.executable, file],
        cwd=copy,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith(f"{copy if own else ROOT}/src/heed/base/files.py 2 ")


def test_a_wait_policy_of_the_user_stays(copy: Path) -> None:
    command = [sys.executable, "stages/statistics.py"]
    environment = without_path(OMP_WAIT_POLICY="ACTIVE")
    done = subprocess.run(
        command, cwd=copy, env=environment, capture_output=True, text=True, check=True
    )
    assert "ACTIVE" in done.stdout


def test_a_script_elsewhere_takes_what_is_installed(tmp_path: Path) -> None:
    assert source_of(tmp_path / "stages/crop.py") is None
    assert source_of(ROOT / "studies/affact/stages/train.py") == ROOT / "src"


def test_every_stage_imports_its_set_up_before_all_else() -> None:
    scripts = [*ROOT.glob("stages/*.py"), *ROOT.glob("studies/*/stages/*.py")]
    assert len(scripts) > 20
    for script in scripts:
        imports = [
            line
            for line in script.read_text().splitlines()
            if line.startswith(("import ", "from "))
        ]
        assert imports[0] == "from heed.pipeline.stage import run", script


EXPERIMENT = ("-S", "synthetic.test=7", "synthesize")


def edited(root: Path, folder: str) -> PipelineCopy:
    """A pipeline whose library says that it is another, and draws in the process of the stage."""
    few = {"synthetic": {"train": 4, "validation": 2, "test": 6}}
    pipeline = PipelineCopy(root, folder, few)
    with (root / "src/heed/process/cores.py").open("a") as file:
        file.write(f"print({OWN!r})\n\n\ndef usable_cores() -> int:\n    return 1\n")
    return pipeline


@pytest.mark.parametrize("folder", [".", "studies/affact"])
def test_an_experiment_in_a_folder_of_its_own_runs_its_own_code(
    tmp_path: Path, folder: str
) -> None:
    output = edited(tmp_path, folder).dvc_itself("exp", "run", "--temp", *EXPERIMENT)
    assert OWN in output, output
    assert "13 faces" in output, output


def test_a_queued_experiment_runs_its_own_code(tmp_path: Path) -> None:
    """A worker runs it as ``--temp`` does, in seconds of its own: once, of the study."""
    pipeline = edited(tmp_path, "studies/affact")
    pipeline.dvc_itself("exp", "run", "--queue", "--name", "queued", *EXPERIMENT)
    pipeline.dvc_itself("queue", "start")
    wait_for_its_end(pipeline)
    output = pipeline.dvc_itself("queue", "logs", "queued")
    pipeline.dvc_itself("queue", "stop")
    assert OWN in output, output
    assert "13 faces" in output, output


def wait_for_its_end(pipeline: PipelineCopy) -> None:
    """Wait until a worker is done with the experiment.

    Its log cannot be followed before: it exists some time after the experiment has left the queue.
    """
    deadline = time.monotonic() + LONG
    with Repo(str(pipeline.folder)) as repo:
        while not any(repo.experiments.celery_queue.iter_done()):
            assert time.monotonic() < deadline
            time.sleep(0.1)
