import pytest
from scipy import stats

from heed.audit.page.two_groups import correct_and_incorrect, count_above, with_and_without
from tests.audit.page.conftest import gap


def asked(question, results, published):
    return question(results.audit, results.groups, published, 0.95)


def test_question_2_turns_with_the_difference(results, published) -> None:
    models = results.audit["models"]
    models["balanced"]["amr_incorrect_gap"] = gap(-0.08, above=7)
    models["unbalanced"]["amr_incorrect_gap"] = gap(0.005, above=22)
    found = asked(correct_and_incorrect, results, published)
    assert found.sentence == (
        "Yes, AMR is higher for correct decisions: by 0.080 (0.070 to 0.090) on average, in 33 of "
        "40 attributes (sign test, p < .001) for the balanced network; not clearly: AMR of "
        "incorrect "
        "less that of correct "
        "decisions is +0.005 (−0.005 to +0.015) on average, above 0 in 22 of 40 attributes "
        "(sign test, p = .636) for the unbalanced network."
    )
    assert found.published.endswith(
        "Compared with it: opposite direction for the balanced network; this run shows no "
        "clear direction for "
        "the unbalanced network."
    )
    assert [row.value for row in found.rows[:2]] == ["7 of 40", "22 of 40"]
    assert [row.published for row in found.rows[:2]] == ["26 of 40", "30 of 40"]

    models["balanced"]["amr_incorrect_gap"] = gap(0.08, above=33)
    turned = asked(correct_and_incorrect, results, published)
    assert turned.sentence.startswith("No, AMR is higher for incorrect decisions: by 0.080")


def test_question_3_follows_the_difference_and_says_whether_attributes_agree(
    results, published
) -> None:
    """What is clear for these attributes is neither undone by a count nor by other attributes."""
    models = results.audit["models"]
    models["balanced"]["amr_label_gap"] = gap(0.056, general=0.03, above=27)
    models["unbalanced"]["amr_label_gap"] = gap(-0.022, general=0.03, above=19)
    groups = results.groups
    groups.loc[groups["group"] == "gt_negative", ["mean", "low", "high"]] = [0.75, 0.7, 0.8]
    found = asked(with_and_without, results, published)
    assert found.sentence == (
        "Yes, AMR is higher for faces with the attribute: by 0.056 (0.046 to 0.066) on average, "
        "in 27 of 40 attributes (sign test, p = .038) for the balanced network; not clearly: "
        "AMR of "
        "faces with the "
        "attribute less that of others is −0.022 (−0.032 to −0.012) on average, above 0 in 19 of "
        "40 attributes (sign test, p = .875; clear for these 40 attributes, not beyond them) "
        "for the "
        "unbalanced network."
    )
    assert found.published.endswith(
        "same direction for the balanced network; this run shows no clear direction for the "
        "unbalanced network."
    )
    means = [row for row in found.rows if row.quantity == "AMR, faces without it"]
    assert [(row.value, row.interval, row.published) for row in means] == [
        ("0.750", "0.700 to 0.800", "0.440"), ("0.750", "0.700 to 0.800", "0.160")
    ]  # fmt: skip
    apart = [row for row in found.rows if row.quantity == "The same, drawing attributes too"]
    assert apart[1].interval == "−0.052 to +0.008"


def test_a_group_without_faces_is_missing(results, published) -> None:
    results.audit["models"]["balanced"]["amr_incorrect_gap"] = gap(None)
    found = asked(correct_and_incorrect, results, published)
    assert "cannot be told, no attribute has decisions of both kinds: for the balanced network" in (
        found.sentence
    )
    assert found.rows[0].value == ""


def test_equal_means_everywhere_are_the_same(results, published) -> None:
    same = gap(0.0, spread=0, general=0) | {"above": 0, "below": 0, "sign_test_p": 1.0}
    results.audit["models"]["balanced"]["amr_label_gap"] = same
    found = asked(with_and_without, results, published)
    assert found.sentence.startswith(
        "No, AMR is the same for both: for the balanced network; not clearly"
    )


def test_counts_have_the_interval_of_a_sign_test() -> None:
    for count in range(41):
        above = count_above(count, 40 - count, confidence=0.95)
        p = stats.binomtest(count, 40).pvalue
        assert (above.direction(neutral=20) == "unclear") == (p > 0.05)


def test_the_interval_is_clopper_and_pearsons() -> None:
    found = count_above(7, 2, confidence=0.9)  # beta quantiles (Clopper & Pearson 1934)
    assert found.low == pytest.approx(9 * stats.beta.ppf(0.05, 7, 9 - 7 + 1))
    assert found.high == pytest.approx(9 * stats.beta.ppf(0.95, 7 + 1, 9 - 7))
    assert count_above(0, 0, confidence=0.9).value == 0


@pytest.mark.parametrize("names", [["only"], ["a", "b", "c"]])
def test_any_number_of_networks(make_results, names, beside) -> None:
    found = asked(correct_and_incorrect, make_results(names), beside(names))
    assert len(found.rows) == 5 * len(names)
