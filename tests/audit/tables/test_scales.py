import numpy as np
import pandas as pd
import pytest

from heed.audit.tables.scales import (
    NORMALISED_COLUMNS,
    evenly,
    normalised_table,
    scales_table,
    with_normalised,
)
from heed.celeba.attributes import ATTRIBUTES
from heed.metrics.scale import SCALED, Scale

ORDER = np.arange(40)[::-1]
ROWS = [*(ATTRIBUTES[index] for index in ORDER), "OVERALL"]


def scales() -> pd.DataFrame:
    """Two faces: uniform .1, blob .2, ceiling .4 and .6; the first attribute has no range."""
    low = np.full((2, 40), 0.1)
    high = np.repeat([[0.4], [0.6]], 40, axis=1)
    high[:, 0] = 0.12
    of_all = {score: Scale(low, low + 0.0, high) for score in SCALED}
    return scales_table({"m": {"2": of_all}, "other": {"2": of_all}}, ORDER)


def test_scales_are_means_over_faces_and_their_mean_over_attributes() -> None:
    table = scales()
    assert table["attribute"].tolist() == ROWS * 2
    first = table[table["model"] == "m"].set_index("attribute")
    assert first.loc["Young", "amr_ceiling"] == pytest.approx(0.5)
    assert first.loc["OVERALL", "amr_ceiling"] == pytest.approx((39 * 0.5 + 0.12) / 40)
    assert first.loc["Young", "n"] == 2


def test_rows_are_normalised_by_their_own_scale() -> None:
    rows = pd.DataFrame({"model": "m", "version": "2", "attribute": ROWS, "mean": 0.3})
    rows.loc[0, "mean"] = 0.5
    found = with_normalised(rows, scales(), {"mean": "amr"}, 0.05)["mean_normalised"]
    np.testing.assert_allclose(found.iloc[:39], [1, *[0.5] * 38])
    assert np.isnan(found.iloc[39])  # the attribute without range, the last one of this order
    assert found.iloc[40] == pytest.approx((1 + 38 * 0.5) / 39)


def test_a_row_without_scale_is_named() -> None:
    rows = pd.DataFrame({"model": "new", "version": "2", "attribute": ROWS, "mean": 0.3})
    with pytest.raises(ValueError, match=r"found no row new, 2, Young; run `dvc repro scales`"):
        with_normalised(rows, scales(), {"mean": "amr"}, 0.05)


def test_the_tables_of_scores_become_one_of_normalised_scores() -> None:
    amr = pd.DataFrame({"attribute": ROWS})
    energy = amr.copy()
    for column in NORMALISED_COLUMNS:
        (energy if column.startswith("pe_") else amr)[f"m_{column}"] = 0.3
    energy["m_pe_predicted_negative"] = 0.2
    found = normalised_table(amr, energy, scales(), "2", 0.05).set_index("attribute")
    assert found.loc["Young", "m_amr"] == pytest.approx(0.5)
    assert found.loc["OVERALL", "m_pe_predicted_negative"] == pytest.approx(0.25)
    assert found.loc["Young", "m_error_rate"] == 0.3
    assert found.loc[ATTRIBUTES[0]].isna().tolist() == [False] + [True] * 7


def test_faces_are_spaced_evenly() -> None:
    assert evenly(646, 100)[[0, -1]].tolist() == [0, 645]
    assert len(evenly(646, 100)) == 100
    assert evenly(3, 100).tolist() == [0, 1, 2]
    assert evenly(0, 5).tolist() == []
