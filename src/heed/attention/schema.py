"""The tables that the evaluation hands on: their columns, and what makes a row one.

What is read is held to this, so that a stage of old code is named, and no table comes out wrong.
Each table is of one network or run (:func:`heed.attention.paths.decisions` and its neighbours);
``run`` is its name in all of them.

============== =====================================================================================
table          a row is
============== =====================================================================================
``decisions``  a test face in a set: its logits, ``logit.<attribute>``, float32; found if >= 0
``regions``    a test face that has the attribute of a pair: its map of +z against the pair's region
``attributes`` an attribute: its maps of the predicted class against its mask, and its errors
============== =====================================================================================

The sets: ``test`` are all test faces, ``sunglasses`` and ``mouth_only`` some of them, evenly
spaced, concealed (``evaluate.faces``). E1 and E2 of a pair are rows of ``test`` by their labels
(:func:`in_sets`), which are those of ``data/faces.parquet``.
"""

from collections.abc import Callable, Iterable
from typing import Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from heed.attention import paths
from heed.attention.run_settings import PairParams
from heed.base.errors import InputError
from heed.celeba.attributes import ATTRIBUTES

Kind = Literal["decisions", "regions", "attributes"]

TEST: Final = "test"
CONCEALED: Final = ("sunglasses", "mouth_only")
"""Names of :data:`heed.guidance.concealed.CONCEALMENTS`."""

SETS: Final = (TEST, *CONCEALED)

KEYS: Final[dict[Kind, tuple[str, ...]]] = {
    "decisions": ("run", "seed", "set", "image"),
    "regions": ("run", "seed", "pair", "image"),
    "attributes": ("run", "seed", "attribute"),
}
"""Columns that no two rows have in common."""

VALUES: Final[dict[Kind, tuple[str, ...]]] = {
    "decisions": tuple(f"logit.{name}" for name in ATTRIBUTES),
    # Of the pixels of the map: shares in 0..1; cell_iou is of its cells. empty is bool.
    "regions": ("proportional_energy", "amr", "iou", "cell_iou", "empty"),
    # faces: how many maps were scored; empty: how many of these were empty. contribution: share of
    # the logit that comes from the image, NaN where the head is not affine.
    "attributes": (
        "faces", "amr", "proportional_energy", "empty", "contribution",
        "error_rate", "fnr", "fpr", "balanced_error_rate",
    ),
}  # fmt: skip
"""The other columns."""

COLUMNS: Final = {kind: [*KEYS[kind], *VALUES[kind]] for kind in KEYS}
"""All columns of a table, in their order."""


def checked(table: pd.DataFrame, kind: Kind, where: str) -> pd.DataFrame:
    """A table whose columns and keys are as they must be.

    Args:
        table: as it was read.
        kind: which.
        where: the file, for messages.

    Raises:
        InputError: a column is missing, a row stands there twice, or a set is unknown.
    """
    for column in (*KEYS[kind], *VALUES[kind]):
        if column not in table.columns:
            raise InputError(
                f"{where}: found no column {column} among {', '.join(map(str, table.columns))}; "
                "expected it: run the stage that writes this file again"
            )
    repeated = table[table.duplicated(list(KEYS[kind]))]
    if len(repeated):
        names = ", ".join(f"{key} {repeated.iloc[0][key]}" for key in KEYS[kind])
        raise InputError(
            f"{where}: found {names} twice; expected one row: run the stage that writes this file "
            "again"
        )
    if "set" in table.columns and (unknown := sorted(set(table["set"]) - set(SETS))):
        raise InputError(f"{where}: found the set {unknown[0]!r}; expected {', '.join(SETS)}")
    return table


PLACES: Final[dict[Kind, Callable[[str], str]]] = {
    "decisions": paths.decisions,
    "regions": paths.regions,
    "attributes": paths.attributes,
}


def read_results(kind: Kind, names: Iterable[str]) -> pd.DataFrame:
    """The tables of some networks and runs as one, in the order of their names.

    Raises:
        InputError: one of them is not as it must be.
    """
    found = [
        checked(pd.read_parquet(PLACES[kind](name)), kind, PLACES[kind](name)) for name in names
    ]
    return pd.concat(found, ignore_index=True)


def read_labels() -> pd.DataFrame:
    """The labels of all faces: a row per image, a column per attribute, -1 or +1 int8."""
    return pd.read_parquet(paths.FACES, columns=["image", *ATTRIBUTES]).set_index("image")


def in_sets(pair: PairParams, labels: pd.DataFrame) -> dict[str, NDArray[np.bool_]]:
    """Which faces are in the two sets of a pair, a = its attribute, b = its confounder.

    All of them have the attribute, so that what a network answers rightly there is its recall.

    Args:
        pair: which.
        labels: a row per face, as :func:`read_labels` gives them.

    Returns:
        (N,) bool each: ``E1``, a and b; ``E2``, a and not b.

    Example:
        >>> pair = PairParams(attribute="Smiling", confounder="Male", regions=["mouth"])
        >>> faces = pd.DataFrame({"Smiling": [1, 1, -1], "Male": [1, -1, -1]})
        >>> {name: rows.tolist() for name, rows in in_sets(pair, faces).items()}
        {'E1': [True, False, False], 'E2': [False, True, False]}
    """
    has = labels[pair.attribute].to_numpy() > 0
    confounded = labels[pair.confounder].to_numpy() > 0
    return {"E1": has & confounded, "E2": has & ~confounded}
