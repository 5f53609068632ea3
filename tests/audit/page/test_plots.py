from dataclasses import replace

import pytest

from heed.audit.page.plots import plots


@pytest.mark.parametrize("names", [["only"], ["balanced", "unbalanced"], list("abcde")])
def test_every_section_but_one_has_a_figure_of_all_attributes(
    make_results, settings, names
) -> None:
    found = plots(make_results(names), settings)
    assert set(found) == {
        *(f"question-{number}" for number in range(1, 6)), "masks", "causal", "other-scores",
        "bias", "groups",
    }  # fmt: skip
    for name, plot in found.items():
        if plot.lines:
            assert len(plot.lines.lines) == (39 if name == "groups" else 40)
            assert all(len(line.marks) == len(names) for line in plot.lines.lines)
        else:
            assert len(plot.points.points) + plot.points.missing == 40 * len(names)


def test_the_largest_difference_comes_first(results, settings) -> None:
    gaps = results.own_gaps
    chosen = (gaps["gap"] == "amr_incorrect_gap") & (gaps["attribute"] == "Bald")
    gaps.loc[chosen, ["value", "low", "high"]] = -3.0, -4.0, -2.0
    line = plots(results, settings)["question-2"].lines.lines[0]
    assert line.name == "Bald"
    assert line.marks[0].note == "n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}9.3"


def test_photographs_have_neither_flips_nor_evidence(results, settings) -> None:
    of = replace(
        results,
        causal=results.causal[results.causal["metric"] != "flip"],
        versions=results.versions[results.versions["version"] != "evidence"],
    )
    assert not {"causal", "masks"} & set(plots(of, settings))


def test_attributes_of_few_faces_are_hollow_and_last(results, settings) -> None:
    """An attribute of 2 faces had a full mark with an interval among the first ten."""
    gaps = results.own_gaps
    few = (gaps["gap"] == "pe_gap") & (gaps["attribute"] == "Chubby")
    chosen = few & (gaps["model"] == "unbalanced")
    gaps.loc[few, ["value", "low", "high"]] = 0.0, -0.1, 0.1
    gaps.loc[chosen, ["value", "low", "high", "n"]] = 5.0, 4.0, 6.0, 4.9
    plot = plots(results, settings)["question-4"]
    line = plot.lines.lines[-1]
    assert line.name == "Chubby"
    assert [mark.hollow for mark in line.marks] == [False, True]
    assert line.marks[1].whisker is None
    assert "Hollow, without an interval, and sorted last: of fewer than 5 faces" in plot.caption
    gaps.loc[chosen, "n"] = 5.0
    plot = plots(results, settings)["question-4"]
    assert plot.lines.lines[0].name == "Chubby"
    assert "Hollow" not in plot.caption
