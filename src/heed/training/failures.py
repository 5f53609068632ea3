"""Errors out of the processes that read and train, as Heed raised them there.

PyTorch brings an error home wrapped into the text of its traceback: a damaged photograph
would end a training with two pages in which its name is the last line.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from torch.multiprocessing.spawn import ProcessRaisedException

from heed.base.errors import HeedError, kinds_of_errors


class DivergedError(HeedError, ValueError):
    """A loss is infinite or not a number; the message says what to change."""


@contextmanager
def plain_errors() -> Iterator[None]:
    """Raise Heed's own errors again, of their class, without the other process's traceback.

    What other code raised there is a fault, and keeps it.

    Raises:
        HeedError: what a process that reads images, or one of several that train, found wrong.
    """
    try:
        yield
    except HeedError as error:  # a loader's process: the class is kept, the message is a traceback
        raise _last_in(str(error), [type(error)]) or error from None
    except ProcessRaisedException as error:
        plain = _last_in(str(error), kinds_of_errors())
        if plain is None:
            raise
        raise plain from None


def _last_in(
    text: str, kinds: Iterator[type[HeedError]] | list[type[HeedError]]
) -> HeedError | None:
    """The error at the end of a traceback, if it is of one of these classes."""
    for kind in kinds:
        before, name, message = text.rpartition(f"\n{kind.__module__}.{kind.__qualname__}: ")
        if name and "Traceback (most recent call last)" in before and "\nTraceback" not in message:
            return kind(message.strip())
    return None
