"""The networks by name. Nothing here needs torch, nor pydantic, which the library does without."""

from typing import Final

from heed.base.registry import names_in

FOLDER: Final = "heed.networks.architectures"
"""Where the networks are; each of its files registers one. Their names need no torch."""

NETWORK_NAMES: Final = names_in(FOLDER)

LEAKY: Final = "_leaky"
"""Ends the name of a network with leaky ReLUs in its head."""

TORCHVISION: Final = "torchvision:"
"""Begins the name of a classifier of torchvision's: ``torchvision:convnext_tiny``."""

PYTHON: Final = "python:"
"""Begins the name of a function of one's own that returns a network:
``python:package.module:function``."""

OTHERS: Final = (TORCHVISION, PYTHON)
"""Begin the names of *other networks*, which Heed does not build itself."""


def is_affine(name: str) -> bool:
    """Whether the head of a network is affine: only then have its maps a closed form."""
    return not name.endswith(LEAKY)


def is_other(name: str) -> bool:
    """Whether a name is that of a network that Heed does not build itself.

    Example:
        >>> is_other("torchvision:resnet18"), is_other("resnet18")
        (True, False)
    """
    return name.startswith(OTHERS)
