import numpy as np
import pandas as pd
import pytest

from heed.metrics.comparison import Comparison, compare
from tests.places import REFERENCE


def test_counts_above_equal_below_and_leaves_missing_out():
    first = np.array([0.2, 0.5, 0.1, np.nan, 0.4])
    second = np.array([0.1, 0.5, 0.3, 0.2, np.nan])
    assert compare(first, second) == Comparison(above=1, equal=1, below=1)
    assert compare(first, second).n == 3


def test_different_shapes_are_an_error():
    with pytest.raises(ValueError, match="same shape"):
        compare(np.zeros(2), np.zeros(3))


@pytest.mark.parametrize(
    ("model", "higher", "equal"), [("balanced", 30, 7), ("unbalanced", 28, 10)]
)
def test_published_amr_with_masks_of_version_2_against_version_1(model, higher, equal):
    v1 = pd.read_csv(REFERENCE / "thesis_table_A_3_mask_v1.csv", index_col="attribute")
    v2 = pd.read_csv(REFERENCE / "thesis_table_5_1_mask_v2.csv", index_col="attribute")
    attributes = v1.index.drop("OVERALL")
    column = f"{model}_amr"
    found = compare(v2.loc[attributes, column].to_numpy(), v1.loc[attributes, column].to_numpy())
    assert (found.above, found.equal, found.n) == (higher, equal, 40)


@pytest.mark.parametrize("kind", [list, np.int8, np.uint8, np.float32])
def test_numbers_of_any_kind_are_compared(kind):
    first, second = ([1, 5, 200, 0], [2, 5, 3, 0])
    if kind is np.int8:
        first[2] = 100
    made = [kind(values) if kind is list else np.array(values, kind) for values in (first, second)]
    assert compare(*made) == Comparison(above=1, equal=2, below=1)
