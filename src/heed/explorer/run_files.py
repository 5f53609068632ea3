"""What is written down of a directed run, in ``.dvc/tmp/heed/directing`` of the study."""

import json
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from heed.explorer.process_group import begun_at, members

PLACE: Final = ".dvc/tmp/heed/directing"

_SAME: Final = 0.05
"""Seconds by which two readings of the time that a process began may differ."""


@dataclass(frozen=True)
class Started:
    """A run that was started.

    Attributes:
        run: the entry of ``runs``.
        attribute: whose maps it leads.
        pid: of the first process of its group.
        begun: when that process began, in seconds since 1970, as the system tells it.
    """

    run: str
    attribute: str
    pid: int
    begun: float

    def processes(self) -> list[int]:
        """The processes of its group that are alive; none where the number is another's by now.

        A number of a process that has ended is given to others. While one of its group is alive
        it is not, so that the first process of a group tells whose the group is.
        """
        first = begun_at(self.pid)
        if first is not None and abs(first - self.begun) > _SAME:
            return []
        return members(self.pid)


class RunFiles:
    """The files.

    Args:
        folder: where they lie; it may be missing.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "log.txt"
        """What DVC and its stages print."""
        self.plan = folder / "plan.json"
        """The names of all stages."""
        self.lock = folder / "lock"
        """Held while a run is started or stopped."""
        self._started = folder / "started.json"
        self._end = folder / "end.json"
        self._stop = folder / "stop"
        self._before = folder / "params_before.yaml"
        self._after = folder / "params_after.yaml"

    @classmethod
    def of(cls, study: Path) -> "RunFiles":
        """Those of a study."""
        return cls(study.resolve() / PLACE)

    @property
    def params(self) -> Path:
        """The study's parameters."""
        return self.folder.parents[len(Path(PLACE).parts) - 1] / "params.yaml"

    def started(self) -> Started | None:
        """The last run that was started."""
        content = _read(self._started)
        try:
            return Started(**content)
        except TypeError:
            return None

    def write_started(self, started: Started) -> None:
        """Write down a run."""
        _write(self._started, asdict(started))

    def end(self) -> tuple[int, float] | None:
        """How DVC ended, 0 or an error's number, -n by signal n; and when. None: not known."""
        content = _read(self._end)
        try:
            return int(content["status"]), float(content["time"])
        except (KeyError, TypeError, ValueError):
            return None

    def write_end(self, status: int) -> None:
        """Write down how DVC ended."""
        _write(self._end, {"status": status, "time": time.time()})

    def ask_for_stop(self) -> None:
        """Note that somebody wants the run to end."""
        self._stop.touch()

    @property
    def stop_asked(self) -> bool:
        """Whether somebody did."""
        return self._stop.exists()

    def stages(self) -> list[str]:
        """The names of all stages; none where they are not known yet."""
        content = _read(self.plan)
        return [str(name) for name in content] if isinstance(content, list) else []

    def begin(self, params: bytes) -> None:
        """Forget the run before, and put the parameters of the next one in place.

        Args:
            params: the content of params.yaml with the drawn region.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        for path in (self._started, self._end, self._stop, self.plan):
            path.unlink(missing_ok=True)
        _replace(self._before, self.params.read_bytes())
        _replace(self._after, params)
        _replace(self.params, params)

    def settle(self) -> None:
        """Once a run has ended: where it did not finish, params.yaml becomes what it was.

        A pair and a run that nobody wants any more would be trained by the next ``dvc repro``.
        What somebody has changed in the file since is left as it is.
        """
        end = self.end()
        finished = end is not None and end[0] == 0
        waiting = self._before.exists() and self._after.exists()
        if waiting and not finished and self.params.read_bytes() == self._after.read_bytes():
            _replace(self.params, self._before.read_bytes())
        for path in (self._before, self._after):
            path.unlink(missing_ok=True)


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _write(path: Path, content: Any) -> None:
    _replace(path, json.dumps(content).encode())


def _replace(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    partial.write_bytes(content)
    os.replace(partial, path)
