"""Errors out of the processes that read and train, as Heed raised them there.

PyTorch brings an error home wrapped into the text of its traceback: a damaged photograph
would end a training with two pages in which its name is the last line.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from torch.multiprocessing.spawn import ProcessRaisedException

from heed.geometry.photograph import PhotographError

_HEED: Final = Path(__file__).resolve().parents[1]
_FRAME: Final = re.compile(r'^  File "(.+)", line \d+, in ', re.MULTILINE)


@contextmanager
def plain_errors() -> Iterator[None]:
    """Raise Heed's own errors again without the other process's traceback.

    What other code raised there is a fault, and keeps it.

    Raises:
        PhotographError: for a photograph that a process could not read.
        ValueError: for what a training process, one of several, found wrong.
    """
    try:
        yield
    except PhotographError as error:
        raise PhotographError(_message(str(error))[1]) from None
    except ProcessRaisedException as error:
        frames = _FRAME.findall(str(error))
        if not frames or not Path(frames[-1]).resolve().is_relative_to(_HEED):
            raise
        kind, message = _message(str(error))
        if not kind.endswith("Error") or kind in _FAULTS:
            raise
        raise (PhotographError if kind.endswith("PhotographError") else ValueError)(
            message
        ) from None


_FAULTS: Final = frozenset(
    {"AssertionError", "AttributeError", "IndexError", "KeyError", "NameError", "RuntimeError"}
    | {"TypeError", "ZeroDivisionError"}
)
"""Errors that Heed's code never raises on purpose."""


def _message(text: str) -> tuple[str, str]:
    """Kind and message of the error in the last line of a traceback, or of a plain message."""
    final = text.strip().splitlines()[-1]
    name, separator, message = final.partition(": ")
    return (name, message) if separator and name.endswith("Error") else ("", final)
