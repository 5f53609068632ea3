"""Starts the study of attention with a region that somebody drew, tells how far it is, stops it.

A run is ``dvc repro`` in the study's folder, once the pair and the run of the drawn region are in
its params.yaml. ``dvc exp run``, which the command ``heed attention`` uses, works on a detached
HEAD and on git's stash, and leaves both behind where it is killed; a button that stops should not.

All that is known of a run lies in files of the study (:mod:`heed.explorer.run_files`), none of it
in this process: any server, started later or beside this one, tells and stops the same run.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

import pandas as pd
from filelock import FileLock, Timeout

from heed.attention.drawn_region import PARAMS, DrawnRegion, added, arguments, check, merged
from heed.base.errors import InputError
from heed.base.settings import read
from heed.explorer.process_group import begun_at, end_group, reap
from heed.explorer.run_curves import curves_of_run
from heed.explorer.run_files import RunFiles, Started
from heed.explorer.run_log import error_lines, read_log, was_killed
from heed.explorer.stale_leftovers import mend, running_dvc

Status = Literal["idle", "running", "finished", "failed", "stopped", "killed"]

REPRO: Final = (sys.executable, "-m", "dvc", "repro")

PATIENCE: Final = 15.0
"""Seconds that a stage has to end by itself; it removes what it has half written."""


class RunningError(InputError):
    """A run is going on already; the message says which."""


@dataclass(frozen=True)
class RunState:
    """How far a directed run is.

    Attributes:
        status: ``idle``: none was started here. ``failed``: DVC or a stage found something wrong.
            ``killed``: a process of it was ended from outside, not by :func:`stop`.
        run: the entry of ``runs``, ``box_<attribute>_<loss>``; None while idle.
        attribute: whose maps it leads.
        stage: that runs, or ran last, such as ``tune@box_Smiling_iou``.
        done: stages that are finished, or did not need to run.
        total: all stages; 0 where it is not known yet.
        message: a sentence or two for people.
        log_tail: the last lines that DVC and its stages printed.
        curves: what the trainings of the run have written so far, one row for each point: ``seed``
            and ``epoch`` (int), ``part`` (``train`` or ``validation``), ``quantity`` (``loss``,
            ``map_loss``, ``error_rate`` …) and ``value``.
        begun: when it was started, in seconds since 1970.
        ended: when it ended, as far as that is known.
    """

    status: Status
    run: str | None = None
    attribute: str | None = None
    stage: str | None = None
    done: int = 0
    total: int = 0
    message: str = ""
    log_tail: str = ""
    curves: pd.DataFrame = field(default_factory=lambda: curves_of_run(Path(), None, 0.0))
    begun: float | None = None
    ended: float | None = None


def start(
    study: str | os.PathLike[str], region: DrawnRegion, *, command: Sequence[str] = REPRO
) -> RunState:
    """Write a drawn region into the study's parameters and start the study, in the background.

    Args:
        study: the folder ``studies/attention`` of a clone.
        region: that was drawn.
        command: what runs the study, in its folder.

    Returns:
        The state at the beginning.

    Raises:
        ParamsError: the region does not fit the study; nothing is changed then.
        RunningError: a run is going on in this folder, or DVC runs there already.
        InputError: the folder is no DVC repository.
    """
    folder = Path(study)
    params = read(folder / PARAMS)
    if not (folder / ".dvc").is_dir():
        raise InputError(
            f"{folder}: found no folder .dvc in it; expected the study of attention in a clone of "
            "Heed, which is a DVC repository of its own"
        )
    if shutil.which(command[0]) is None:
        raise InputError(f"{command[0]}: found no such program; expected what runs the study")
    files = RunFiles.of(folder)
    with _held(files):
        _refuse_second(folder, files)
        files.settle()
        mend(folder)
        params = read(folder / PARAMS)
        found = added(params, region)
        check(merged(params, found), folder)
        files.begin(_with(folder / PARAMS, arguments(found)[1::2]))
        pid = _launch(files, folder, command)
        files.write_started(
            Started(region.run, region.attribute, pid, begun_at(pid) or time.time())
        )
    return state(folder)


def state(study: str | os.PathLike[str]) -> RunState:
    """How far the run is that was started last in a study; changes nothing."""
    folder = Path(study)
    files = RunFiles.of(folder)
    started = files.started()
    if started is None:
        return RunState("idle", message="No run was started from here.")
    reap(started.pid)
    alive = bool(started.processes())  # before the end is read, which is written first
    log, end, stages = read_log(files.log), files.end(), files.stages()
    status: Status
    if alive:
        status = "running"
    elif end is not None and end[0] == 0:
        status = "finished"
    elif files.stop_asked:
        status = "stopped"
    elif end is None or end[0] < 0 or was_killed(log.text):
        status = "killed"
    else:
        status = "failed"
    running = status == "running"
    done = len(stages) if status == "finished" else max(len(log.stages) - log.last_runs, 0)
    return RunState(
        status,
        started.run,
        started.attribute,
        log.stages[-1] if log.stages else None,
        done,
        max(len(stages), done),
        _message(status, started, log.stages, done, len(stages), log.text),
        log.tail,
        curves_of_run(folder, started.run, started.begun),
        started.begun,
        None if running or end is None else end[1],
    )


def stop(study: str | os.PathLike[str], *, patience: float = PATIENCE) -> RunState:
    """End the run that is going on in a study, with all of its processes.

    What its stages have finished stays, and so do checkpoints: the same region started again goes
    on. params.yaml becomes what it was before. Where nothing runs, only what a killed run left
    behind is mended.

    Args:
        study: the folder.
        patience: seconds that processes have to end by themselves.

    Returns:
        The state afterwards.
    """
    folder = Path(study)
    files = RunFiles.of(folder)
    with _held(files):
        started = files.started()
        if started and started.processes():
            if files.end() is None:
                files.ask_for_stop()
            end_group(started.pid, patience=patience)
            reap(started.pid)
        if started is None or not started.processes():
            files.settle()
            mend(folder)
    return state(folder)


@contextmanager
def _held(files: RunFiles) -> Iterator[None]:
    """Hold the study against other servers while it is started or stopped."""
    files.folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(files.lock, timeout=2 * PATIENCE)
    try:
        lock.acquire()
    except Timeout:
        raise RunningError(
            f"{files.lock}: another explorer has been starting or stopping this study for "
            f"{2 * PATIENCE:.0f} seconds; try again"
        ) from None
    try:
        yield
    finally:
        lock.release()


def _refuse_second(folder: Path, files: RunFiles) -> None:
    """Refuse where something runs already."""
    started = files.started()
    if started and started.processes():
        raise RunningError(
            f"{folder}: {started.run} is running already, since {_time(started.begun)}; wait for "
            "its end, or stop it, before you start another"
        )
    if (found := running_dvc(folder)) is not None:
        raise RunningError(
            f"{folder}: DVC runs there already, as process {found[0]} ({found[1]}); wait for its "
            "end before you start another"
        )


def _with(path: Path, overrides: list[str]) -> bytes:
    """The content of a parameter file with some entries added; comments stay."""
    import tempfile

    from dvc.utils.hydra import apply_overrides  # DVC takes most of a second to import

    with tempfile.TemporaryDirectory() as temporary:
        changed = Path(temporary, path.name)
        changed.write_bytes(path.read_bytes())
        apply_overrides(changed, overrides)
        return changed.read_bytes()


def _launch(files: RunFiles, folder: Path, command: Sequence[str]) -> int:
    """Start the process that stands between, in a group of its own; returns its number."""
    # Stages are run by the command python, which shall be the one that runs this.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    search = os.pathsep.join(
        os.path.abspath(each) for each in os.environ.get("PYTHONPATH", "").split(os.pathsep) if each
    )
    between = [sys.executable, "-m", "heed.explorer.directed_run", str(files.folder)]
    with files.log.open("wb") as log:
        process = subprocess.Popen(
            [*between, str(folder.resolve()), *command],
            env=os.environ | {"PATH": path} | ({"PYTHONPATH": search} if search else {}),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    process.returncode = 0  # whoever looks at the state takes notice of the end
    return process.pid


def _time(seconds: float) -> str:
    return time.strftime("%H:%M", time.localtime(seconds))


def _message(
    status: Status, started: Started, seen: list[str], done: int, total: int, log: str
) -> str:
    begun = _time(started.begun)
    stage = f"stage {seen[-1]}" if seen else "its first stage"
    if status == "running":
        count = f", {done} of {total} stages done" if total else ""
        return f"{started.run} has been running since {begun}: {stage}{count}."
    if status == "finished":
        return f"{started.run}, started at {begun}, is finished."
    if status == "stopped":
        return (
            f"{started.run}, started at {begun}, was stopped in {stage}. params.yaml is as it was "
            "before; the same region started again goes on from there."
        )
    if status == "killed":
        return (
            f"{started.run}, started at {begun}, was killed in {stage}: from outside, or for want "
            "of memory. The same region started again goes on from there."
        )
    return f"{started.run}, started at {begun}, failed in {stage}: {error_lines(log)}"
