"""Noise with marks in it: faces of few pixels whose attributes are known to be visible."""

from pathlib import Path

import numpy as np
import torch
from torch import nn

from heed.base.arrays import StoredImages, write_images
from heed.celeba.attributes import ATTRIBUTES
from heed.probing.faces import LabelledFaces
from heed.probing.run_settings import ProbeParams

SEEN = "Eyeglasses"
"""The attribute that is visible: a bright spot."""

RARE = "Bald"
"""That of which there are too few faces."""

PARAMS = ProbeParams(
    training=40,
    validation=20,
    components=3,
    top=2,
    regularisation=1e-2,
    memory=64,
    disk=0,
    batch_size=16,
    seed=0,
)


def small_faces(folder: Path, count: int = 90, side: int = 8) -> LabelledFaces:
    """Faces of noise; the last third are test faces."""
    rng = np.random.default_rng(0)
    labels = np.where(rng.random((count, len(ATTRIBUTES))) < 0.5, 1, -1).astype(np.int8)
    labels[:, ATTRIBUTES.index(RARE)] = -1
    labels[:3, ATTRIBUTES.index(RARE)] = 1
    images = rng.integers(0, 120, (count, side, side, 3)).astype(np.uint8)
    with_it = labels[:, ATTRIBUTES.index(SEEN)] > 0
    images[with_it, 1:4, 1:4] = 255
    path = folder / "faces.npy"
    write_images(str(path), count, side, lambda row: images[row], lambda _: None)
    rows = np.arange(count)
    return LabelledFaces(
        StoredImages(str(path)), labels, rows[: 2 * count // 3], rows[2 * count // 3 :]
    )


def small_network(seed: int = 0) -> nn.Module:
    """Three layers with channels and two without."""
    torch.manual_seed(seed)
    return nn.Sequential(
        nn.Conv2d(3, 4, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(64, 6),
        nn.ReLU(),
    ).eval()
