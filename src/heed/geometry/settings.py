"""The parameters ``crop``, ``landmarks`` and ``frontal``."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, field_validator

from heed.base.partitions import Partition
from heed.base.settings import Params
from heed.geometry.sampling import Fill, Rounding, Sampling

LARGEST_CROP = 1024
"""Side in pixels of the largest crop."""


class CropParams(Params):
    """``crop``: the AFFACT crop."""

    key: ClassVar[str] = "crop"

    size: Annotated[int, Field(ge=32, multiple_of=32)]
    scale: Annotated[float, Field(gt=0)]
    fill: Fill
    rounding: Rounding
    reduced_decoding: bool

    @property
    def sampling(self) -> Sampling:
        """How crops are made from photographs."""
        return Sampling(self.fill, self.rounding, self.reduced_decoding)

    @field_validator("size")
    @classmethod
    def _no_larger_than_faces_are(cls, value: int) -> int:
        if value > LARGEST_CROP:
            raise ValueError(
                f"expected {LARGEST_CROP} at most: hardly a face of CelebA has as many pixels, "
                "and memory grows with the square"
            )
        return value


class LandmarksParams(Params):
    """``landmarks``: how landmarks get into the crop."""

    key: ClassVar[str] = "landmarks"

    method: Literal["alignment", "shift"]
    shift_x: float
    shift_y: float


class FrontalParams(Params):
    """``frontal``: which faces are audited."""

    key: ClassVar[str] = "frontal"

    partition: Partition
    threshold: Annotated[float, Field(ge=0)]
