"""A pair of which a set has no face is refused before anything is trained."""

import pandas as pd
import pytest

from heed.attention.set_sizes import check_sets, set_sizes
from heed.base.settings import ParamsError
from tests.attention.few_faces import MOUTH

PAIRS = {"lipstick": MOUTH}


def faces(*rows: tuple[int, int, int]) -> pd.DataFrame:
    """Of each face the partition, a and b."""
    return pd.DataFrame(rows, columns=["partition", MOUTH.attribute, MOUTH.confounder])


def test_faces_are_counted_by_partition_and_label() -> None:
    table = faces((0, 1, 1), (0, 1, -1), (0, -1, 1), (1, 1, 1), (2, 1, 1), (2, 1, -1), (2, 1, -1))
    sizes = set_sizes(table, PAIRS)
    assert sizes == {"lipstick": {"E1": 1, "E2": 2, "training": 2}}
    check_sets(sizes, PAIRS)


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ((0, 1, 1), r"no test face with Wearing_Lipstick and Heavy_Makeup \(E1\)"),
        ((1, 0, 1), r"no test face with Wearing_Lipstick without Heavy_Makeup \(E2\)"),
        ((1, 1, 0), r"no training face with Wearing_Lipstick \(training\)"),
    ],
)
def test_an_empty_set_is_refused(sizes: tuple[int, int, int], message: str) -> None:
    with pytest.raises(ParamsError, match=rf"pairs\.lipstick: found {message}"):
        check_sets({"lipstick": dict(zip(("E1", "E2", "training"), sizes, strict=True))}, PAIRS)
