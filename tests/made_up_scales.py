"""A table of scales, as the stage scales writes it, with the same scale everywhere."""

from collections.abc import Sequence
from itertools import product

import pandas as pd

from heed.celeba.attributes import ATTRIBUTES

MARKS = {"uniform": 0.1, "blob": 0.2, "ceiling": 0.9}


def made_up_scales(models: Sequence[str], versions: Sequence[str]) -> pd.DataFrame:
    keys = product(models, versions, [*ATTRIBUTES, "OVERALL"])
    table = pd.DataFrame(keys, columns=["model", "version", "attribute"])
    return table.assign(
        **{f"{s}_{m}": v for s in ("amr", "proportional_energy") for m, v in MARKS.items()}
    )
