"""The networks that parameter files can name."""

from typing import TYPE_CHECKING, Final, Literal

from heed.base.registry import names_in

FOLDER: Final = "heed.networks.architectures"
"""Where the networks are; each of its files registers one. Their names need no torch."""

NETWORK_NAMES: Final = names_in(FOLDER)

LEAKY: Final = "_leaky"
"""Ends the name of a network with leaky ReLUs in its head."""


def is_affine(name: str) -> bool:
    """Whether the head of a network is affine: only then have its maps a closed form."""
    return not name.endswith(LEAKY)


if TYPE_CHECKING:
    NetworkName = str
else:
    NetworkName = Literal[NETWORK_NAMES]
"""The name of a network: one of :data:`NETWORK_NAMES`."""
