"""The share of CelebA's images that have each attribute, counted from its own annotations."""

import csv
import io
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from heed.base.partitions import PARTITIONS
from heed.celeba.attributes import ATTRIBUTES


def positive_rates() -> NDArray[np.float64]:
    """Share of positive labels, (3, 40): partition by attribute, with five decimals."""
    text = files("heed.celeba").joinpath("celeba_attribute_rates.csv").read_text("utf-8")
    rows = {row["attribute"]: row for row in csv.DictReader(io.StringIO(text))}
    return np.array(
        [
            [float(rows[attribute][f"{partition}_positive_rate"]) for attribute in ATTRIBUTES]
            for partition in PARTITIONS
        ]
    )
