"""What maps are asked for by: methods, layers and targets. Nothing here needs pydantic or torch."""

from enum import IntEnum
from typing import Final, Literal

from heed.base.registry import names_in

FOLDER: Final = "heed.explain.methods"
"""Where the methods are; each of its files registers one. Their names need no torch."""

METHOD_NAMES: Final = names_in(FOLDER)

STORED_METHODS: Final = (
    "cam", "elementwise", "gradcam", "gradcam_plusplus", "hirescam", "layercam", "xgradcam",
)  # fmt: skip
"""Those that need no more than features and gradient: the ones whose maps can be stored once, and
serve every target later. Where the map of -z is not the negative of that of z both are stored."""


def of_minus(method: str) -> str:
    """What the maps of -z are stored as, beside those of z, which have the method's own name.

    Example:
        >>> of_minus("layercam")
        'layercam.minus'
    """
    return f"{method}.minus"


Layer = Literal["before_relu", "after_relu"]
"""Where the maps of Heed's own networks are taken: before or after their last ReLU."""


Precision = Literal["float32", "tf32", "bfloat16", "float16"]
"""How precisely a trunk multiplies; heads and maps are float32 whatever it is."""

DEVICE: Final = r"auto|cpu|cuda(:\d+)?|mps"
"""The names of devices, as a regular expression."""


class Target(IntEnum):
    """Which function of a logit z, and of the label t, a map explains."""

    LOGIT = 1
    """z: what supports "present"."""
    ABSOLUTE = 2
    """abs(z): what supports the predicted class (Bieri 2023)."""
    ABSOLUTE_BY_LABEL = 3
    """abs(z) t: what supports the true class, up to the sign of z."""
    BY_LABEL = 4
    """z t: what supports the true class."""
