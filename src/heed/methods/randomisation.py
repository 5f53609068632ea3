"""The check with random weights: a map that shows what was learnt changes when that is gone.

Adebayo et al. (2018, *Sanity Checks for Saliency Maps*) compare the maps of a trained network with
those of the same network with random weights, by rank correlation: a method whose maps stay alike
shows the image and the architecture, and not what the network has learnt, as an edge detector does.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from heed.methods.scoring import maps_of, subject_of
from heed.methods.settings import ScoreParams
from heed.metrics.perturbing.model_randomisation import randomised
from heed.networks.network import Network

EDGES = "edges"
"""The reference that knows no network: its maps cannot change."""


def untrained(network: Network, seed: int) -> Network:
    """A copy of a network with random weights.

    Args:
        network: stays as it is.
        seed: of the weights. torch's own generator is afterwards where it was.
    """
    ((_, copied),) = randomised(network, "full", seed)
    assert isinstance(copied, Network)
    return copied.eval()


def likeness_table(
    network: Network,
    other: Network,
    images: NDArray[np.uint8],
    names: list[str],
    params: ScoreParams,
) -> pd.DataFrame:
    """How alike the maps of two networks are, method by method.

    Each map explains the class that its own network predicts.

    Args:
        network: the trained one.
        other: the one with random weights.
        images: (N, S, S, 3) uint8 RGB.
        names: of the images.
        params: which methods.

    Returns:
        Columns ``image``, ``method`` (those that ask a network, and :data:`EDGES`), ``likeness``:
        Spearman's rank correlation of the pixels of both maps, -1..1, NaN where one is constant;
        and ``others``: the mean of the same between the trained network's map of this image and its
        maps of the other images, which is what likeness of maps is without anything in common.
    """
    asked = params.model_copy(update={"references": [EDGES]})
    masks = np.zeros(images.shape[:3], np.uint8)
    subjects = [subject_of(each, images, masks, asked) for each in (network, other)]
    rows = []
    pairs = zip(*(maps_of(subject, asked) for subject in subjects), strict=True)
    for (method, own), (_, changed) in pairs:
        ranked, of_other = _standardised_ranks(own), _standardised_ranks(changed)
        likeness = (ranked * of_other).mean(axis=1)
        between = ranked @ ranked.T / ranked.shape[1]
        np.fill_diagonal(between, np.nan)
        for n, name in enumerate(names):
            known = between[n][~np.isnan(between[n])]
            others = float(known.mean()) if len(known) else np.nan
            rows.append(
                {"image": name, "method": method, "likeness": likeness[n], "others": others}
            )
    return pd.DataFrame(rows)


def _standardised_ranks(maps: NDArray[np.float32]) -> NDArray[np.float64]:
    """(N, S * S) ranks of each map's pixels with mean 0 and variance 1; NaN for a constant map."""
    from scipy.stats import rankdata  # here: it takes half a second to import

    ranks = rankdata(maps.reshape(len(maps), -1), axis=1)
    ranks -= ranks.mean(axis=1, keepdims=True)
    spread = ranks.std(axis=1, keepdims=True)
    return np.divide(ranks, spread, out=np.full(ranks.shape, np.nan), where=spread > 0)
