"""Long tables of scores as arrays, and means over images and trainings with their intervals."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from heed.base.errors import InputError
from heed.metrics.bootstrap import resample_weights
from heed.metrics.replicates import TrainingDeviation, hierarchical_interval, training_error

Floats = NDArray[np.float64]

END = -1
"""The number of the epoch that stands for the end of a training."""


@dataclass(frozen=True)
class ScoreArray:
    """Scores of K trainings for N images by M methods and Q metrics.

    Attributes:
        values: (K, N, M, Q) float64; NaN = missing.
        seeds: of the trainings.
        images: by name.
        methods: methods and references.
        metrics: by name.
    """

    values: Floats
    seeds: tuple[int, ...]
    images: tuple[str, ...]
    methods: tuple[str, ...]
    metrics: tuple[str, ...]

    def of(self, method: str) -> Floats:
        """The scores of one method, (K, N, Q)."""
        return self.values[:, :, self.methods.index(method)]

    def by(self, metric: str) -> Floats:
        """The scores by one metric, (K, N, M)."""
        return self.values[..., self.metrics.index(metric)]

    def only(self, methods: Sequence[str]) -> Floats:
        """The scores of some methods, (K, N, m, Q)."""
        return self.values[:, :, [self.methods.index(name) for name in methods]]


def score_array(
    table: pd.DataFrame, methods: Sequence[str], metrics: Sequence[str], epoch: int = END
) -> ScoreArray:
    """The scores of one level at one epoch.

    Args:
        table: of :func:`heed.methods.scoring.long_table`, of one level.
        methods: in this order.
        metrics: likewise.
        epoch: which; :data:`END` for the end of the training.

    Raises:
        ValueError: a score is missing, or stands there twice.
    """
    chosen = table[table["epoch"] == epoch]
    seeds = tuple(int(seed) for seed in chosen["seed"].unique())
    images = tuple(chosen["image"].unique())
    shape = (len(seeds), len(images), len(methods), len(metrics))
    if len(chosen) != np.prod(shape):
        raise InputError(
            f"found {len(chosen)} scores of epoch {epoch}; expected {' x '.join(map(str, shape))} "
            "(trainings, images, methods, metrics): run the stage measure again"
        )
    names = pd.MultiIndex.from_product([seeds, images, methods, metrics])
    indexed = chosen.set_index(["seed", "image", "method", "metric"])["value"]
    return ScoreArray(
        indexed.reindex(names).to_numpy(np.float64).reshape(shape),
        seeds,
        images,
        tuple(methods),
        tuple(metrics),
    )


@dataclass(frozen=True)
class Bootstrap:
    """How intervals are made.

    Attributes:
        resamples: of the images.
        seed: of the resamples; the same for all tables, so that levels are compared on equal ones.
        confidence: share inside an interval.
    """

    resamples: int
    seed: int
    confidence: float


@dataclass(frozen=True)
class Mean:
    """Means over images and trainings.

    Attributes:
        value: (...) float64; NaN where no score exists.
        resampled: (R, ...) in each resample of the images.
        replicates: (K, ...) of each training.
    """

    value: Floats
    resampled: Floats
    replicates: Floats

    def interval(self, confidence: float, pool: Sequence["Mean"] = ()) -> tuple[Floats, Floats]:
        """Interval over other images and other trainings.

        See :func:`heed.metrics.replicates.hierarchical_interval`.

        Args:
            confidence: share inside.
            pool: the means whose trainings tell how far trainings scatter; none: its own.
        """
        error = training_error([self.replicates], [mean.replicates for mean in pool])
        scale = np.broadcast_to(error.scale, self.value.shape)
        df = np.broadcast_to(error.df, self.value.shape)
        return hierarchical_interval(self.resampled, TrainingDeviation(scale, df), confidence)


def mean_of(values: Floats, bootstrap: Bootstrap) -> Mean:
    """Mean over trainings and images.

    Args:
        values: (K, N, ...) float64; NaN = missing, and left out.
        bootstrap: how images are resampled.
    """
    known = ~np.isnan(values)
    total, count = np.where(known, values, 0.0).sum(axis=0), known.sum(axis=0).astype(np.float64)
    shape = total.shape[1:]
    flat_total, flat_count = total.reshape(len(total), -1), count.reshape(len(count), -1)
    parts = [
        _divided(weights @ flat_total, weights @ flat_count)
        for weights in resample_weights(len(total), bootstrap.resamples, bootstrap.seed)
    ]
    return Mean(
        _divided(total.sum(axis=0), count.sum(axis=0)),
        np.concatenate(parts).reshape(bootstrap.resamples, *shape),
        _divided(np.where(known, values, 0.0).sum(axis=1), known.sum(axis=1).astype(np.float64)),
    )


def present_mean(values: Floats, axis: int | tuple[int, ...]) -> Floats:
    """Mean over axes without what is missing; NaN where all is."""
    known = ~np.isnan(values)
    total = np.where(known, values, 0.0).sum(axis=axis)
    return _divided(total, known.sum(axis=axis).astype(np.float64))


def _divided(total: Floats, count: Floats) -> Floats:
    return np.divide(total, count, out=np.full(np.shape(total), np.nan), where=count > 0)
