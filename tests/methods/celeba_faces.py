"""A table of CelebA's faces and their photographs, each landmark a square of its own colour."""

from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from heed.geometry.landmarks import columns
from heed.methods.settings import CelebAParams, DataParams

FACE = np.array([[69, 111], [108, 111], [88, 136], [70, 151], [107, 152]])
COLOURS = np.array([[250, 0, 0], [0, 250, 0], [0, 0, 250], [250, 250, 0], [0, 250, 250]])
ASIDE = np.array([[0, 0], [0, 0], [12, 0], [0, 0], [0, 0]])
"""What turns the nose of a face to the side."""


def data_params(root: Path, **others: object) -> DataParams:
    given = {
        "source": "celeba",
        "root": str(root),
        "positive": "Smiling",
        "masks": "all",
        "side": 112,
        "images": "aligned",
        "missing": "stop",
        "landmark_size": None,
    }
    return DataParams.model_validate(given | others)


def celeba_params(**others: object) -> CelebAParams:
    given = {
        "train": 4,
        "validation": 2,
        "test": 4,
        "frontal": 0.1,
        "mask_version": 3,
        "seed": 0,
    }
    return CelebAParams.model_validate(given | others)


def celeba_table(root: Path, each: int = 8) -> pd.DataFrame:
    """Faces of each partition: every third smiles, and every other test face looks aside."""
    rows = []
    for partition in range(3):
        for number in range(each):
            name = f"{partition}{number:05d}.png"
            aside = partition == 2 and number % 2
            points = FACE + number % 4 + (ASIDE if aside else 0)
            pixels = np.full((218, 178, 3), 40 + number, np.uint8)
            for (x, y), colour in zip(points, COLOURS, strict=True):
                pixels[y - 3 : y + 4, x - 3 : x + 4] = colour
            pixels[0, 0] = partition, number, 0
            Image.fromarray(pixels).save(root / name)
            rows.append(
                {"image": name, "path": name, "width": 178, "height": 218, "partition": partition}
                | {"Smiling": 1 if number % 3 == 0 else -1}
                | dict(zip(columns("aligned_"), points.ravel().astype(float), strict=True))
            )
    return pd.DataFrame(rows).astype({"partition": "int8", "Smiling": "int8"})
