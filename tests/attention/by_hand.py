"""A study of eight faces whose numbers are computed by hand.

Of the pair Smiling (a) and Male (b): faces 1 to 3 are E1, faces 4 to 7 E2, face 8 has neither. Each
network's answers about a are written out, 1 right and 0 wrong; all other attributes are right, but
that the control errs about Bald on face 1.
"""

from typing import Final

import numpy as np
import pandas as pd

from heed.attention.run_settings import PairParams, RunParams, TrainedParams
from heed.attention.schema import COLUMNS
from heed.attention.tables.face_values import Bootstrap
from heed.attention.tables.study import Study
from heed.celeba.attributes import ATTRIBUTES

STUDY: Final = Study(
    networks={"plain": TrainedParams(of="original")},
    runs={
        "bce": RunParams(pairs=[], loss="none", weights=[1, 0]),
        "smile": RunParams(pairs=["smile"], loss="iou", weights=[1, 5]),
    },
    pairs={"smile": PairParams(attribute="Smiling", confounder="Male", regions=["mouth"])},
    start="plain",
)

RIGHT: Final = {
    ("plain", 0): "11110001", ("plain", 1): "11111000",
    ("bce", 0): "11110001", ("bce", 1): "11101000",
    ("smile", 0): "01111101", ("smile", 1): "11111101",
}  # fmt: skip
"""By run and seed the answers about Smiling, face by face."""

ENERGY: Final = {
    ("plain", 0): 0.2, ("plain", 1): 0.3, ("bce", 0): 0.2, ("bce", 1): 0.4, ("smile", 0): 0.6,
    ("smile", 1): 0.7,
}  # fmt: skip

IMAGES: Final = [f"{number}.jpg" for number in range(1, 9)]
BOOTSTRAP: Final = Bootstrap(resamples=100, seed=0, confidence=0.95)


def faces() -> pd.DataFrame:
    table = pd.DataFrame(-1, index=range(8), columns=list(ATTRIBUTES), dtype=np.int8)
    table.loc[:6, "Smiling"] = 1
    table.loc[:2, "Male"] = 1
    table.insert(0, "image", IMAGES)
    table.insert(1, "identity", pd.array([1, 2, 3, 4, 5, 6, 7, 8], "Int64"))
    return table


def decisions() -> pd.DataFrame:
    labels = faces()[list(ATTRIBUTES)].to_numpy(np.float32)
    tables = []
    for (run, seed), answers in RIGHT.items():
        logits = labels.copy()
        own = np.array([int(answer) for answer in answers])
        smiling = ATTRIBUTES.index("Smiling")
        # A logit of 0 says that the attribute is there.
        logits[:, smiling] = np.where(own == 1, labels[:, smiling], -labels[:, smiling])
        logits[logits > 0] = 0
        if run == "bce":
            logits[0, ATTRIBUTES.index("Bald")] = 1
        table = pd.DataFrame(logits, columns=[f"logit.{name}" for name in ATTRIBUTES])
        table = table.assign(run=run, seed=seed, set="test", image=IMAGES)
        tables.append(table.sample(frac=1, random_state=seed))  # in any order
    return pd.concat(tables, ignore_index=True)[COLUMNS["decisions"]]


def regions() -> pd.DataFrame:
    rows = [
        {
            "run": run, "seed": seed, "pair": "smile", "image": image,
            "proportional_energy": energy + 0.01 * face, "amr": energy, "iou": energy / 2,
            "cell_iou": energy / 4, "empty": face == 0,
        }
        for (run, seed), energy in ENERGY.items()
        for face, image in enumerate(IMAGES[:7])
    ]  # fmt: skip
    return pd.DataFrame(rows)[COLUMNS["regions"]]


def attributes() -> pd.DataFrame:
    rows = [
        {
            "run": run, "seed": seed, "attribute": name, "faces": 8,
            "amr": energy + (0.1 if name == "Smiling" else 0.0), "proportional_energy": energy,
            "empty": 0, "contribution": np.nan if name == "Bald" else 0.5, "error_rate": 0.0,
            "fnr": 0.0, "fpr": 0.0, "balanced_error_rate": 0.0,
        }
        for (run, seed), energy in ENERGY.items()
        for name in ATTRIBUTES
    ]  # fmt: skip
    return pd.DataFrame(rows)[COLUMNS["attributes"]]
