import itertools

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import PathCollection

from heed.audit.figures.evidence_amr import draw_evidence_amr

ATTRIBUTES = ("Bald", "Smiling", "Wearing_Hat", "Young")
# by attribute: AMR against version 2 and against the evidence; the means are 0.4 and 0.3
POINTS = {
    "Bald": (0.1, 0.1),
    "Smiling": (0.6, 0.65),
    "Wearing_Hat": (0.2, 0.35),
    "Young": (0.7, 0.1),
}
CASES = {
    "below it against both": "Bald",
    "above the mean against both": "Smiling",
    "below it against the masks only": "Wearing_Hat",
    "above it against the masks only": "Young",
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


def dots_of(panel) -> dict[str, list[list[float]]]:
    return {
        str(found.get_label()).partition(":")[0]: np.asarray(found.get_offsets()).tolist()
        for found in panel.collections
        if isinstance(found, PathCollection)
    }


def test_dots_are_the_two_ratios_parted_at_their_means() -> None:
    (panel,) = draw_evidence_amr(versions_of("m"), "2", "evidence").axes
    assert dots_of(panel) == {case: [list(POINTS[name])] for case, name in CASES.items()}
    assert panel.get_xlabel() == "Normalised AMR against mask version 2"
    assert panel.get_ylabel() == "Normalised AMR against the evidence"
    lines = {line.get_label(): np.array(line.get_data()) for line in panel.lines}
    np.testing.assert_allclose(lines["means of all dots"][0], 0.4)
    (along,) = (line for line in panel.lines if str(line.get_label()).startswith("_"))
    np.testing.assert_allclose(along.get_ydata(), 0.3)


def test_the_diagonal_joins_equal_ratios_on_equal_axes() -> None:
    (panel,) = draw_evidence_amr(versions_of("m"), "2", "evidence").axes
    (line,) = (line for line in panel.lines if line.get_label() == "equal")
    np.testing.assert_array_equal(line.get_xdata(), line.get_ydata())
    assert panel.get_xlim() == panel.get_ylim()
    assert panel.get_aspect() == 1
    assert panel.get_xlim()[1] >= 0.7


def test_attributes_are_named_without_underscores() -> None:
    (panel,) = draw_evidence_amr(versions_of("m"), "2", "evidence").axes
    names = {text.get_text(): text.xy for text in panel.texts}
    assert names == {name.replace("_", " "): POINTS[name] for name in ATTRIBUTES}


def test_photographs_are_held_against_version_3_and_the_axis_says_why() -> None:
    versions = versions_of("m")
    versions = versions[versions["version"] != "evidence"]
    (panel,) = draw_evidence_amr(versions, "1", "3").axes
    assert (
        panel.get_ylabel()
        == "Normalised AMR against mask version 3\n(photographs have no evidence)"
    )


@pytest.mark.parametrize(
    ("reference", "without", "compared"), [("3", "evidence", "2"), ("evidence", "", "3")]
)
def test_masks_that_are_the_reference_are_compared_with_others(
    reference: str, without: str, compared: str
) -> None:
    versions = versions_of("m")
    versions = versions[versions["version"] != without]
    (panel,) = draw_evidence_amr(versions, reference, reference).axes
    assert panel.get_xlabel().startswith(f"Normalised AMR against mask version {compared}\n")
    assert "masks in use are the reference" in panel.get_xlabel()


def test_an_attribute_that_a_version_lacks_has_no_dot() -> None:
    versions = versions_of("m")
    lacking = (versions["attribute"] == "Young") & (versions["version"] == "2")
    versions.loc[lacking, "amr_normalised"] = np.nan
    versions = versions[(versions["attribute"] != "Bald") | (versions["version"] != "evidence")]
    (panel,) = draw_evidence_amr(versions, "2", "evidence").axes
    assert sorted(itertools.chain(*dots_of(panel).values())) == [[0.2, 0.35], [0.6, 0.65]]
    assert {text.get_text() for text in panel.texts} == {"Smiling", "Wearing Hat"}


def test_without_any_ratio_the_panel_is_empty() -> None:
    (panel,) = draw_evidence_amr(
        versions_of("m").assign(amr_normalised=np.nan), "2", "evidence"
    ).axes
    assert not any(dots_of(panel).values())
    assert not panel.texts


@pytest.mark.parametrize("count", [1, 3, 4])
def test_any_number_of_models(count: int) -> None:
    models = [f"model {index}" for index in range(count)]
    figure = draw_evidence_amr(versions_of(*models), "2", "evidence")
    assert [panel.get_title() for panel in figure.axes] == models


def test_a_version_that_is_missing_or_alone_is_named() -> None:
    versions = versions_of("m")
    with pytest.raises(ValueError, match="0 rows of version 4"):
        draw_evidence_amr(versions, "4", "evidence")
    with pytest.raises(ValueError, match="has only 3, the reference"):
        draw_evidence_amr(versions[versions["version"] == "3"], "3", "3")
    with pytest.raises(ValueError, match="8 rows of version 2 for 4"):
        draw_evidence_amr(pd.concat([versions, versions]), "2", "evidence")
