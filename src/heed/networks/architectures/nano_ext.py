"""``nano_ext``: ``nano`` with one more linear layer, see :mod:`heed.networks.extension`."""

from typing import Final

from heed.networks.architecture import Architecture
from heed.networks.architectures.nano import nano
from heed.networks.extension import EXTENSION_LAYER, extended
from heed.networks.network import Network


def nano_ext(outputs: int) -> Network:
    """A ``nano_ext`` with random weights."""
    return extended(nano(outputs))


ENTRY: Final = Architecture(nano_ext, EXTENSION_LAYER, extends="nano")
