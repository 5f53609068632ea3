"""What can be read of each attribute from one layer: as a whole, from channels, and from neurons.

A projection by PLS, then quadratic discriminant analysis of the scores (Diniz & Schwartz 2020);
neurons go without the projection. Units are chosen by VIP; of the best the single one that
classifies the validation faces best, and what is reported is its accuracy on the test faces.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.pool import ThreadPool
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.layers.streaming import LayerFeatures
from heed.pls.blas_threads import one_blas_thread
from heed.pls.blocks import ArrayBlocks, FeatureBlocks, RowsOf
from heed.pls.centring import Floats, Precision
from heed.pls.discriminant import QuadraticDiscriminant
from heed.pls.draws import fit_draws
from heed.pls.dual import Fit, fit
from heed.pls.gram import Gram, gram
from heed.pls.projection import Draw, project
from heed.pls.rates import rates
from heed.pls.single_units import fit_single_units
from heed.pls.vip import channel_vip, channels_of, top_units
from heed.probing.balanced_draws import AttributeDraw
from heed.probing.column_blocks import ColumnBlocks, neurons_of
from heed.probing.run_settings import ProbeParams
from heed.process.cores import usable_cores

log = logging.getLogger(__name__)

Row = dict[str, Any]

NO_CHANNELS: Final = "the layer has no channels: behind the pooling a neuron is one"
CONSTANT: Final = "none of its features differs between the faces"

PRECISION: Final[Precision] = "float32"
"""In what features are multiplied: they come as float32, and half a million of them are many."""

IN_MEMORY: Final = 10.0
"""Multiply-adds that reading a value of a stored layer is worth (:mod:`heed.pls.routes`)."""


@dataclass(frozen=True)
class LayerProbe:
    """What one layer gave.

    Attributes:
        rows: a row per attribute and unit, with the columns of :mod:`heed.probing.schema` but
            network, seed, layer, depth and kind.
        vip: (D, p) float32 of the D attributes that can be probed, in their order.
    """

    rows: list[Row]
    vip: NDArray[np.float32]


def probe_layer(
    features: LayerFeatures,
    draws: Sequence[AttributeDraw],
    labels: NDArray[np.int8],
    test: NDArray[np.intp],
    params: ProbeParams,
) -> LayerProbe:
    """Probe one layer for every attribute.

    Args:
        features: of all faces, as the layer puts them out.
        draws: of each attribute, in the order of the labels' columns.
        labels: (N, A) -1 or +1 of all faces.
        test: (T,) rows of the test faces.
        params: components, how many units, regularisation.
    """
    subjects = [Subject(draw, labels[:, n] > 0, test) for n, draw in enumerate(draws)]
    probed = [subject for subject in subjects if subject.draw.defined]
    shape, vip = features.layer.shape, np.empty((0, features.features), np.float32)
    rows = [
        subject.row(unit, why=subject.draw.why)
        for subject in subjects
        if not subject.draw.defined
        for unit in ("layer", "channel", "channels", "neuron", "neurons")
    ]
    if not probed:
        return LayerProbe(rows, vip)
    fits, route = fit_draws(
        features,
        [subject.draw.training for subject in probed],
        [subject.targets for subject in probed],
        params.components,
        precision=PRECISION,
        value=IN_MEMORY,
        memory=params.memory * 2.0**20,
    )
    log.info("%s: %s", features.layer.name, route)
    projections = project(
        [Draw(found, s.draw.training, (s.judged,)) for found, s in zip(fits, probed, strict=True)],
        features,
        features,
        precision=PRECISION,
    )
    vip = np.concatenate([projection.vip for projection in projections])
    neurons = [top_units(of_one, params.top) for of_one in vip]
    wanted = np.unique(np.concatenate(neurons))
    values = features.columns(wanted)
    by_channel = channel_vip(vip, channels_of(shape)) if len(shape) == 3 else None

    def of_units(number: int) -> list[Row]:
        subject = probed[number]
        scores = projections[number].scores[0]
        found = [of_scores(subject, "layer", fits[number], scores, params)]
        if by_channel is None:
            found += [subject.row(unit, why=NO_CHANNELS) for unit in ("channel", "channels")]
        else:
            channels = top_units(by_channel[number], params.top)
            found += _of_channels(features, subject, channels, params)
        own = values[:, np.searchsorted(wanted, neurons[number])]
        return found + _of_neurons(subject, neurons[number], own, params)

    # What is computed again asks the network, which one thread at a time may.
    workers = 1 if features.plan.way == "again" else usable_cores()
    with one_blas_thread(), ThreadPool(workers) as threads:
        for found in threads.imap(of_units, range(len(probed))):
            rows += found
    return LayerProbe(rows, vip)


class Subject:
    """One attribute with the faces it is probed with.

    Args:
        draw: of the pool.
        truth: (N,) which of all faces have it.
        test: (T,) rows of the test faces.
    """

    def __init__(
        self, draw: AttributeDraw, truth: NDArray[np.bool_], test: NDArray[np.intp]
    ) -> None:
        self.draw, self.truth, self.test = draw, truth, test
        self.judged = np.concatenate([draw.validation, test])
        """Rows of the faces that a classifier is tried on: validation, then test."""

    @property
    def targets(self) -> NDArray[np.float64]:
        """(n,) -1 or +1 of the training faces."""
        return np.where(self.truth[self.draw.training], 1.0, -1.0)

    def discriminated(
        self, fitted: ArrayLike, judged: ArrayLike, regularisation: float
    ) -> tuple[float, float, float]:
        """QDA of some numbers of each face.

        Args:
            fitted: (n, d) of the training faces.
            judged: (m, d) of those in :attr:`judged`.
            regularisation: of the covariances.

        Returns:
            Accuracy on the validation faces; accuracy and balanced accuracy on the test faces.
        """
        truth = self.truth[self.draw.training]
        answers = QuadraticDiscriminant(fitted, truth, regularisation).predict(judged)
        first = len(self.draw.validation)
        validation = rates(answers[:first], self.truth[self.draw.validation])
        test = rates(answers[first:], self.truth[self.test])
        return float(validation.accuracy), float(test.accuracy), float(test.balanced_accuracy)

    def row(
        self,
        unit: str,
        found: tuple[float, float, float] = (np.nan, np.nan, np.nan),
        *,
        units: Sequence[int] | NDArray[np.integer] = (),
        components: int = 0,
        why: str = "",
    ) -> Row:
        """A row of the table; without what was found one that says why."""
        positives = int(self.truth[self.test].sum())
        return {
            "attribute": self.draw.attribute,
            "n": len(self.draw.training),
            "unit": unit,
            "units": ";".join(map(str, units)),
            "components": components,
            "validation": found[0],
            "accuracy": found[1],
            "balanced_accuracy": found[2],
            "positives": positives,
            "negatives": len(self.test) - positives,
            "why": why,
        }


def of_scores(
    subject: Subject,
    unit: str,
    found: Fit,
    scores: Floats,
    params: ProbeParams,
    units: Sequence[int] | NDArray[np.integer] = (),
) -> Row:
    """QDA of the scores of one attribute's projection.

    Args:
        subject: the attribute.
        unit: that was projected.
        found: on the training faces.
        scores: (1, m, K) of the faces that are judged.
        params: regularisation.
        units: numbers of the channels.
    """
    components = int(found.found[0])
    if not components:
        return subject.row(unit, units=units, why=CONSTANT)
    fitted, judged = found.scores[0][:, :components], scores[0][:, :components]
    result = subject.discriminated(fitted, judged, params.regularisation)
    return subject.row(unit, result, units=units, components=components)


def _of_channels(
    features: LayerFeatures, subject: Subject, channels: NDArray[np.intp], params: ProbeParams
) -> list[Row]:
    """The best channels together, and the best one.

    Inner products of channels add up to those of all together, and so do projections.
    """
    sets = [_channel(features, subject, channel, params) for channel in channels]
    products = [gram(training, precision=PRECISION) for training, _ in sets]
    alone = [fit(each, subject.targets, params.components) for each in products]
    values = np.sum([each.values for each in products], axis=0)
    whole = Gram(values, sum(each.features for each in products), False, PRECISION)
    together = fit(whole, subject.targets, params.components)
    scores = np.zeros((1, len(subject.judged), params.components))
    single = []
    for channel, own, (training, judged) in zip(channels, alone, sets, strict=True):
        draws = [Draw(own), Draw(together)]
        of_own, of_whole = project(draws, training, judged, precision=PRECISION)
        scores += of_whole.scores[0]
        single.append(of_scores(subject, "channel", own, of_own.scores[0], params, [channel]))
    return [of_scores(subject, "channels", together, scores, params, channels), _best(single)]


def _channel(
    features: LayerFeatures, subject: Subject, channel: int, params: ProbeParams
) -> tuple[FeatureBlocks, FeatureBlocks]:
    """A channel of the training faces, and of those that are judged."""
    neurons = neurons_of([channel], features.layer.shape)
    rows = subject.draw.training, subject.judged
    if 4 * features.samples * len(neurons) * params.top > params.memory * 2**20:
        blocks = ColumnBlocks(features, neurons)
        return RowsOf(blocks, rows[0]), RowsOf(blocks, rows[1])
    values = features.columns(neurons)
    return ArrayBlocks(values[rows[0]]), ArrayBlocks(values[rows[1]])


def _of_neurons(
    subject: Subject, neurons: NDArray[np.intp], values: NDArray[np.float32], params: ProbeParams
) -> list[Row]:
    """The best neurons together, and the best one."""
    fitted, judged = values[subject.draw.training], values[subject.judged]
    together = subject.discriminated(fitted, judged, params.regularisation)
    truth, first = subject.truth, len(subject.draw.validation)
    alone = fit_single_units(fitted, truth[subject.draw.training], params.regularisation)
    validation = alone.rates(judged[:first], truth[subject.draw.validation])
    test = alone.rates(judged[first:], truth[subject.test])
    found = zip(validation.accuracy, test.accuracy, test.balanced_accuracy, strict=True)
    single = [
        subject.row("neuron", tuple(map(float, of_one)), units=[neuron])  # type: ignore[arg-type]
        for neuron, of_one in zip(neurons, found, strict=True)
    ]
    return [subject.row("neurons", together, units=neurons), _best(single)]


def _best(rows: Sequence[Row]) -> Row:
    """The row with the highest validation accuracy; of equal ones the first, of the highest VIP."""
    defined = [row for row in rows if not np.isnan(row["validation"])]
    return max(defined, key=lambda row: row["validation"]) if defined else rows[0]
