"""Who passes the check with random weights, on likeness that was made up."""

import numpy as np
import pandas as pd
import pytest

from heed.methods.tables.randomisation import randomisation_table
from heed.methods.tables.score_array import Bootstrap

BOOTSTRAP = Bootstrap(resamples=200, seed=0, confidence=0.95)
BLOCKS = ("output", "stage", "stem")


def likeness(others: float = 0.3, **by_step: tuple[float, float, float]) -> pd.DataFrame:
    """Three trainings, two draws, ten images; likeness by method and step, the same everywhere."""
    rng = np.random.default_rng(0)
    trained = rng.normal(size=10)
    rows = [
        {
            "seed": seed, "draw": draw, "step": step, "block": BLOCKS[step - 1], "image": f"{n}",
            "method": method, "measure": "rank", "likeness": values[step - 1], "others": others,
            "trained": trained[n], "random": trained[n] * (-1) ** draw if step == 1 else draw,
        }
        for seed in (0, 1, 2)
        for draw in (0, 1)
        for step in (1, 2, 3)
        for n in range(10)
        for method, values in by_step.items()
    ]  # fmt: skip
    return pd.DataFrame(rows)


def verdicts(table: pd.DataFrame) -> dict[str, object]:
    return {row.method: row.passes for row in table[table["decides"]].itertuples()}


def test_the_step_before_the_lowest_block_decides() -> None:
    table = randomisation_table(likeness(edges=(1, 1, 1), early=(0.2, 0.2, 0.2),
                                         late=(0.9, 0.5, 0.0)), BOOTSTRAP)  # fmt: skip
    assert verdicts(table) == {"edges": False, "early": True, "late": False}
    assert set(table[table["decides"]]["block"]) == {"stage"}
    late = table[table["method"] == "late"]
    assert late["passes"].tolist() == [False, False, True]
    assert late["likeness"].tolist() == pytest.approx([0.9, 0.5, 0.0])
    assert late["excess"].tolist() == pytest.approx([0.6, 0.2, -0.3])


def test_next_to_no_likeness_passes_though_other_images_have_less() -> None:
    found = verdicts(randomisation_table(likeness(-0.2, low=(0, 0.05, 0), more=(0, 0.15, 0)),
                                         BOOTSTRAP))  # fmt: skip
    assert found == {"low": True, "more": False}


def test_what_the_interval_does_not_settle_is_missing() -> None:
    table = likeness(unsure=(0.4, 0.4, 0.4))
    table.loc[table["seed"] == 0, "likeness"] = 0.1  # a mean of 0.3, as of other images
    assert verdicts(randomisation_table(table, BOOTSTRAP)) == {"unsure": None}


def test_the_interval_is_students_over_trainings() -> None:
    table = likeness(one=(0.5, 0.5, 0.5))
    table["likeness"] += 0.1 * (table["seed"] - 1) + 0.2 * (table["draw"] - 0.5)
    row = randomisation_table(table, Bootstrap(4000, 0, 0.95)).iloc[1]
    half = 4.303 * 0.1 / 3**0.5  # draws are averaged; images are all alike
    assert row["likeness"] == pytest.approx(0.5)
    assert row["likeness_high"] - 0.5 == pytest.approx(half, rel=0.01)
    assert row["excess_low"] == pytest.approx(0.2 - half, rel=0.03)


def test_missing_pairs_are_left_out_and_counted() -> None:
    table = likeness(one=(0.5, 0.5, 0.5))
    table.loc[(table["draw"] == 0) & (table["step"] == 2), "likeness"] = np.nan
    table.loc[(table["image"] == "3") & (table["step"] == 2), "likeness"] = np.nan
    rows = randomisation_table(table, BOOTSTRAP)
    assert rows["likeness"].tolist() == pytest.approx([0.5, 0.5, 0.5])
    assert rows["missing"].tolist() == pytest.approx([0, 0.55, 0])


def test_how_far_the_answers_go_together() -> None:
    """Of two draws one follows the trained network's answers and one turns them around."""
    found = randomisation_table(likeness(one=(0.5, 0.5, 0.5)), BOOTSTRAP)["answers"]
    assert found.iloc[0] == pytest.approx(0)
    assert np.isnan(found.iloc[1]), "logits that do not vary go with nothing"
