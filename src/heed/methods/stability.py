"""How far a network's maps move when small noise in the image leaves its answer as it is.

A map explains an answer; where noise that nobody sees changes the map and not the answer, the map
says more than the network knows. Two numbers: the largest change over the draws of noise (the
max-sensitivity of Yeh et al. 2019, *On the (In)fidelity and Sensitivity of Explanations*), and the
mean structural similarity.
"""

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import Tensor

from heed.explain.images import floating
from heed.methods.randomisation import EDGES
from heed.methods.scoring import maps_of, subject_of
from heed.methods.settings import ScoreParams, StabilityParams
from heed.metrics.perturbing.max_sensitivity import max_sensitivity
from heed.metrics.structural_similarity import structural_similarity
from heed.networks.network import Network

Floats = NDArray[np.float64]


def noise_table(
    network: Network,
    images: NDArray[np.uint8],
    names: list[str],
    score: ScoreParams,
    params: StabilityParams,
) -> pd.DataFrame:
    """How far maps move, method by method.

    Noisy images have 8 bits as the images do. A draw of noise that turns an image's answer around
    does not count for it: another answer may have another map.

    Args:
        network: of one output, in eval mode.
        images: (N, S, S, 3) uint8 RGB; the maps of all of them are held at once.
        names: of the images.
        score: which methods, and how their maps are made.
        params: radius, draws and seed of the noise.

    Returns:
        Columns ``image``; ``method``, those that ask a network, and edges; ``change``: the largest
        ||map with noise - map|| / ||map|| of the processed maps over the draws that count;
        ``others``: the mean of the same between this map and the method's maps of the other images;
        ``similarity``: the mean structural similarity over these draws; ``kept``: the share of the
        draws that count. NaN for a map that is 0 everywhere, and where no draw counts.
    """
    asked = score.model_copy(update={"references": [EDGES]})
    maps = _NoisyMaps(network, asked)
    pixels = floating(torch.from_numpy(images))
    change = max_sensitivity(maps, pixels, params.radius, params.draws, params.seed)  # (N, M)
    missing = np.isnan(change) | (maps.kept == 0)[:, None]
    similarity = maps.similarity / np.maximum(maps.kept, 1)[:, None]
    others = _others(maps.own)
    return pd.DataFrame(
        {
            "image": name,
            "method": method,
            "change": np.nan if missing[n, m] else change[n, m],
            "others": others[n, m],
            "similarity": np.nan if missing[n, m] else similarity[n, m],
            "kept": maps.kept[n] / params.draws,
        }
        for n, name in enumerate(names)
        for m, method in enumerate(asked.maps)
    )


class _NoisyMaps:
    """The maps of images, and then of the same with noise, as max-sensitivity asks for them.

    Attributes:
        own: (N, M, S, S) of the images, by M methods.
        kept: (N,) draws so far that leave the answer as it is.
        similarity: (N, M), of these the sum of the similarity to the image's own map.
    """

    def __init__(self, network: Network, score: ScoreParams) -> None:
        self._network = network
        self._score = score
        self._sign: Floats | None = None

    def __call__(self, pixels: Tensor) -> NDArray[np.float32]:
        """Maps (N, M, S, S); where the answer is turned around, the image's own once more."""
        levels = (255 * pixels).round().clamp(0, 255).to(torch.uint8)
        images = levels.permute(0, 2, 3, 1).contiguous().numpy()
        subject = subject_of(self._network, images, np.zeros(images.shape[:3], bool), self._score)
        maps = np.stack([each for _, each in maps_of(subject, self._score)], axis=1)
        if self._sign is None:
            self._sign, self.own = subject.sign, maps
            self.kept = np.zeros(len(maps))
            self.similarity = np.zeros(maps.shape[:2])
            return maps
        same = subject.sign == self._sign
        self.kept += same
        for n in np.flatnonzero(same):
            self.similarity[n] += structural_similarity(maps[n], self.own[n])
        return np.where(same[:, None, None, None], maps, self.own)


def _others(maps: NDArray[np.float32]) -> Floats:
    """(N, M) mean distance of each map to those of the other images, relative to its norm."""
    flat = maps.reshape(*maps.shape[:2], -1).astype(np.float64)
    norms = np.linalg.norm(flat, axis=-1)
    found = np.full(norms.shape, np.nan)
    for n in range(len(flat) if len(flat) > 1 else 0):
        distances = np.linalg.norm(np.delete(flat, n, axis=0) - flat[n], axis=-1).mean(axis=0)
        np.divide(distances, norms[n], out=found[n], where=norms[n] > 0)
    return found
