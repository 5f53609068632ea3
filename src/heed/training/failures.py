"""Errors out of the processes that read and train, as Heed raised them there.

PyTorch brings an error home wrapped into the text of its traceback: a damaged photograph
would end a training with two pages in which its name is the last line.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from torch.multiprocessing.spawn import ProcessRaisedException

from heed.geometry.photograph import PhotographError

_HEED = ("ValueError: ", "heed.")


@contextmanager
def plain_errors() -> Iterator[None]:
    """Raise Heed's own errors again without the other process's traceback.

    Raises:
        PhotographError: for a photograph that a reading process could not read.
        ValueError: for what a training process, one of several, found wrong.
    """
    try:
        yield
    except PhotographError as error:
        raise PhotographError(_last(str(error))) from None
    except ProcessRaisedException as error:
        final = str(error).strip().splitlines()[-1]
        if not final.startswith(_HEED):
            raise
        raise ValueError(_last(final)) from None


def _last(text: str) -> str:
    """The message behind the name of the error in the last line of a traceback."""
    final = text.strip().splitlines()[-1]
    name, separator, message = final.partition(": ")
    return message if separator and name.endswith("Error") else final
