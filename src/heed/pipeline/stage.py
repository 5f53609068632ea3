"""How a stage script begins and ends. Every stage imports this module before any other.

Importing it in a stage's process (:mod:`heed.pipeline.process`)

- takes Heed from the folder that the script lies in, not from where it was installed;
- takes the scripts' own folder off the import path, where ``statistics.py`` would stand in for
  Python's own module;
- lets threads that wait sleep;
- refuses a wrong argument and a parameter file that cannot be read (:func:`refuse_at_once`),
  before the script imports what takes seconds.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Final, NoReturn

import heed.pipeline.process  # noqa: F401  (for what it does, see above)
from heed.base.errors import HeedError, InputError
from heed.base.settings import read
from heed.pipeline.alone import alone
from heed.pipeline.plan import PARAMS_FILE, STAGE_FILE, PlannedStage, planned_stages
from heed.process.signals import ENDING_SIGNALS

LIBRARY: Final = "src/heed/"
"""Where dependencies on code lie, from the root."""

LOCK: Final = "requirements.lock"


class Stopped(SystemExit):
    """A signal asks the process to end; the status is 128 + its number, as shells have it."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(128 + number)


def run(main: Callable[[], None]) -> None:
    """Run a stage; an error that Heed raises on purpose is printed without a traceback.

    Such an error is a :class:`~heed.base.errors.HeedError`: its message says what is wrong and
    what to do, and the lines that led there would only hide it. Where an input of the stage is
    missing or damaged, that is what is said. Anything else is a fault, and keeps its traceback.

    Args:
        main: the stage.

    Raises:
        SystemExit: with status 1 after such an error; with 128 and the signal's number where
            a signal ended the stage (143: SIGTERM, as from a cluster whose time is up).
    """
    stages: list[PlannedStage] = []
    try:
        with stopped_by_signals():
            stages = stages_of_script()
            check_argument(stages)
            with alone(name_of_this(stages)):
                main()
    except Stopped as stopped:
        name = signal.Signals(stopped.number).name
        notes = getattr(stopped, "__notes__", None) or ["Run the same command again"]
        _end(
            f"{Path(sys.argv[0]).stem}: stopped by {name} before it was finished; nothing half "
            f"written is left. {'. '.join(notes)}",
            128 + stopped.number,
        )
    except HeedError as error:
        missing = missing_input(stages)
        about_it = missing is not None and missing.partition(":")[0] in str(error)
        _end(f"error: {missing if about_it else error}", 1)
    except Exception:
        from heed.pipeline.damaged import damaged_input  # here: stages seldom fail

        if problem := missing_input(stages) or damaged_input(inputs_of_this(stages)):
            _end(f"error: {problem}", 1)
        raise


@contextmanager
def stopped_by_signals() -> Iterator[None]:
    """Raise :class:`Stopped` in this process on SIGTERM, SIGINT and SIGHUP.

    Files in the making are then removed, as after any other exception. Processes that this
    one starts are ended by a signal as ever.
    """
    before = {number: signal.getsignal(number) for number in ENDING_SIGNALS}
    owner = os.getpid()

    def stop(number: int, frame: FrameType | None) -> None:
        if os.getpid() != owner:  # a forked child, which has inherited this
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        for other in ENDING_SIGNALS:  # a second one must not disturb the tidying up
            signal.signal(other, signal.SIG_IGN)
        raise Stopped(number)

    for number in ENDING_SIGNALS:
        if before[number] is not signal.SIG_IGN:  # nohup means it
            signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def stages_of_script() -> list[PlannedStage]:
    """The stages that run the main script; none for a script that is no stage's."""
    script = Path(sys.argv[0]).resolve()
    folder = pipeline_folder(script)
    return [
        s for s in planned_stages(folder) if s.script and (folder / s.script).resolve() == script
    ]


def pipeline_folder(script: Path) -> Path:
    """Where the dvc.yaml of a stage's script is: here, or above the script's folder."""
    return Path() if Path(STAGE_FILE).is_file() else script.parent.parent


def check_argument(stages: list[PlannedStage]) -> None:
    """Refuse a stage that is started by hand for something that dvc.yaml does not know.

    Raises:
        ValueError: naming what it could be started for.
    """
    known = [" ".join(stage.arguments) for stage in stages]
    given = " ".join(sys.argv[1:])
    if not known or given in known:
        return
    expected = f"one of {', '.join(known)}, as params.yaml names them" if any(known) else "nothing"
    raise InputError(f"{sys.argv[0]}: found {given!r} as its argument; expected {expected}")


def refuse_at_once() -> None:
    """End a stage that was started for nothing it knows, or without a parameter file to read.

    Called where this module is imported, and so before torch and the like are. In a process that
    runs no stage, as a notebook's, it does nothing.

    Raises:
        SystemExit: with status 1, once the message is printed.
    """
    script = Path(sys.argv[0]).resolve()
    if script.parent.name != "stages" or not (pipeline_folder(script) / STAGE_FILE).is_file():
        return
    try:
        read(PARAMS_FILE)
        check_argument(stages_of_script())
    except ValueError as error:
        _end(f"error: {error}", 1)


def missing_input(stages: list[PlannedStage]) -> str | None:
    """What to do about the first input that is not there, if one is not."""
    for path, stage in inputs_of_this(stages).items():
        if not path.exists():
            return (
                f"{path}: found no such file or folder; the stage {stage.name} reads it. Run "
                f"`dvc repro {stage.name}`, which makes it first"
            )
    return None


def name_of_this(stages: list[PlannedStage]) -> str:
    """The name of this process' stage; of a script that is no stage's, the script's."""
    given = tuple(sys.argv[1:])
    return next((s.name for s in stages if s.arguments == given), Path(sys.argv[0]).stem)


def inputs_of_this(stages: list[PlannedStage]) -> dict[Path, PlannedStage]:
    """The data that this process' stage reads, from the folder that it runs in, with the stage."""
    given = tuple(sys.argv[1:])
    return {
        Path(os.path.relpath(path, stage.folder)): stage
        for stage in stages
        for path in (stage.inputs if stage.arguments == given else ())
        if not is_code(path)
    }


def is_code(path: str) -> bool:
    """Whether a dependency is a script or a room of the library, which no stage makes."""
    return path.endswith((".py", LOCK)) or LIBRARY in path


def _end(message: str, status: int) -> NoReturn:
    print(message, file=sys.stderr, flush=True)
    sys.exit(status)


refuse_at_once()
