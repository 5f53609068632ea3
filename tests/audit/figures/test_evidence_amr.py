import itertools

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection

from heed.audit.figures.evidence_amr import draw_evidence_amr
from tests.figures.bars import names_of_rows
from tests.figures.dots import dots_by_panel

ATTRIBUTES = ("Bald", "Smiling", "Wearing_Hat", "Young")
# by attribute: AMR against version 2 and against the evidence; the means are 0.4 and 0.3
POINTS = {
    "Bald": (0.1, 0.1),
    "Smiling": (0.6, 0.65),
    "Wearing_Hat": (0.2, 0.35),
    "Young": (0.7, 0.1),
}


def versions_of(*models: str) -> pd.DataFrame:
    rows = [
        (model, version, name, 10, POINTS[name][version == "evidence"], 0.5)
        for model, version, name in itertools.product(
            models, ("1", "2", "3", "evidence"), ATTRIBUTES
        )
    ]
    rows += [(model, version, "OVERALL", 40, 0.9, 0.5) for model in models for version in "123"]
    keys = ["model", "version", "attribute", "n", "amr_normalised", "proportional_energy"]
    return pd.DataFrame(rows, columns=keys)


def dots_of(figure) -> dict[str, dict[str, float]]:
    (panel,) = dots_by_panel(figure)
    return {label: dots for label, dots in panel.items() if label.startswith("against")}


def test_each_attribute_has_a_named_row_with_both_dots_a_line_and_the_means() -> None:
    figure = draw_evidence_amr(versions_of("m"), "2", "evidence")
    (panel,) = figure.axes
    assert names_of_rows(panel) == ["Smiling", "Wearing Hat", "Bald", "Young"]  # by the evidence
    for place, label in enumerate(("against mask version 2", "against the evidence")):
        expected = {name.replace("_", " "): point[place] for name, point in POINTS.items()}
        assert dots_of(figure)[label] == expected
    (joined,) = (found for found in panel.collections if isinstance(found, LineCollection))
    ends = [sorted(segment[:, 0].tolist()) for segment in joined.get_segments()]
    ranked = ("Smiling", "Wearing_Hat", "Bald", "Young")
    assert ends == [sorted(POINTS[name]) for name in ranked]
    dashed = [line.get_xdata()[0] for line in panel.lines[1:3]]
    np.testing.assert_allclose(dashed, [0.4, 0.3])


def test_photographs_are_held_against_version_3_and_the_legend_says_why() -> None:
    versions = versions_of("m")
    figure = draw_evidence_amr(versions[versions["version"] != "evidence"], "1", "3")
    assert list(dots_of(figure)) == ["against mask version 1", "against mask version 3"]
    assert figure.legends[0].get_title().get_text() == "photographs have no evidence"


@pytest.mark.parametrize(
    ("reference", "without", "compared"), [("3", "evidence", "2"), ("evidence", "", "3")]
)
def test_masks_that_are_the_reference_are_compared_with_others(
    reference: str, without: str, compared: str
) -> None:
    versions = versions_of("m")
    figure = draw_evidence_amr(versions[versions["version"] != without], reference, reference)
    assert next(iter(dots_of(figure))) == f"against mask version {compared}"
    assert "masks in use are" in figure.legends[0].get_title().get_text()


def test_what_a_version_lacks_has_no_dot_and_what_both_lack_no_row() -> None:
    versions = versions_of("m")
    lacking = (versions["attribute"] == "Young") & (versions["version"] == "2")
    versions.loc[lacking, "amr_normalised"] = np.nan
    versions.loc[versions["attribute"] == "Smiling", "amr_normalised"] = np.nan
    versions = versions[(versions["attribute"] != "Bald") | (versions["version"] != "evidence")]
    figure = draw_evidence_amr(versions, "2", "evidence")
    assert names_of_rows(figure.axes[0]) == ["Wearing Hat", "Young", "Bald"]
    masks, evidence = dots_of(figure).values()
    assert masks == {"Wearing Hat": 0.2, "Bald": 0.1}
    assert evidence == {"Wearing Hat": 0.35, "Young": 0.1}


def test_without_any_score_there_is_no_dot() -> None:
    versions = versions_of("m").assign(amr_normalised=np.nan)
    assert not any(dots_of(draw_evidence_amr(versions, "2", "evidence")).values())


@pytest.mark.parametrize("count", [1, 3, 4])
def test_any_number_of_models(count: int) -> None:
    models = [f"model {index}" for index in range(count)]
    figure = draw_evidence_amr(versions_of(*models), "2", "evidence")
    assert [panel.get_title().split("\n")[0] for panel in figure.axes] == models


def test_a_version_that_is_missing_or_alone_is_named() -> None:
    versions = versions_of("m")
    with pytest.raises(ValueError, match="0 rows of version 4"):
        draw_evidence_amr(versions, "4", "evidence")
    with pytest.raises(ValueError, match="has only 3, the reference"):
        draw_evidence_amr(versions[versions["version"] == "3"], "3", "3")
    with pytest.raises(ValueError, match="8 rows of version 2 for 4"):
        draw_evidence_amr(pd.concat([versions, versions]), "2", "evidence")
