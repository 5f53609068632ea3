import pandas as pd

from heed.audit.page.panels import (
    empty_maps,
    gap_counts,
    on_the_way,
    other_attributes,
    panels,
)


def test_three_numbers_each_under_every_mask(results, settings) -> None:
    settings["mask"]["version"] = "evidence"
    results.audit["models"]["unbalanced"]["amr"]["value"] = 0.31
    gap, amr, error = panels(
        results.audit, results.gaps, results.versions, results.scales, results.groups, settings
    )
    assert [line.name for line in gap.strips.lines] == [
        "masks 1",
        "masks 2",
        "masks 3",
        "evidence *",
    ]
    assert amr.levels[1].value == "0.310"
    assert amr.strips.lines[3].marks[1].value == "0.310"
    assert amr.levels[1].bounds
    assert not any(mark.bounds for line in amr.strips.lines for mark in line.marks)  # all or none
    assert gap.strips.lines[0].marks[0].wider
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
    other = results.gaps.assign(placement="receptive_field", value=0.5)
    gaps = pd.concat([results.gaps, other])
    gap, *_ = panels(
        results.audit, gaps, results.versions, results.scales, results.groups, settings
    )
    assert len(gap.strips.lines) == 4
    assert gap.strips.lines[0].marks[0].value == "+0.500"


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
    apart["pe_gap"]["first"] = 0.036
    rarer = pd.DataFrame(
        {"model": "unbalanced", "metric": "proportional_energy", "group": "predicted_minority",
         "attribute": list("abcd"), "n": [0.0, 4.0, 5.0, 0.0]}
    )  # fmt: skip
    assert gap_counts(results.audit, rarer, 5) == (
        "balanced over 40 attributes and unbalanced over the 27 of which it predicts both classes "
        "often enough; over the 27 of both balanced is +0.036. For 3 attributes unbalanced "
        "predicts the minority class of fewer than 5 faces, in 2 of them of none."
    )


def test_an_interval_over_these_attributes_alone_is_said_to_be_one(results) -> None:
    assert other_attributes(results.audit) == ""
    results.audit["models"]["balanced"]["pe_gap"] |= {
        "value": -0.024, "low": -0.037, "high": -0.01,
        "attributes_low": -0.099, "attributes_high": 0.044,
    }  # fmt: skip
    assert other_attributes(results.audit) == (
        "They hold for these 40 attributes; over other attributes the PE gap of balanced would lie "
        "between \N{MINUS SIGN}0.099 and +0.044 (thin lines)."
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
