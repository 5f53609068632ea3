"""How many faces the sets of each pair have: a pair without any is refused at the beginning."""

from collections.abc import Mapping

import pandas as pd

from heed.attention.run_settings import PairParams
from heed.attention.schema import in_sets
from heed.base.partitions import PARTITIONS
from heed.base.settings import ParamsError


def set_sizes(faces: pd.DataFrame, pairs: Mapping[str, PairParams]) -> dict[str, dict[str, int]]:
    """Test faces in E1 and E2 of each pair, and training faces that have its attribute.

    Args:
        faces: of :class:`heed.celeba.inventory.Inventory`.
        pairs: by name.

    Returns:
        By pair: ``E1``, ``E2``, ``training``.
    """
    test = faces[faces["partition"] == PARTITIONS.index("test")]
    train = faces[faces["partition"] == PARTITIONS.index("train")]
    return {
        name: {
            **{of_set: int(rows.sum()) for of_set, rows in in_sets(pair, test).items()},
            "training": int((train[pair.attribute] > 0).sum()),
        }
        for name, pair in pairs.items()
    }


def check_sets(sizes: Mapping[str, Mapping[str, int]], pairs: Mapping[str, PairParams]) -> None:
    """Refuse a pair of which a set is empty.

    Raises:
        ParamsError: naming the pair, the set and what it would have.
    """
    for name, of_pair in sizes.items():
        for of_set, count in of_pair.items():
            if count:
                continue
            pair = pairs[name]
            without = {"E1": "and ", "E2": "without "}.get(of_set)
            words = (
                pair.attribute
                if without is None
                else (f"{pair.attribute} {without}{pair.confounder}")
            )
            where = "training" if of_set == "training" else "test"
            raise ParamsError(
                f"params.yaml: pairs.{name}: found no {where} face with {words} ({of_set}); "
                "expected some: take more faces, or another pair"
            )
