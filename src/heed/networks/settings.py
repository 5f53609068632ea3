"""The networks that parameter files can name."""

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from heed.base.settings import Params
from heed.networks.names import (
    FOLDER,
    LEAKY,
    NETWORK_NAMES,
    PYTHON,
    TORCHVISION,
    is_affine,
    is_other,
)

__all__ = [
    "FOLDER",
    "IMAGENET",
    "LEAKY",
    "NETWORK_NAMES",
    "NONE",
    "PYTHON",
    "TORCHVISION",
    "AnyNetworkName",
    "MeanAndStd",
    "NetworkName",
    "Normalise",
    "is_affine",
    "is_other",
    "mean_and_std",
    "network_name",
]

_OTHER_NAME: Final = (
    r"torchvision:[a-z0-9_]+|python:[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*(\.[^\W\d]\w*)*"
)


def network_name(value: str) -> str:
    """A name of any network, as it is.

    Raises:
        ValueError: it is neither a name of :data:`NETWORK_NAMES` nor one of another network.
    """
    if value in NETWORK_NAMES or re.fullmatch(_OTHER_NAME, value):
        return value
    near = get_close_matches(value, NETWORK_NAMES, 1)
    hint = f"; did you mean {near[0]}?" if near else ""
    raise ValueError(
        f"expected one of {', '.join(map(repr, NETWORK_NAMES))}; {TORCHVISION}NAME, one of "
        f"torchvision's classifiers; or {PYTHON}PACKAGE.MODULE:FUNCTION, a function of yours that "
        f"returns a network{hint}"
    )


if TYPE_CHECKING:
    NetworkName = str
    AnyNetworkName = str
else:
    NetworkName = Literal[NETWORK_NAMES]
    AnyNetworkName = Annotated[str, AfterValidator(network_name)]
"""The name of a network: one of :data:`NETWORK_NAMES`; or of any."""

Rgb = tuple[float, float, float]
_Deviation = Annotated[float, Field(gt=0)]

LARGEST_STD: Final = 1.5
"""No deviation of pixels in 0..1 is near it: it is one of pixels in 0..255."""


class MeanAndStd(Params):
    """What is subtracted from the R, G and B of pixels in 0..1, and what they are divided by."""

    mean: Rgb
    std: tuple[_Deviation, _Deviation, _Deviation]

    @field_validator("mean", "std")
    @classmethod
    def _of_pixels_in_0_to_1(cls, values: Rgb, info: ValidationInfo) -> Rgb:
        most = 1 if info.field_name == "mean" else LARGEST_STD
        if not all(0 <= value <= most for value in values):
            raise ValueError(
                f"expected R, G and B in 0..{most}, of pixels in 0..1; divide by 255 what is of "
                "pixels in 0..255"
            )
        return values


Normalise = Literal["imagenet", "none"] | MeanAndStd
"""What another network expects of pixels in 0..1."""

IMAGENET: Final = MeanAndStd(mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225))
NONE: Final = MeanAndStd(mean=(0.0, 0.0, 0.0), std=(1.0, 1.0, 1.0))


def mean_and_std(name: str, normalise: Normalise | None = None) -> MeanAndStd:
    """How pixels are normalised for another network.

    Args:
        name: of the network.
        normalise: as it is given; None takes ``imagenet`` for torchvision's, else ``none``.

    Example:
        >>> mean_and_std("python:mine:make").std
        (1.0, 1.0, 1.0)
    """
    if isinstance(normalise, MeanAndStd):
        return normalise
    if normalise is None:
        normalise = "imagenet" if name.startswith(TORCHVISION) else "none"
    return IMAGENET if normalise == "imagenet" else NONE
