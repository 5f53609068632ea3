"""The maps of a network by every method, and what every metric says of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from heed.explain.any_network import explain
from heed.explain.catalogue import METHODS
from heed.explain.devices import device_named
from heed.explain.forward import logits_of
from heed.explain.images import device_of
from heed.explain.method import PassMethod
from heed.explain.placement import Placement
from heed.explain.postprocess import normalise
from heed.explain.receptive_field import receptive_field
from heed.methods.catalogue import METRICS
from heed.methods.references import reference_maps
from heed.methods.settings import ScoreParams
from heed.methods.subject import Subject
from heed.networks.network import Network

CHUNK: Final = 64
"""Images whose maps are held at once."""


@dataclass(frozen=True)
class Scored:
    """What is said of N images.

    Attributes:
        logits: (N,) of the network.
        table: (N, methods and references, metrics) float64; NaN = missing.
    """

    logits: NDArray[np.float64]
    table: NDArray[np.float64]


def score_network(
    network: Network, images: Any, masks: Any, rows: Sequence[int], params: ScoreParams
) -> Scored:
    """Map and measure some images.

    Args:
        network: of one output, in eval mode.
        images: (N, S, S, 3) uint8 RGB, indexed by rows; a few are read at once.
        masks: (N, S, S), likewise.
        rows: which.
        params: methods, references, metrics and the rest.
    """
    logits, values = [], []
    for start in range(0, len(rows), CHUNK):
        chunk = list(rows[start : start + CHUNK])
        subject = subject_of(network, images[chunk], masks[chunk], params)
        scored = [
            [METRICS[metric].score(maps, subject) for metric in params.metrics]
            for _, maps in maps_of(subject, params, first=start)
        ]
        logits.append(subject.logits)
        values.append(np.moveaxis(np.array(scored), -1, 0))
    return Scored(np.concatenate(logits), np.concatenate(values))


def subject_of(
    network: Network, images: NDArray[np.uint8], masks: NDArray[Any], params: ScoreParams
) -> Subject:
    """Some images, and what the network answers.

    The grid on which images are taken apart is that of the network's features. The network is moved
    to a GPU where torch finds one.
    """
    images, network = np.asarray(images), network.to(device_named("auto"))
    answers = logits_of(network, images, params.batch_size)[:, 0].astype(np.float64)
    return Subject(
        images,
        np.asarray(masks).astype(np.bool_),
        network,
        answers,
        grid_of(network, images.shape[1]),
        params.threshold,
        params.batch_size,
    )


def grid_of(network: Network, side: int) -> int:
    """Cells along a side of a network's last features."""
    import torch  # here: the settings' readers do without

    with torch.inference_mode():
        return int(
            network.features(torch.zeros(1, 3, side, side, device=device_of(network))).shape[-1]
        )


def maps_of(
    subject: Subject, params: ScoreParams, first: int = 0
) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """The maps (N, S, S) in 0..1 of a subject, by method, then by reference.

    A map explains the class that is predicted: z where the logit z is 0 or more, else -z.

    Args:
        subject: images and network.
        params: which methods and references.
        first: number of the first image, of which random maps depend.
    """
    for method, raw in raw_maps_of(subject, params):
        yield method, processed(method, raw, subject, params)
    for name in params.references:
        seed = params.seed + first
        yield name, reference_maps(name, subject.images, subject.masks, subject.cells, seed)


def raw_maps_of(subject: Subject, params: ScoreParams) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """The maps of a subject as methods make them, (N, h, w), signed, in cells or pixels.

    Args:
        subject: images and network; the class that its logits predict is explained.
        params: which methods.
    """
    sign = subject.sign[:, None].astype(np.int8)
    for method in params.methods:
        found = explain(subject.network, subject.images, method, batch_size=params.batch_size)
        yield method, found.layers[0].signed(sign)[:, 0]


def processed(
    method: str, raw: NDArray[np.float32], subject: Subject, params: ScoreParams
) -> NDArray[np.float32]:
    """Raw maps rectified, enlarged and stretched to 0..1.

    Args:
        method: that made them.
        raw: (N, h, w).
        subject: what they are maps of.
        params: where cells lie.

    Returns:
        (N, S, S) float32.
    """
    # Of other grids, such as the image's own pixels, each cell is its block.
    placement = placement_of(subject, params) if on_features(method, raw, subject) else None
    return normalise(raw, subject.images.shape[1], placement)


def placement_of(subject: Subject, params: ScoreParams) -> Placement:
    """Where the cells of the network's last features lie, by the rule of ``score.placement``."""
    size = subject.images.shape[1]
    if params.placement == "half_pixel":
        return Placement.half_pixel(size, subject.cells)
    return receptive_field(subject.network.trunk)


def on_features(method: str, maps: NDArray[np.float32], subject: Subject) -> bool:
    """Whether the cells of a method's maps are those of the network's last features."""
    entry = METHODS[method]
    of_image = isinstance(entry, PassMethod) and entry.on_image
    return not of_image and maps.shape[-2:] == (subject.cells, subject.cells)


def scored_rows(test: pd.DataFrame, per_class: int | None) -> list[int]:
    """Which test images are scored: the first of each class, in their order.

    Args:
        test: the table's rows of the test partition, ``kind`` among its columns.
        per_class: how many of each class; None: all.
    """
    if per_class is None:
        return list(range(len(test)))
    return np.flatnonzero(test.groupby("kind").cumcount().to_numpy() < per_class).tolist()


def long_table(
    scored: Scored, test: pd.DataFrame, rows: Sequence[int], params: ScoreParams, **fixed: Any
) -> pd.DataFrame:
    """Scores as one row per image, method and metric.

    Args:
        scored: of the rows.
        test: the test images, with ``image`` and ``kind``.
        rows: which were scored.
        params: names of methods, references and metrics.
        **fixed: columns that are the same in each row, in front.

    Returns:
        The fixed columns, ``image``, ``class``, ``predicted`` (both -1 or +1), ``method``,
        ``metric``, ``value``.
    """
    names, metrics = params.maps, params.metrics
    count, each = len(rows), len(names) * len(metrics)
    chosen = test.iloc[list(rows)]
    predicted = np.where(scored.logits >= 0, 1, -1).astype(np.int8)
    return pd.DataFrame(
        {
            **{key: [value] * (count * each) for key, value in fixed.items()},
            "image": np.repeat(chosen["image"].to_numpy(object), each),
            "class": np.repeat(chosen["label"].to_numpy(np.int8), each),
            "predicted": np.repeat(predicted, each),
            "method": np.tile(np.repeat(np.array(names, object), len(metrics)), count),
            "metric": np.tile(np.array(metrics, object), count * len(names)),
            "value": scored.table.reshape(-1),
        }
    )
