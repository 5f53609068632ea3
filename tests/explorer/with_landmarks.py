"""Landmarks for the made-up audit: those of the template face, turned and moved for each face."""

from pathlib import Path

import numpy as np
import pandas as pd

from heed.geometry.landmarks import to_table
from heed.guidance.template_face import template_landmarks


def add_landmarks(folder: Path, size: int) -> None:
    names = pd.read_parquet(folder / "data/frontal.parquet").image
    template = template_landmarks(size)
    centre, angles = template.mean(axis=0), np.linspace(-0.3, 0.3, len(names))
    turned = []
    for angle in angles:
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        turned.append((template - centre) @ turn.T + centre + [angle, 1])
    table = to_table(np.array(turned))
    table.insert(0, "image", names)
    table.insert(1, "partition", np.int8(2))
    table.to_parquet(folder / "data/landmarks.parquet", index=False)
