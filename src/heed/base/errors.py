"""The errors that Heed raises on purpose have one base."""

from collections.abc import Iterator


class HeedError(Exception):
    """What was found is not what Heed can work with; the message says what to do.

    Its one argument is the message, so that it can be sent from one process to another. Where an
    error is about a value, or a file that is not there, its class is a ``ValueError`` or a
    ``FileNotFoundError`` as well.
    """


class InputError(HeedError, ValueError):
    """The arguments of a function do not fit; the message names them."""


class MissingFileError(HeedError, FileNotFoundError):
    """A file is not there; the message says what makes it."""


def kinds_of_errors(kind: type[HeedError] = HeedError) -> Iterator[type[HeedError]]:
    """A class of errors and all that are derived from it, as far as their modules are imported."""
    yield kind
    for derived in kind.__subclasses__():
        yield from kinds_of_errors(derived)
