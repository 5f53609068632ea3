"""Reads what DVC and its stages have printed."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

TAIL: Final = 30
"""Lines at the end that people are shown."""

_RUNS: Final = re.compile(r"^Running stage '(.+)':$")
_SKIPPED: Final = re.compile(r"^Stage '(.+)' (?:didn't change, skipping|is cached - )")
_KILLED: Final = re.compile(r"exited with (?:-9|137)\b")
_ERROR: Final = re.compile(r"^(?:error|ERROR): (.+)$")


@dataclass(frozen=True)
class Log:
    """What was printed.

    Attributes:
        text: all lines; of a line that was printed over, as a bar of progress is, the last state.
        stages: the names that DVC has named, in order, each once.
        last_runs: whether the last one of them was begun and not skipped.
    """

    text: str
    stages: list[str]
    last_runs: bool

    @property
    def tail(self) -> str:
        """The last lines."""
        return "\n".join(self.text.splitlines()[-TAIL:])


def read_log(path: Path) -> Log:
    """Read the log of a run; that of none is empty."""
    try:
        content = path.read_bytes().decode(errors="replace")
    except OSError:
        content = ""
    lines = [_last_state(line) for line in content.split("\n")]
    stages: dict[str, None] = {}
    runs = False
    for line in lines:
        if found := _RUNS.match(line) or _SKIPPED.match(line):
            stages[found[1]] = None
            runs = found.re is _RUNS
    return Log("\n".join(lines).strip("\n"), list(stages), runs)


def _last_state(line: str) -> str:
    """A line as a terminal shows it, where it was printed over."""
    return next((part for part in reversed(line.split("\r")) if part.strip()), "")


def was_killed(text: str) -> bool:
    """Whether DVC tells that a stage was killed.

    Example:
        >>> was_killed("ERROR: failed to reproduce 'tune': failed to run: …, exited with -9")
        True
    """
    return bool(_KILLED.search(text))


def error_lines(text: str) -> str:
    r"""What is said of errors, the stage's own word before DVC's.

    Example:
        >>> error_lines("Running stage 'a':\nerror: no such file\nERROR: failed to reproduce 'a'")
        "no such file; failed to reproduce 'a'"
        >>> error_lines("Traceback\nKeyError: 1")
        'KeyError: 1'
    """
    lines = text.splitlines()
    found = [matched[1] for line in lines if (matched := _ERROR.match(line))]
    return "; ".join(found[-3:]) or (lines[-1] if lines else "nothing was printed")
