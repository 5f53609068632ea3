import numpy as np
import pytest
from scipy import stats

from heed.audit.page.reported import reported
from heed.audit.page.two_groups import correct_and_incorrect, count_above, with_and_without

PUBLISHED = reported({"balanced": "moon_expectation", "unbalanced": "none"})


def set_above(results, model: str, first: str, second: str, above: int) -> None:
    """Let ``first`` be above ``second`` in so many of the 40 attributes, below in the others."""
    results.amr.loc[:39, f"{model}_{second}"] = 0.5
    results.amr.loc[:39, f"{model}_{first}"] = np.where(np.arange(40) < above, 0.6, 0.4)


def test_question_2_turns_with_the_counts(results) -> None:
    set_above(results, "balanced", "amr_incorrect", "amr_correct", 7)
    set_above(results, "unbalanced", "amr_incorrect", "amr_correct", 22)
    found = correct_and_incorrect(results.amr, results.groups, PUBLISHED, 0.95)
    assert found.sentence == (
        "Yes, AMR is higher for correct decisions: in 33 of 40 attributes (0.250 against 0.250 "
        "overall) for balanced; not clearly: AMR is higher for incorrect decisions in 22 of 40 "
        "attributes (0.250 against 0.250 overall) for unbalanced."
    )
    assert found.published.endswith(
        "This run: opposite direction for balanced; same direction (not clear in this run) for "
        "unbalanced."
    )
    assert [row.value for row in found.rows[:2]] == ["7 of 40", "22 of 40"]
    assert [row.published for row in found.rows[:2]] == ["26 of 40", "30 of 40"]

    set_above(results, "balanced", "amr_incorrect", "amr_correct", 33)
    turned = correct_and_incorrect(results.amr, results.groups, PUBLISHED, 0.95)
    assert turned.sentence.startswith("No, AMR is higher for incorrect decisions: in 33 of 40")


def test_question_3_turns_with_the_counts(results) -> None:
    set_above(results, "balanced", "amr_gt_pos", "amr_gt_neg", 31)
    set_above(results, "unbalanced", "amr_gt_pos", "amr_gt_neg", 4)
    groups = results.groups
    groups.loc[groups["group"] == "gt_negative", ["mean", "low", "high"]] = [0.75, 0.7, 0.8]
    found = with_and_without(results.amr, groups, PUBLISHED, 0.95)
    assert found.sentence == (
        "Yes, AMR is higher for faces with the attribute: in 31 of 40 attributes (0.250 against "
        "0.750 overall) for balanced; no, AMR is higher for faces without the attribute: in 36 of "
        "40 attributes (0.750 against 0.250 overall) for unbalanced."
    )
    assert found.published.endswith(
        "same direction for balanced; opposite direction for unbalanced."
    )
    means = [row for row in found.rows if row.quantity == "AMR, faces without it"]
    assert [(row.value, row.interval, row.published) for row in means] == [
        ("0.750", "0.700 to 0.800", "0.440"), ("0.750", "0.700 to 0.800", "0.160")
    ]  # fmt: skip


def test_a_group_without_faces_is_missing(results) -> None:
    results.amr["balanced_amr_incorrect"] = np.nan
    found = correct_and_incorrect(results.amr, results.groups, PUBLISHED, 0.95)
    assert "cannot be told, no attribute has decisions of both kinds: for balanced" in (
        found.sentence
    )
    assert found.rows[0].value == ""


def test_counts_have_the_interval_of_a_sign_test() -> None:
    for count in range(41):
        first = np.where(np.arange(40) < count, 1.0, -1.0)
        above, below, n = count_above(first, np.zeros(40), confidence=0.95)
        assert (above.value, below.value, n) == (count, 40 - count, 40)
        p = stats.binomtest(count, 40).pvalue
        assert (above.direction(neutral=20) == "unclear") == (p > 0.05)


def test_the_interval_is_clopper_and_pearsons_over_the_attributes_that_differ() -> None:
    """7 above, 2 below, 3 equal and 4 missing: 7 and 2 of 9, not of 12 and not of 16."""
    first = np.repeat([1.0, -1.0, 0.0, np.nan], [7, 2, 3, 4])
    above, below, n = count_above(first, np.zeros(16), confidence=0.9)
    assert (above.value, below.value, n) == (7, 2, 12)
    for number, count in ((above, 7), (below, 2)):  # beta quantiles (Clopper & Pearson 1934)
        assert number.low == pytest.approx(9 * stats.beta.ppf(0.05, count, 9 - count + 1))
        assert number.high == pytest.approx(9 * stats.beta.ppf(0.95, count + 1, 9 - count))


def test_ties_and_missing_attributes_are_on_no_side() -> None:
    first = np.array([1.0, 1.0, 0.0, np.nan])
    above, below, n = count_above(first, np.array([0.0, 0.0, 0.0, 0.0]), confidence=0.95)
    assert (above.value, below.value, n) == (2, 0, 3)
    above, below, n = count_above(np.zeros(3), np.zeros(3), confidence=0.95)
    assert (above.value, below.value, n) == (0, 0, 3)
    above, _, n = count_above(np.full(3, np.nan), np.zeros(3), confidence=0.95)
    assert above.direction() == "missing"
    assert n == 0


def test_equal_means_everywhere_point_nowhere(results) -> None:
    found = correct_and_incorrect(results.amr, results.groups, PUBLISHED, 0.95)
    assert found.sentence.startswith(
        "Not clearly: AMR is higher for incorrect decisions in 0 of 40"
    )


@pytest.mark.parametrize("names", [["only"], ["a", "b", "c"]])
def test_any_number_of_networks(make_results, names) -> None:
    results = make_results(names)
    published = reported(dict.fromkeys(names, "none"))
    found = correct_and_incorrect(results.amr, results.groups, published, 0.95)
    assert len(found.rows) == 3 * len(names)
