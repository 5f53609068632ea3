from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from heed.audit.tables.differences import differences_table, gaps_table
from heed.audit.tables.estimates import estimate
from heed.audit.tables.quantities import DIFFERENCES, GAPS
from heed.celeba.attributes import ATTRIBUTES
from heed.metrics.estimates import OVERALL
from heed.metrics.paired_tests import holm
from tests.made_up_scores import make_scores

ORDER = np.arange(40)[::-1]


@pytest.fixture
def estimates(majority):
    scores = make_scores(n=60)
    other = replace(scores, values={name: v**2 for name, v in scores.values.items()})
    return {
        name: estimate([of], majority, range(60), resamples=50, seed=0, least_faces=5)
        for name, of in (("first", scores), ("second", other))
    }


def test_gaps_are_differences_of_group_means(estimates):
    table = gaps_table(estimates, ORDER, 0.9)
    assert len(table) == 2 * len(GAPS) * 41
    rows = table[(table["model"] == "second") & (table["gap"] == "amr_label_gap")]
    assert rows["attribute"].tolist() == [*ATTRIBUTES[::-1], OVERALL]
    groups = estimates["second"].groups
    first, second = groups["amr", "gt_positive"], groups["amr", "gt_negative"]
    np.testing.assert_allclose(rows["value"][:-1], (first.mean - second.mean)[ORDER])
    enough = (first.n >= 5) & (second.n >= 5) & ~np.isnan(first.mean - second.mean)
    assert rows["value"].iloc[-1] == pytest.approx((first.mean - second.mean)[enough].mean())
    assert rows["n"].iloc[-1] == enough.sum() < 38
    np.testing.assert_array_equal(rows["p"][:-1].notna(), enough[ORDER])
    kept = ORDER[enough[ORDER]]
    resampled = (first.resampled - second.resampled)[:, kept]
    ends = np.nanquantile(resampled, [0.05, 0.95], axis=0)
    np.testing.assert_allclose(rows[["low", "high"]][:-1].to_numpy()[enough[ORDER]], ends.T)


def test_p_values_are_corrected_for_the_attributes_tested_together(estimates):
    table = differences_table(estimates, ORDER, 0.9)
    assert set(table["quantity"]) == set(DIFFERENCES)
    assert set(table["difference"]) == {"second_minus_first"}
    rows = table[table["quantity"] == "amr"]
    of_attributes = rows[rows["attribute"] != OVERALL]
    np.testing.assert_array_equal(of_attributes["p_holm"], holm(of_attributes["p"]))
    values = of_attributes["value"].dropna()
    assert rows["p"].iloc[-1] == pytest.approx(stats.wilcoxon(values).pvalue)
    # squares of shares are smaller, in each face
    assert (values < 0).all()
    assert (of_attributes["p_holm"].dropna() < 0.01).all()


def test_one_network_has_no_differences(estimates):
    table = differences_table({"first": estimates["first"]}, ORDER, 0.9)
    assert len(table) == 0
    assert list(table.columns) == list(differences_table(estimates, ORDER, 0.9).columns)
