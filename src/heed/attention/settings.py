"""The parameters of ``studies/attention`` for its tables, figures and page."""

from typing import Annotated, ClassVar, Final

from pydantic import Field

from heed.base.settings import Count, Params, Share
from heed.figures.settings import FiguresParams

Seed = Annotated[int, Field(ge=0)]


class AnswersParams(Params):
    """``answers``: how the questions are answered.

    Attributes:
        resamples: bootstrap resamples of the persons of the test faces.
        confidence: of the intervals.
        seed: of the resamples.
        few: a set with fewer faces is said to be small wherever something is told of it.
        alpha: of McNemar's tests: a p-value below it is counted.
    """

    key: ClassVar[str] = "answers"

    resamples: Count
    confidence: Share
    seed: Seed
    few: Count
    alpha: Share


KEYS: Final[dict[str, type[Params]]] = {kind.key: kind for kind in (AnswersParams, FiguresParams)}
"""The keys of the study's params.yaml that tables, figures and page read."""
