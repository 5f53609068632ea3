"""Which methods noise moves, on changes that were made up."""

import numpy as np
import pandas as pd
import pytest

from heed.methods.tables.score_array import Bootstrap
from heed.methods.tables.stability import stability_table


def noise(**changes: float) -> pd.DataFrame:
    """Three trainings and ten images; from image to image maps change by 1."""
    rows = [
        {
            "seed": seed, "image": f"{n}", "method": method, "change": change + 0.1 * (seed - 1),
            "others": 1.0, "similarity": 0.9, "kept": n / 9,
        }
        for seed in (0, 1, 2)
        for n in range(10)
        for method, change in changes.items()
    ]  # fmt: skip
    return pd.DataFrame(rows)


def table(of: pd.DataFrame) -> pd.DataFrame:
    return stability_table(of, Bootstrap(4000, 0, 0.95)).set_index("method")


def test_another_image_is_the_measure_of_what_is_stable() -> None:
    found = table(noise(still=0.3, restless=1.5, unsure=1.1))
    assert found["stable"].to_dict() == {"still": True, "restless": False, "unsure": None}
    assert found["change"].tolist() == pytest.approx([0.3, 1.5, 1.1])
    assert found["excess"].tolist() == pytest.approx([-0.7, 0.5, 0.1])
    half = 4.303 * 0.1 / 3**0.5  # Student's, over three trainings; images are all alike
    assert found["change_high"].tolist() == pytest.approx(np.add([0.3, 1.5, 1.1], half), rel=0.02)
    assert found["kept"].tolist() == pytest.approx([0.5] * 3)
    assert found["similarity"].tolist() == pytest.approx([0.9] * 3)


def test_what_is_missing_is_left_out() -> None:
    of = noise(still=0.3, gone=0.3)
    of.loc[(of["image"] == "4") & (of["method"] == "still"), "change"] = np.nan
    of.loc[of["method"] == "gone", ["change", "similarity"]] = np.nan
    found = table(of)
    assert found.loc["still", "change"] == pytest.approx(0.3)
    assert np.isnan(found.loc["gone", "change"])
    assert found.loc["gone", "stable"] is None
