"""Published numbers held to the tables that the tests keep as printed, and to their conditions."""

import csv
from typing import Any

import numpy as np
import pandas as pd
import pytest

from heed.audit.page import reported as module
from heed.audit.page.page import sections_of
from heed.audit.page.reported import SOURCES, Published, reported
from tests.places import REFERENCE, ROOT

TABLES = {"1": "thesis_table_A_3_mask_v1.csv", "2": "thesis_table_5_1_mask_v2.csv"}
PRINTED_R = {"balanced": -0.1706, "unbalanced": 0.2211}
"""Of Table 5.1, in the thesis' text; Table A.3 has none printed."""

ERRORS = {"error_rate", "balanced_error_rate"}
AMR = {
    "amr", "amr_correct", "amr_incorrect", "amr_gt_pos", "amr_gt_neg", "incorrect_above_correct",
    "positive_above_negative", "pearson",
}  # fmt: skip
PE = {"pe_predicted_minority", "pe_predicted_majority"}
MAPS = {"divergence_trend"}

WEIGHTINGS = {"balanced": "moon_expectation", "unbalanced": "none"}


def beside(settings: dict[str, Any], **changed: Any) -> Published:
    for name, value in changed.items():
        key, _, parameter = name.partition("__")
        settings = settings | {key: settings.get(key, {}) | {parameter: value}}
    return reported(WEIGHTINGS, settings)


@pytest.mark.parametrize("version", ["1", "2"])
@pytest.mark.parametrize("model", ["balanced", "unbalanced"])
def test_numbers_are_those_of_the_table_of_these_masks(settings, version, model) -> None:
    found = beside(settings, mask__version=version)
    table = pd.read_csv(REFERENCE / TABLES[version], index_col="attribute")
    cells = table.drop("OVERALL").filter(regex=f"^{model}_")
    cells = cells.rename(columns=lambda name: name[len(model) + 1 :])
    for name in cells:
        printed = table.loc["OVERALL", f"{model}_{name}"]
        assert found.value(name, model) == printed
        # cells and means are both rounded to two decimals
        assert printed == pytest.approx(cells[name].mean(), abs=0.01)
    above = (cells.amr_incorrect > cells.amr_correct).sum()
    assert found.value("incorrect_above_correct", model) == above
    assert (
        found.value("positive_above_negative", model) == (cells.amr_gt_pos > cells.amr_gt_neg).sum()
    )
    r = np.corrcoef(cells.amr, cells.error_rate)[0, 1]
    if version == "2":
        assert found.value("pearson", model) == PRINTED_R[model]
        assert found.value("pearson", model) == pytest.approx(r, abs=0.01)  # of rounded cells
    else:
        assert found.value("pearson", model) == round(r, 3)
    name = "Table A.3" if version == "1" else "Table 5.1"
    assert name in found.source("amr")
    assert name in found.source("pearson")


@pytest.mark.parametrize(
    ("changed", "shown"),
    [
        ({}, ERRORS | AMR | PE | MAPS),
        ({"mask__version": "2"}, ERRORS | AMR | PE | MAPS),
        ({"mask__version": 1}, ERRORS | AMR | MAPS),
        ({"mask__version": 3}, ERRORS | MAPS),
        ({"mask__version": "evidence"}, ERRORS | MAPS),
        ({"score__threshold": 0}, ERRORS | PE | MAPS),
        ({"score__threshold": 0.0, "mask__version": 1}, ERRORS | MAPS),
        ({"cam__method": "hirescam"}, ERRORS | PE),
        ({"cam__method": "hirescam", "mask__version": 1}, ERRORS),
        ({"cam__target": 1}, ERRORS),
        ({"cam__target": 3}, ERRORS),
        ({"cam__target": 4}, ERRORS),
        ({"infer__layer": "after_relu"}, ERRORS | PE),
        ({"cam__method": "hirescam", "infer__layer": "after_relu"}, ERRORS | PE),
        ({"cam__placement": "half_pixel"}, ERRORS | AMR | PE | MAPS),
        ({"cam__placement": "receptive_field"}, ERRORS | AMR | PE | MAPS),
    ],
    # A set has no order, and each worker its own.
    ids=lambda value: str(value) if isinstance(value, dict) else f"{len(value)} numbers",
)
def test_what_is_shown_beside_each_run(settings, changed, shown) -> None:
    found = beside(settings, **changed)
    assert set(found.numbers) == set(found.sources) == shown
    assert set(found.withheld) == (ERRORS | AMR | PE | MAPS) - shown


def test_a_difference_that_does_not_withhold_is_told(settings) -> None:
    # PE is published with HiResCAM only, and every number with half-pixel placement
    settings["cam"]["placement"] = "half_pixel"
    assert beside(settings).source("amr") == "Bieri 2023, Table 5.1"
    pe = "pe_predicted_minority"
    assert beside(settings).told[pe] == " (maps by hirescam, here by gradcam)"
    assert beside(settings, cam__method="hirescam").told[pe] == ""
    moved = beside(settings, cam__method="gradcam", cam__placement="receptive_field")
    for name in AMR | PE | MAPS:
        assert "maps placed by the half-pixel rule, here where the cells look" in moved.told[name]
        assert "cam.placement" not in moved.source(name)  # said once, not in every line
    for name in ERRORS:
        assert moved.told[name] == ""
    told = moved.sentence("amr", lambda b, u: f"{b} and {u}")
    assert told == (
        "Bieri 2023, Table 5.1 (maps placed by the half-pixel rule, here where the cells "
        "look): 0.46 and 0.19."
    )


def test_the_page_says_why_a_number_is_missing(settings, results) -> None:
    settings["mask"]["version"] = "3"
    sections = sections_of(results, settings)
    assert sections[1].published == (
        "Nothing published is set beside these numbers: this run has mask.version 3, but Bieri "
        "2023, Table 5.1 mask.version 2; Bieri 2023, Table A.3 mask.version 1."
    )
    for section in sections[:3]:
        assert section.published.startswith("Nothing published")
        assert not any(row.published or row.source or row.remark for row in section.rows)
    rows = [row for row in sections[3].rows if row.published]
    assert {row.quantity for row in rows} == {"Error rate", "Balanced error"}
    settings["mask"]["version"], settings["cam"]["method"] = "1", "hirescam"
    sections = sections_of(results, settings)
    assert "mask.version 1 and cam.method hirescam" in sections[0].published
    # the divergence of average maps was read off a figure of Grad-CAM
    assert sections[4].published.startswith("Nothing published")
    assert not any(row.published for row in sections[4].rows)


def test_every_condition_is_a_parameter_that_the_page_knows() -> None:
    known = (ROOT / "params.yaml").read_text()
    later = {"cam.placement"}  # not in every release
    for source in SOURCES.values():
        for name in {**source.needed, **source.told}.keys() - later:
            key, _, parameter = name.partition(".")
            assert f"\n{key}:" in known
            assert f"\n  {parameter}:" in known


def test_each_quantity_has_its_numbers_once_per_source() -> None:
    rows = list(csv.DictReader((ROOT / "src/heed/audit/page/published.csv").open()))
    pairs = [(row["source"], row["quantity"]) for row in rows]
    assert len(pairs) == len(set(pairs))
    assert {row["source"] for row in rows} == set(SOURCES)
    assert module.ATTRIBUTES_COUNTED == 40
