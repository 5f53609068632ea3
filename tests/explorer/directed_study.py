"""A folder like studies/attention whose stages take no time, in a git and DVC repository."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from heed.attention.drawn_region import DrawnRegion
from heed.explorer.directing import RunState, state, stop
from tests.attention.changed_params import STUDY
from tests.quick_lock import QUICK_DVC

LIPS = DrawnRegion("Wearing_Lipstick", [80, 130, 144, 160])
RUN = LIPS.run

DVC = (*QUICK_DVC, "repro")

STAGES = """
stages:
  tune:
    desc: Takes as long as a file says
    matrix:
      run: ${runs}
    cmd: python stages/tune.py ${item.run}
    deps:
      - stages/tune.py
      - src/heed/base
    params: ["runs.${item.run}"]
    outs:
      - data/networks/${item.run}
  report:
    desc: Comes last
    cmd: python stages/report.py
    deps:
      - data/networks
    outs:
      - report/index.html
"""

TUNE = """
import sys, time
from pathlib import Path
run = sys.argv[1]
folder = Path(f"data/checkpoints/{run}/0/abc/curves/plots/metrics/train")
folder.mkdir(parents=True, exist_ok=True)
(folder / "loss.tsv").write_text("step\\tloss\\n1\\t0.5\\n2\\t0.25\\n")
print(f"tune {run}: here", flush=True)
while Path(f"wait_{run}").exists():
    time.sleep(0.02)
if Path(f"fail_{run}").exists():
    sys.exit("error: found no such network; expected one")
Path("data/networks").mkdir(parents=True, exist_ok=True)
Path("data/networks", run).write_text(run)
"""

REPORT = """
from pathlib import Path
Path("report").mkdir(exist_ok=True)
Path("report/index.html").write_text("all")
"""


def git(folder: Path, *arguments: str) -> str:
    """What git prints."""
    own = ["git", "-c", "user.name=test", "-c", "user.email=test@localhost"]
    done = subprocess.run([*own, *arguments], cwd=folder, check=True, capture_output=True)
    return done.stdout.decode()


def make_study(root: Path) -> Path:
    """Make one, and commit it; its own runs are not trained yet."""
    folder = root / "studies/attention"
    (folder / "stages").mkdir(parents=True)
    (root / "src/heed/base").mkdir(parents=True)
    (root / "src/heed/base/files.py").write_text("x = 1\n")
    (folder / "src").symlink_to("../../src")
    (folder / ".dvc").mkdir()
    shutil.copy(STUDY / ".dvc/config", folder / ".dvc/config")
    shutil.copy(STUDY / ".dvc/.gitignore", folder / ".dvc/.gitignore")
    shutil.copy(STUDY / "params.yaml", folder / "params.yaml")
    (folder / "dvc.yaml").write_text(STAGES)
    (folder / "stages/tune.py").write_text(TUNE)
    (folder / "stages/report.py").write_text(REPORT)
    (root / ".gitignore").write_text("/studies/*/data/\n/studies/*/report/\n/.dvc/\n")
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "Start")
    return folder


def until(folder: Path, fulfilled: Callable[[RunState], bool], seconds: float = 60) -> RunState:
    """The state of a study, once it is as expected."""
    deadline = time.monotonic() + seconds
    while not fulfilled(found := state(folder)):
        assert time.monotonic() < deadline, found
        time.sleep(0.02)
    return found


def stand_in(code: str) -> tuple[str, ...]:
    """A command in the place of ``dvc repro``."""
    return (sys.executable, "-c", code)


def ended(folder: Path) -> RunState:
    """The state of a study whose run has ended; nothing of it may be left running."""
    found = until(folder, lambda it: it.status != "running")
    assert not left_running(folder)
    return found


def left_running(folder: Path) -> list[str]:
    """Command lines of processes that work in a folder."""
    import psutil

    found = []
    for process in psutil.process_iter():
        try:
            inside = process.cwd().startswith(str(folder)) or str(folder) in process.cmdline()
            if inside and process.status() != psutil.STATUS_ZOMBIE and process.pid != os.getpid():
                found.append(" ".join(process.cmdline()))
        except psutil.Error:
            continue
    return found


def end(folder: Path) -> None:
    """Leave nothing behind."""
    stop(folder, patience=0.0)
