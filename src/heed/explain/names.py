"""What maps are asked for by: methods, layers and targets. Nothing here needs pydantic or torch."""

from enum import IntEnum
from typing import Final, Literal

from heed.base.registry import names_in

FOLDER: Final = "heed.explain.methods"
"""Where the methods are; each of its files registers one. Their names need no torch."""

METHOD_NAMES: Final = names_in(FOLDER)

STORED_METHODS: Final = ("cam", "gradcam", "hirescam", "xgradcam")
"""Those of which one map serves z and -z, and that need no more than features and gradient: the
ones that can be stored once, and serve every target later."""

Layer = Literal["before_relu", "after_relu"]
"""Where the maps of Heed's own networks are taken: before or after their last ReLU."""


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
