"""The one base of the errors that Heed raises on purpose."""


class HeedError(Exception):
    """What was found is not what Heed can work with; the message says what to do.

    The message is the one argument, so that the error can be sent from one process to another.
    Where an error is about a value, its class is a ``ValueError`` as well.
    """


class InputError(HeedError, ValueError):
    """The arguments of a function do not fit; the message names them."""
