"""The parameters of ``studies/probing`` for its tables, figures and page."""

import os
from collections.abc import Collection
from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field

from heed.base.settings import Count, Params, ParamsError, Share
from heed.figures.settings import FiguresParams

Seed = Annotated[int, Field(ge=0)]

Published = Literal["resnet50", "mobilenetv2", "vgg16"]
"""The architectures of Diniz (2021), by the names of its Table 5.2 here."""


class AnswersParams(Params):
    """``answers``: how the questions are answered.

    Attributes:
        networks: trained on identities, in the order of tables and figures; each with the
            architecture of Diniz (2021) whose numbers stand beside its own, or null.
        controls: networks that were not trained on identities, each with the one of ``networks``
            that it is compared with.
        audit: networks among these that are classifiers of the audit, each with its name there.
        near: a unit reads an attribute as well as the best layer if its balanced accuracy lies
            at most this far below the layer's.
        readable: an attribute is readable from the first layer on whose accuracy has this share
            of the way from chance (0.5) to the best layer's.
        above_chance: an attribute whose best layer stays below 0.5 plus this is readable nowhere.
        few_faces: an attribute with fewer test faces that have it, or have it not, is named on the
            page.
        resamples: bootstrap resamples of test faces and of attributes.
        confidence: of the intervals.
        seed: of the resamples.
    """

    key: ClassVar[str] = "answers"

    networks: Annotated[dict[str, Published | None], Field(min_length=1)]
    controls: dict[str, str]
    audit: dict[str, str]
    near: Share
    readable: Share
    above_chance: Annotated[float, Field(ge=0, lt=0.5)]
    few_faces: Count
    resamples: Count
    confidence: Share
    seed: Seed

    @property
    def probed(self) -> list[str]:
        """Every network whose probes are read, in the order of tables and figures."""
        return [*self.networks, *self.controls]


KEYS: Final[dict[str, type[Params]]] = {kind.key: kind for kind in (AnswersParams, FiguresParams)}
"""The keys of the study's params.yaml."""


def check_answers(
    answers: AnswersParams,
    networks: Collection[str],
    path: str | os.PathLike[str] = "params.yaml",
) -> None:
    """Refuse names of networks that there are not.

    Args:
        answers: the parameters.
        networks: those that are probed.
        path: the parameter file, for messages.

    Raises:
        ParamsError: naming the key and the known names.

    Example:
        >>> answers = AnswersParams(networks={"plain": "vgg16"}, controls={}, audit={}, near=0.03,
        ...     readable=0.9, above_chance=0.05, few_faces=20, resamples=1000, confidence=0.95,
        ...     seed=0)
        >>> check_answers(answers, ["plain"])
    """
    for key, names, known in (
        ("networks", answers.networks, networks),
        ("controls", answers.controls, networks),
        ("controls", answers.controls.values(), answers.networks),
        ("audit", answers.audit, answers.probed),
    ):
        if unknown := [name for name in names if name not in known]:
            raise ParamsError(
                f"{path}: answers.{key}: found {unknown[0]!r}; expected some of {', '.join(known)}"
            )
    if both := [name for name in answers.controls if name in answers.networks]:
        raise ParamsError(
            f"{path}: answers.controls: found {both[0]!r}, which answers.networks has too; "
            "remove one"
        )
