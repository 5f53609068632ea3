"""Scores of a study that nobody has run."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from heed.methods.tables.score_array import ScoreArray

METHODS = ("good", "fair", "poor", "mask", "random")
METRICS = ("up", "down")


def scores(
    seeds: int = 3, images: int = 40, shift: Sequence[float] = (0.0, 0.0), noise: float = 0.05
) -> ScoreArray:
    """Three methods and two references; by the second metric lower is better.

    Args:
        seeds: of trainings.
        images: how many.
        shift: added to the scores by each metric.
        noise: standard deviation from score to score.
    """
    rng = np.random.default_rng(1)
    means = np.array([[0.6, 0.4], [0.5, 0.5], [0.3, 0.7], [1.0, 0.0], [0.1, 0.9]]) + shift
    values = means + rng.normal(0, noise, (seeds, images, 5, 2))
    names = tuple(f"{n}.png" for n in range(images))
    return ScoreArray(values, tuple(range(seeds)), names, METHODS, METRICS)


def long(array: ScoreArray, level: str = "base", epoch: int = -1) -> pd.DataFrame:
    """The same as the stage measure stores it."""
    rows = [
        {"level": level, "seed": seed, "epoch": epoch, "image": image, "method": m, "metric": q,
         "value": array.values[k, n, i, j]}
        for k, seed in enumerate(array.seeds)
        for n, image in enumerate(array.images)
        for i, m in enumerate(array.methods)
        for j, q in enumerate(array.metrics)
    ]  # fmt: skip
    return pd.DataFrame(rows)
