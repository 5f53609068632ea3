"""What a masked data set can be asked for."""

from typing import Literal

Masked = Literal["all", "positive"]
"""Which test images must have a mask: those of both classes, or of the positive one."""
