"""``nano_ext_leaky``: ``nano_ext`` with a leaky ReLU, see :mod:`heed.networks.extension`."""

from typing import Final

from heed.networks.architecture import Architecture
from heed.networks.architectures.nano import nano
from heed.networks.extension import EXTENSION_LAYER, extended
from heed.networks.network import Network


def nano_ext_leaky(outputs: int) -> Network:
    """A ``nano_ext_leaky`` with random weights."""
    return extended(nano(outputs), leaky=True)


ENTRY: Final = Architecture(nano_ext_leaky, EXTENSION_LAYER, extends="nano")
