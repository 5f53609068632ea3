import pandas as pd

from heed.audit.page.panels import empty_maps, panels


def test_three_numbers_each_under_every_mask(results, settings) -> None:
    settings["mask"]["version"] = "evidence"
    results.audit["models"]["unbalanced"]["amr"]["value"] = 0.31
    gap, amr, error = panels(
        results.audit, results.gaps, results.versions, results.scales, settings
    )
    assert [line.name for line in gap.strips.lines] == [
        "masks 1",
        "masks 2",
        "masks 3",
        "evidence *",
    ]
    assert amr.levels[1].value == "0.310"
    assert amr.strips.lines[3].marks[1].value == "0.310"
    assert amr.strips.lines[3].marks[1].bounds
    assert amr.strips.lines[0].marks[1].bounds == ""  # no interval is stored
    assert all(line.band for line in amr.strips.lines)
    assert [line.name for line in error.strips.lines] == ["error rate", "balanced error"]


def test_networks_of_different_grids_have_no_common_scale(results, settings) -> None:
    scales = results.scales.copy()
    scales.loc[scales["model"] == "unbalanced", "amr_ceiling"] = 0.9
    _, amr, _ = panels(results.audit, results.gaps, results.versions, scales, settings)
    assert not any(line.band for line in amr.strips.lines)


def test_gaps_are_those_of_the_placement_that_the_page_is_about(results, settings) -> None:
    other = results.gaps.assign(placement="receptive_field", value=0.5)
    gaps = pd.concat([results.gaps, other])
    gap, *_ = panels(results.audit, gaps, results.versions, results.scales, settings)
    assert len(gap.strips.lines) == 4
    assert gap.strips.lines[0].marks[0].value == "+0.500"


def test_empty_maps_take_one_sentence(results) -> None:
    assert empty_maps(results.audit).startswith("Empty maps: 25.0")
    for of in results.audit["models"].values():
        of["empty_rate"]["value"] = 0.0
    assert empty_maps(results.audit) == "No map is empty."
