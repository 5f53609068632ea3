"""The check with random weights: a map that shows what was learnt changes when that is gone.

Adebayo et al. (2018, *Sanity Checks for Saliency Maps*) give a trained network random weights, from
its output down, block by block, and compare the maps after each step with those before: a method
whose maps stay alike shows the image and the architecture, and not what the network has learnt, as
an edge detector does.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from torch import nn

from heed.explain.forward import logits_of
from heed.methods.scoring import processed, raw_maps_of, subject_of
from heed.methods.settings import ScoreParams
from heed.methods.subject import Subject
from heed.metrics.perturbing.random_weights import randomised
from heed.metrics.reference_maps import edge_maps
from heed.metrics.structural_similarity import structural_similarity
from heed.networks.network import Network

Floats = NDArray[np.float64]

EDGES: Final = "edges"
"""The reference that knows no network: its maps cannot change."""

RANK, ABSOLUTE, SSIM = "rank", "absolute", "ssim"
MEASURES: Final = (RANK, ABSOLUTE, SSIM)
"""Likeness of two maps, -1..1: Spearman's rank correlation of the raw maps, the same of their
absolute values (the paper's two), and the structural similarity of the processed maps. The paper's
fourth, of histograms of gradients, is left out."""


def cascade(network: Network, seed: int) -> Iterator[tuple[str, Network]]:
    """A network that forgets: its blocks get random weights one after the other, the last first.

    A block is a child of the network's head or trunk, such as a stage of a ResNet; a batch norm
    belongs to the block before it. How weights become random is said at
    :func:`heed.metrics.perturbing.random_weights.randomised`.

    Args:
        network: stays as it is.
        seed: of the weights. torch's own generator is afterwards where it was.

    Returns:
        An iterator over the block's name and the network, in eval mode. It is one network that goes
        on to change: use it before the next.
    """
    blocks = _blocks(network)
    layers = [names[-1] for names, _ in randomised(network, "cascading", seed)]
    of_layers = [blocks[".".join(layer.split(".")[:2])] for layer in layers]
    copies = randomised(network, "cascading", seed)
    for block, below, (_, copied) in zip(of_layers, [*of_layers[1:], ""], copies, strict=True):
        if block != below:
            assert isinstance(copied, Network)
            yield block, copied.eval()


def likeness_table(
    network: Network,
    images: NDArray[np.uint8],
    names: list[str],
    score: ScoreParams,
    seeds: Sequence[int],
) -> pd.DataFrame:
    """How alike a network's maps stay while it forgets, method by method.

    All maps are of the class that the trained network predicts.

    Args:
        network: the trained one.
        images: (N, S, S, 3) uint8 RGB.
        names: of the images.
        score: which methods, and how their maps are made.
        seeds: of the random weights; each is a draw.

    Returns:
        Columns ``draw``; ``step``, how many blocks are random, and ``block``, the last of them;
        ``image``; ``method``, those that ask a network, and :data:`EDGES`; ``measure``, of
        :data:`MEASURES`; ``likeness`` of the maps of this image by the trained network and by that
        with random weights, NaN where one is constant; ``others``, the mean of the same between the
        trained network's map of this image and its maps of the other images, which is what maps of
        a method have in common anyway; and ``trained`` and ``random``, the logits of both networks.
    """
    subject = subject_of(network, images, np.zeros(images.shape[:3], np.uint8), score)
    own = {(method, measure): maps for method, measure, maps in _measured(subject, score)}
    others = {key: _others(maps, key[1]) for key, maps in own.items()}
    tables = []
    for draw, seed in enumerate(seeds):
        for step, (block, copied) in enumerate(cascade(network, seed), 1):
            changed = logits_of(copied, images, score.batch_size)[:, 0].astype(np.float64)
            # With the trained network's logits, which say what class is explained.
            asked = replace(subject, network=copied)
            for method, measure, maps in _measured(asked, score):
                columns = {
                    "draw": draw, "step": step, "block": block, "image": names, "method": method,
                    "measure": measure, "likeness": _likeness(own[method, measure], maps, measure),
                    "others": others[method, measure], "trained": subject.logits,
                    "random": changed,
                }  # fmt: skip
                tables.append(pd.DataFrame(columns))
    return pd.concat(tables, ignore_index=True)


def _blocks(network: Network) -> dict[str, str]:
    """By the path of each child of trunk and head the block that it belongs to."""
    found, block = {}, ""
    for part in ("trunk", "head"):
        for name, child in network.get_submodule(part).named_children():
            block = block if isinstance(child, nn.BatchNorm2d) else name
            found[f"{part}.{name}"] = block
    return found


def _measured(subject: Subject, score: ScoreParams) -> Iterator[tuple[str, str, Floats]]:
    """By method and measure the maps (N, P) or (N, S, S) as the measure takes them."""
    for method, raw in raw_maps_of(subject, score):
        pixels = processed(method, raw, subject, score)
        yield from ((method, *pair) for pair in _prepared(raw, pixels))
    edges = edge_maps(subject.images)
    yield from ((EDGES, *pair) for pair in _prepared(edges, edges))


def _prepared(
    raw: NDArray[np.float32], pixels: NDArray[np.float32]
) -> Iterator[tuple[str, Floats]]:
    yield RANK, _standardised_ranks(raw)
    yield ABSOLUTE, _standardised_ranks(np.abs(raw))
    constant = np.ptp(pixels, axis=(1, 2), keepdims=True) == 0
    yield SSIM, np.where(constant, np.nan, pixels)


def _likeness(maps: Floats, others: Floats, measure: str) -> Floats:
    """(N,) of two sets of maps; of one of them there may be a single map."""
    if measure == SSIM:
        return structural_similarity(maps, others)
    return np.asarray((maps * others).mean(axis=1))


def _others(maps: Floats, measure: str) -> Floats:
    """(N,) the mean likeness of each map to the others; NaN where there is none to compare."""
    found = np.full(len(maps), np.nan)
    for n in range(len(maps)):
        likeness = np.delete(_likeness(maps[n : n + 1], maps, measure), n)
        known = likeness[~np.isnan(likeness)]
        found[n] = known.mean() if len(known) else np.nan
    return found


def _standardised_ranks(maps: NDArray[np.float32]) -> Floats:
    """(N, P) ranks of each map's P cells, mean 0 and variance 1; NaN for a constant map."""
    from scipy.stats import rankdata  # here: it takes half a second to import

    ranks = rankdata(maps.reshape(len(maps), -1), axis=1)
    ranks -= ranks.mean(axis=1, keepdims=True)
    spread = ranks.std(axis=1, keepdims=True)
    return np.divide(ranks, spread, out=np.full(ranks.shape, np.nan), where=spread > 0)
