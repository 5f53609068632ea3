"""Which published network each network of a run is set beside."""

from collections.abc import Mapping
from typing import Final, Literal, get_args

Training = Literal["balanced", "unbalanced"]
"""The two published networks, by how the classes were weighted in their training."""

PUBLISHED: Final[dict[Training, str]] = {"balanced": "AFFACT-b", "unbalanced": "AFFACT-ub"}
"""What Bieri (2023) calls them."""


def counterparts(weightings: Mapping[str, str | None]) -> dict[str, Training | None]:
    """The published network beside each network of a run.

    A network named balanced or unbalanced is taken at its name, for weights from a file need not
    have been trained as ``params.yaml`` says; any other goes by its weighting of the loss.

    Args:
        weightings: by name of the network ``models.<name>.weighting``; ``none`` is unbalanced.
            None: the weights are given, and nothing is said of their training.

    Returns:
        By name of the network; None where neither name nor weighting tells.

    Example:
        >>> counterparts({"balanced": None, "mine": "none", "theirs": None})
        {'balanced': 'balanced', 'mine': 'unbalanced', 'theirs': None}
    """
    return {name: _counterpart(name, weighting) for name, weighting in weightings.items()}


def _counterpart(name: str, weighting: str | None) -> Training | None:
    for training in get_args(Training):
        if name == training:
            return training
    if weighting is None:
        return None
    return "unbalanced" if weighting == "none" else "balanced"
