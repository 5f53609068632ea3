"""A stage runs the library that lies beside its script, wherever Heed was installed from."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from heed.pipeline.process import source_of
from tests.pipeline_copy import ROOT, PipelineCopy

COUNTED = "{counted(len(self.table), 'face')}"
EDITED = ", counted by the experiment's own code"


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


@pytest.mark.parametrize("folder", [".", "studies/affact"])
@pytest.mark.parametrize("way", ["--temp", "--queue"])
def test_an_experiment_in_a_folder_of_its_own_runs_its_own_code(
    tmp_path: Path, way: str, folder: str
) -> None:
    few = {"synthetic": {"train": 4, "validation": 2, "test": 6}}
    pipeline = PipelineCopy(tmp_path, folder, few)
    library = tmp_path / "src/heed/celeba/inventory.py"
    text = library.read_text()
    assert COUNTED in text
    library.write_text(text.replace(COUNTED, COUNTED + EDITED))
    arguments = ["-S", "synthetic.test=7", "inventory"]
    if way == "--temp":
        output = pipeline.dvc("exp", "run", "--temp", *arguments)
    else:
        pipeline.dvc("exp", "run", "--queue", "--name", "queued", *arguments)
        pipeline.dvc("queue", "start")
        output = pipeline.dvc("queue", "logs", "queued", "--follow")
        pipeline.dvc("queue", "stop")
    assert f"13 faces{EDITED}" in output, output
