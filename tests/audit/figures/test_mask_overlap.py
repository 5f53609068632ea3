import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import PathCollection

from heed.audit.figures.mask_overlap import draw_mask_overlap
from heed.figures.attribute_bars import MISSING_LABEL

NAN = float("nan")
IOU = {
    "1": {"Bald": 0.5, "Smiling": 0.1, "Wearing_Hat": 0.3, "Young": 0.14},
    "2": {"Bald": 0.2, "Smiling": 0.6, "Wearing_Hat": 0.7, "Young": NAN},
}


@pytest.fixture
def overlap() -> pd.DataFrame:
    rows = [
        ("evidence", version, name, 10, iou, iou / 2, 1 - iou)
        for version, of_version in IOU.items()
        for name, iou in of_version.items()
    ]
    rows.append(("evidence", "1", "OVERALL", 40, 0.99, 0.99, 0.99))
    keys = ["reference", "version", "attribute", "n", "iou", "precision", "coverage"]
    return pd.DataFrame(rows, columns=keys)


def dots_of(panel) -> dict[str, dict[str, float]]:
    """By version the numbers by the attribute that is written at their row."""
    names = [label.get_text() for label in panel.get_figure().axes[0].get_yticklabels()]
    dots: dict[str, dict[str, float]] = {}
    for found in panel.collections:
        if isinstance(found, PathCollection):
            of_label = dots.setdefault(str(found.get_label()).partition(",")[0], {})
            of_label |= {names[round(row)]: value for value, row in np.asarray(found.get_offsets())}
    return dots


def test_dots_are_the_three_measures_of_each_version(overlap) -> None:
    panels = draw_mask_overlap(overlap).axes
    for panel, measure in zip(panels, ("iou", "precision", "coverage"), strict=True):
        dots = dots_of(panel)
        for version in "12":
            rows = overlap[(overlap["version"] == version) & (overlap["attribute"] != "OVERALL")]
            rows = rows.dropna().set_index("attribute")[measure]
            expected = {name.replace("_", " "): value for name, value in rows.items()}
            assert dots[f"version {version}"] == pytest.approx(expected)


def test_attributes_are_sorted_by_the_best_version_the_missing_last(overlap) -> None:
    # Version 2 has the higher mean, 0.5 over three attributes, and nothing for Young.
    panel = draw_mask_overlap(overlap).axes[0]
    names = [label.get_text() for label in panel.get_yticklabels()]
    assert names == ["Wearing Hat", "Smiling", "Bald", "Young"]
    assert list(dots_of(panel)[MISSING_LABEL]) == ["Young"]


def test_the_legend_tells_the_means(overlap) -> None:
    (legend,) = draw_mask_overlap(overlap).legends
    texts = [text.get_text() for text in legend.get_texts()]
    assert texts[:2] == ["version 1, mean IoU .26", "version 2, mean IoU .50"]  # 1.04 / 4, 1.5 / 3


@pytest.mark.parametrize(
    ("reference", "said"), [("evidence", "inside the evidence"), ("3", "inside mask version 3")]
)
def test_the_axes_name_the_reference(overlap, reference: str, said: str) -> None:
    panels = draw_mask_overlap(overlap.assign(reference=reference)).axes
    assert said in panels[1].get_xlabel().replace("\n", " ")


def test_one_version_and_one_without_any_value(overlap) -> None:
    assert list(dots_of(draw_mask_overlap(overlap[overlap["version"] == "1"]).axes[0])) == [
        "version 1"
    ]
    overlap.loc[overlap["version"] == "2", "iou"] = NAN
    (legend,) = draw_mask_overlap(overlap).legends
    assert "version 2, mean IoU unknown" in [text.get_text() for text in legend.get_texts()]


def test_a_version_may_lack_an_attribute(overlap) -> None:
    lacking = (overlap["version"] == "1") & (overlap["attribute"] == "Bald")
    panel = draw_mask_overlap(overlap[~lacking]).axes[0]
    assert "Bald" in dots_of(panel)[MISSING_LABEL]


def test_several_references_none_and_repeated_rows_are_refused(overlap) -> None:
    other = overlap.assign(reference="3")
    with pytest.raises(ValueError, match=r"2 references \(evidence, 3\)"):
        draw_mask_overlap(pd.concat([overlap, other]))
    with pytest.raises(ValueError, match=r"0 references \(none\)"):
        draw_mask_overlap(overlap[:0])
    with pytest.raises(ValueError, match="two rows with version 1 and attribute Bald"):
        draw_mask_overlap(pd.concat([overlap, overlap]))
