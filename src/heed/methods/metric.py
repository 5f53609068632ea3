"""What a metric of the study is: each is a file of :mod:`heed.methods.metrics`, its name."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from heed.methods.subject import Subject

Kind = Literal["localisation", "faithfulness", "other"]
"""What it compares a map with: the mask; what the network answers to changed images; or neither."""


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A number for each map.

    Attributes:
        label: its name in tables and figures.
        kind: what it compares a map with.
        direction: ``up``: higher is better; ``down``: lower is.
        source: the paper.
        score: from maps (N, S, S) in 0..1, and what they are maps of, to (N,) float64; NaN =
            missing.
    """

    label: str
    kind: Kind
    direction: Literal["up", "down"]
    source: str
    score: Callable[[NDArray[np.float32], Subject], NDArray[np.float64]]

    @property
    def higher_is_better(self) -> bool:
        """Whether a higher value is better."""
        return self.direction == "up"
