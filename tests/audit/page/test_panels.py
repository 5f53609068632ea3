import pandas as pd

from heed.audit.page.panels import (
    empty_maps,
    gap_counts,
    on_the_way,
    other_attributes,
    panels,
)
from heed.audit.page.same_attributes import gap_apart, gaps_on_the_same, numbers_on_the_same
from tests.audit.page.conftest import gap, gaps_of, number, sides_of


def test_three_numbers_each_under_every_mask(results, settings) -> None:
    settings["mask"]["version"] = "evidence"
    results.audit["models"]["unbalanced"]["amr"]["value"] = 0.31
    gap_panel, amr, error = panels(
        results.audit, results.gaps, results.versions, results.scales, results.groups, settings
    )
    assert [line.name for line in gap_panel.strips.lines] == [
        "masks 1",
        "masks 2",
        "masks 3",
        "evidence *",
    ]
    assert amr.levels[1].value == "0.310"
    assert amr.strips.lines[3].marks[1].value == "0.310"
    assert amr.levels[1].bounds
    assert not any(mark.bounds for line in amr.strips.lines for mark in line.marks)  # all or none
    assert gap_panel.strips.lines[0].marks[0].wider
    assert all(line.band for line in amr.strips.lines)
    assert [line.name for line in error.strips.lines] == ["error rate", "balanced error"]


def test_networks_of_different_grids_have_no_common_scale(results, settings) -> None:
    scales = results.scales.copy()
    scales.loc[scales["model"] == "unbalanced", "amr_ceiling"] = 0.9
    _, amr, _ = panels(
        results.audit, results.gaps, results.versions, scales, results.groups, settings
    )
    assert not any(line.band for line in amr.strips.lines)


def test_gaps_are_those_of_the_placement_that_the_page_is_about(results, settings) -> None:
    other = results.gaps.assign(placement="receptive_field", first=0.5)
    gaps = pd.concat([results.gaps, other])
    panel, *_ = panels(
        results.audit, gaps, results.versions, results.scales, results.groups, settings
    )
    assert len(panel.strips.lines) == 4
    assert panel.strips.lines[0].marks[0].value == "+0.500"


def test_empty_maps_take_one_sentence(results) -> None:
    assert empty_maps(results.audit).startswith("Empty maps: 25.0")
    for of in results.audit["models"].values():
        of["empty_rate"]["value"] = 0.0
    assert empty_maps(results.audit) == "No map is empty."


def test_gaps_over_different_attributes_are_told_with_the_one_on_the_same(results) -> None:
    assert gap_counts(results.audit, results.groups, 5) == ""
    results.audit["models"]["unbalanced"]["pe_attributes"] = 27
    apart = results.audit["differences"]["unbalanced_minus_balanced"]
    apart["pe_attributes"] = 27
    apart["pe_gap"] |= number(0.124) | sides_of((0.036, 0.16))
    rarer = pd.DataFrame(
        {"model": "unbalanced", "metric": "proportional_energy", "group": "predicted_minority",
         "attribute": list("abcd"), "n": [0.0, 4.0, 5.0, 0.0]}
    )  # fmt: skip
    assert gap_counts(results.audit, rarer, 5) == (
        "All of this is over the 27 attributes of which both networks predict each class for at "
        "least 5 faces. Over all that count for one network alone it is 0.000 (−0.010 to +0.010) "
        "for the balanced network (40 attributes). For 3 attributes the unbalanced network "
        "predicts the "
        "minority class of fewer than 5 faces, in 2 of them of none."
    )


def test_two_networks_stand_side_by_side_on_the_same_attributes(results, settings) -> None:
    """Their own gaps are over different ones: they would seem to be further apart."""
    of_both = {"balanced": (0.036,) * 4, "unbalanced": (0.16,) * 4}
    gaps = gaps_of(("balanced", "unbalanced"), **of_both)
    gaps.loc[gaps["model"] == "balanced", "value"] = -0.024
    results.audit["models"]["balanced"]["pe_gap"]["value"] = -0.024
    results.audit["differences"]["unbalanced_minus_balanced"]["pe_gap"] |= number(0.124) | sides_of(
        (0.036, 0.16)
    )
    tables = results.versions, results.scales, results.groups
    panel, *_ = panels(results.audit, gaps, *tables, settings)
    assert [level.value for level in panel.levels] == ["+0.036", "+0.160"]
    assert panel.levels[0].bounds == "+0.026 to +0.046"
    assert panel.apart == ("Difference, unbalanced − balanced: +0.124 (+0.114 to +0.134)")
    for line in panel.strips.lines:
        assert [mark.value for mark in line.marks] == ["+0.036", "+0.160"]
        assert all(mark.whisker and mark.wider for mark in line.marks)


def test_networks_that_share_no_attribute_and_other_numbers_of_them_keep_their_own(
    results, make_results
) -> None:
    alone = make_results(["only"])
    alone.audit["models"]["only"]["pe_gap"] = gap(0.07)
    assert numbers_on_the_same(alone.audit)["only"]["value"] == 0.07
    assert gaps_on_the_same(alone.gaps, ["only"]) is alone.gaps
    assert gap_apart(alone.audit) == gap_apart(make_results(["a", "b", "c"]).audit) == ""
    pair = results.audit["differences"]["unbalanced_minus_balanced"]
    pair["pe_gap"] = number(None) | dict.fromkeys(("first", "second"))
    results.audit["models"]["balanced"]["pe_gap"] = gap(0.07)
    assert numbers_on_the_same(results.audit)["balanced"]["value"] == 0.07
    results.gaps.loc[results.gaps["model"] == "unbalanced_minus_balanced", "first"] = float("nan")
    assert gaps_on_the_same(results.gaps, ["balanced", "unbalanced"]) is results.gaps


def test_an_interval_over_these_attributes_alone_is_said_to_be_one(results) -> None:
    assert other_attributes(results.audit) == ""
    results.audit["differences"]["unbalanced_minus_balanced"]["pe_gap"] |= {
        "first": -0.024, "first_low": -0.037, "first_high": -0.01,
        "first_attributes_low": -0.099, "first_attributes_high": 0.044,
    }  # fmt: skip
    assert other_attributes(results.audit) == (
        "They hold for these 40 attributes; over other attributes the PE gap of the balanced "
        "network would "
        "lie between \N{MINUS SIGN}0.099 and +0.044 (thin lines)."
    )


def test_normalised_amr_is_put_into_words() -> None:
    def words(*values: float) -> str:
        names = ["a", "b"][: len(values)]
        table = pd.DataFrame(
            {"model": names, "attribute": "OVERALL", "version": "2", "amr_normalised": values}
        )
        return on_the_way(table, names, "2")

    assert words(0.3226, 0.2897) == (
        "Somewhat: about a third of the way from a uniform map to the best possible (0.32 a and "
        "0.29 b)."
    )
    assert words(0.9).startswith("Mostly: about nine tenths")
    assert words(-0.2).startswith(
        "Hardly: no better than a uniform map, or worse (\N{MINUS SIGN}0.20"
    )
    assert words(0.1, 0.8).startswith("The networks are not equally far")
    assert words(float("nan")) == ""
