"""The constants held to the published table, which the tests keep as printed."""

import numpy as np
import pandas as pd
import pytest

from heed.audit.page.reported import REPORTED, reported
from tests.places import REFERENCE

TABLE = REFERENCE / "thesis_table_5_1_mask_v2.csv"
MEANS = ("error_rate", "amr", "amr_correct", "amr_incorrect", "amr_gt_pos", "amr_gt_neg")


@pytest.mark.parametrize("model", ["balanced", "unbalanced"])
def test_numbers_are_those_of_the_table(model) -> None:
    table = pd.read_csv(TABLE, index_col="attribute")
    printed, found = table.loc["OVERALL"], REPORTED[model]
    cells = (
        table.drop("OVERALL")
        .filter(regex=f"^{model}_")
        .rename(columns=lambda c: c[len(model) + 1 :])
    )
    for name in MEANS:
        assert getattr(found, name) == printed[f"{model}_{name}"]
        # cells and means are both rounded to two decimals
        assert getattr(found, name) == pytest.approx(cells[name].mean(), abs=0.01)
    assert found.incorrect_above_correct == (cells.amr_incorrect > cells.amr_correct).sum()
    assert found.positive_above_negative == (cells.amr_gt_pos > cells.amr_gt_neg).sum()
    r = np.corrcoef(cells.amr, cells.error_rate)[0, 1]
    assert found.pearson == pytest.approx(r, abs=0.01)  # of cells with two decimals


def test_the_name_decides_and_then_the_weighting() -> None:
    found = reported(
        {
            "balanced": "none",
            "unbalanced": "moon_sampling",
            "plain": "none",
            "moon": "moon_sampling",
            "unknown": None,
        }
    )
    balanced, unbalanced = REPORTED["balanced"], REPORTED["unbalanced"]
    assert found == {
        "balanced": balanced, "unbalanced": unbalanced, "plain": unbalanced, "moon": balanced,
        "unknown": None,
    }  # fmt: skip
