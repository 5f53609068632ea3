import numpy as np
import pytest

from heed.audit.tables.estimates import estimate
from heed.audit.tables.intensity import intensity_table
from heed.celeba.attributes import ATTRIBUTES
from heed.metrics.bootstrap import percentile_interval
from tests.made_up_scores import make_scores

ORDER = np.arange(40)[::-1]


@pytest.fixture
def estimates(majority):
    """The first network's maps, and the same at 60 % of their intensity."""
    strong = make_scores()
    faded = make_scores()
    faded.values["intensity"][:] = 0.6 * strong.values["intensity"]
    return {
        name: estimate([of], majority, np.arange(30), resamples=200, seed=0)
        for name, of in (("strong", strong), ("faded", faded))
    }


def test_maps_that_fade_have_a_lower_intensity_for_certain(estimates):
    table = intensity_table(estimates, ORDER, 0.95)
    pair = table[table["comparison"] == "models"].set_index("attribute")
    assert list(pair.index) == [*(ATTRIBUTES[index] for index in ORDER), "OVERALL"]
    assert set(pair["p"]) == {"strong/all"}
    assert set(pair["q"]) == {"faded/all"}
    values = make_scores().values["intensity"]
    for attribute in ("Bald", "Young"):
        row, mean = pair.loc[attribute], values[:, ATTRIBUTES.index(attribute)].mean()
        numbers = row[["p_mean", "q_mean", "difference"]].tolist()
        assert numbers == pytest.approx([mean, 0.6 * mean, -0.4 * mean])
        assert row["n_p"] == 30
    overall = pair.loc["OVERALL"]
    assert overall["difference"] == pytest.approx(-0.4 * values.mean(axis=0).mean())
    assert overall["difference_low"] < overall["difference"] < overall["difference_high"] < 0
    assert (pair["difference_high"] < 0).all()


def test_overall_is_over_attributes_with_both_groups(estimates):
    """No face has the first attribute, so that without is compared with nothing."""
    table = intensity_table(estimates, ORDER, 0.95)
    pair = table[table["p"] == "strong/gt_positive"].set_index("attribute")
    first = pair.loc[ATTRIBUTES[0]]
    assert (first["n_p"], first["n_q"]) == (0, 30)
    assert first[["p_mean", "difference", "difference_low", "difference_high"]].isna().all()
    assert not np.isnan(first["q_mean"])
    others = pair.drop([ATTRIBUTES[0], "OVERALL"])
    for name in ("p_mean", "q_mean", "difference"):
        assert pair.loc["OVERALL", name] == pytest.approx(others[name].mean())
    assert pair.loc["OVERALL", "n_q"] == others["n_q"].sum()


def test_the_interval_is_that_of_the_resampled_differences(estimates):
    table = intensity_table(estimates, ORDER, 0.9)
    row = table[table["p"] == "faded/correct"].set_index("attribute").loc["Young"]
    groups, young = estimates["faded"].groups, ATTRIBUTES.index("Young")
    resampled = [groups["intensity", g].resampled[:, young] for g in ("incorrect", "correct")]
    expected = percentile_interval(resampled[0] - resampled[1], 0.9)
    assert [row["difference_low"], row["difference_high"]] == pytest.approx(expected)
