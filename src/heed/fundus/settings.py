"""The parameter ``fundus``: how many fundus images are drawn, and how clear their classes are."""

from typing import Annotated, ClassVar

from pydantic import Field

from heed.base.settings import Count, Params


class FundusParams(Params):
    """``fundus``: the drawn fundus images.

    Attributes:
        train: images of the training partition; half of each class.
        validation: of the validation partition.
        test: of the test partition.
        side: of an image in pixels.
        sharpness: slope of the cup-to-disc ratio at the cut between the classes; higher: fewer
            images near it.
        unevenness: how much light and focus differ from image to image, 0 (not at all) to 1.
        seed: of all that is drawn.
    """

    key: ClassVar[str] = "fundus"

    train: Count
    validation: Count
    test: Count
    side: Annotated[int, Field(ge=64, le=1024)]
    sharpness: Annotated[float, Field(gt=0)]
    unevenness: Annotated[float, Field(ge=0, le=1)]
    seed: Annotated[int, Field(ge=0)]
