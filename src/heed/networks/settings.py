"""The networks that parameter files can name."""

from typing import TYPE_CHECKING, Final, Literal

from heed.base.registry import names_in

FOLDER: Final = "heed.networks.architectures"
"""Where the networks are; each of its files registers one. Their names need no torch."""

NETWORK_NAMES: Final = names_in(FOLDER)

if TYPE_CHECKING:
    NetworkName = str
else:
    NetworkName = Literal[NETWORK_NAMES]
"""The name of a network: one of :data:`NETWORK_NAMES`."""
