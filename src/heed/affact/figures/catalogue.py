"""The registry of the figures of the AFFACT study, and what they can be drawn from.

A new figure is a new module in this folder that calls :func:`figure`; see
:mod:`heed.figures.registry`. Numbers are those of Chavannes & Rutishauser 2021; a figure that
there is once for each network takes the number of the published network that it stands for.
"""

from collections.abc import Mapping
from typing import Any, Final

from heed.figures.registry import FigureRegistry

_NETWORKS: Final = {
    "network": "the networks; by name the published one that each stands for, or None",
    "first": "name of the first network, the measure of the others",
    "second": "the other networks, as in network",
    "test_set": "the test sets whose faces are shown, each by its own name",
}

FIGURES: Final = FigureRegistry(
    "heed.affact.figures",
    {
        "numbers": {
            **_NETWORKS,
            "errors": "error rates (heed.affact.figures.rates_by_set.ErrorRates)",
            "baseline": "columns attribute, error: always the majority class of training",
            "trainings": "by network its curves (heed.metrics.curves.read_curves)",
            "attribute_errors": "by network the validation error per epoch, a column per attribute",
        },
        "faces": {
            **_NETWORKS,
            "shown": "by test set K of its crops, and what the networks decide about them",
            "pictures": "K crops of a test set, (S, S, 3) uint8 RGB",
            "judged": "what the networks decide about them (heed.affact.figures.faces_judged)",
            "photographs": "of the faces whose random transforms are shown, (H, W, 3) uint8 RGB",
            "transforms": "of each of them (2, 3), photograph pixel -> crop pixel",
            "landmarks": "of each of them (5, 2) x, y in its pixels",
            "photograph_crops": "of each of them its crop of set A, (S, S, 3) uint8 RGB",
            "aligned": "the crop that is shown under colour temperatures, (S, S, 3) uint8 RGB",
            "augmentation": "the distributions of the random transforms",
            "seed": "of these transforms",
        },
    },
)

figure = FIGURES.figure
"""Registers the function below it as what draws a figure."""

PUBLISHED_DIAMONDS: Final = (
    "Diamonds: published values of the corresponding networks, decided at logit 0.5."
)


SHOWN_SETS: Final = ("A", "T")
"""The test sets whose faces are shown with the networks' shares of right decisions."""


def names_of(networks: Mapping[str, str | None]) -> dict[str, Any]:
    """The values on which names, numbers and texts of the figures depend.

    Args:
        networks: by name the published network that it stands for; None: it stands for none.

    Returns:
        ``network``, ``first``, ``second`` and ``test_set``, as the registry describes them.

    Example:
        >>> names_of({"mine": None, "theirs": "affact"})["second"]
        {'theirs': 'affact'}
    """
    first = next(iter(networks), "")
    others = {name: published for name, published in networks.items() if name != first}
    sets = {name: name for name in SHOWN_SETS}
    return {"network": dict(networks), "first": first, "second": others, "test_set": sets}
