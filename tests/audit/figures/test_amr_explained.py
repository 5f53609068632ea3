import dataclasses
import re

import numpy as np
import pytest

from heed.audit.figures.amr_explained import (
    INSIDE,
    NOT_ACTIVE,
    OUTSIDE,
    choose_amr_explained,
    draw_amr_explained,
)
from heed.audit.tables.score_arrays import METRICS, ScoreArrays
from heed.figures.overlay import tint

FACE = np.random.default_rng(0).integers(0, 256, (32, 32, 3), np.uint8)


def scores(n: int) -> ScoreArrays:
    rng = np.random.default_rng(1)
    values = {metric: rng.random((n, 40)) for metric in METRICS}
    return ScoreArrays(
        images=tuple(f"{row}.jpg" for row in range(n)),
        labels=rng.choice(np.array([-1, 1], np.int8), (n, 40)),
        logits=rng.normal(size=(n, 40)).astype(np.float32),
        empty=np.zeros((n, 40), bool),
        values=values,
    )


def test_the_median_of_recognised_attributes_is_chosen() -> None:
    found = scores(5)
    found.values["amr_uncorrected"][0] = np.nan  # without masks
    found.values["active_area"][1] = 0  # empty
    found.values["amr_uncorrected"][2] = 1.0  # all inside
    found.values["amr"][:3] = 10
    rows, attributes = np.nonzero((found.labels == 1) & (found.logits >= 0))
    usable = rows > 2
    rows, attributes = rows[usable], attributes[usable]
    row, index = choose_amr_explained(found)
    amr = found.values["amr"][rows, attributes]
    assert (row, index) in set(zip(rows.tolist(), attributes.tolist(), strict=True))
    assert found.values["amr"][row, index] == np.sort(amr)[len(amr) // 2]


def test_where_nothing_is_recognised_any_active_map_with_a_mask_will_do() -> None:
    found = dataclasses.replace(scores(2), labels=np.full((2, 40), -1, np.int8))
    found.values["active_area"][:] = 0
    assert choose_amr_explained(found) is None
    found.values["active_area"][1, 7] = 0.1
    assert choose_amr_explained(found) == (1, 7)
    found.values["amr_uncorrected"][1, 7] = np.nan
    assert choose_amr_explained(found) is None


def test_areas_and_formula_are_those_of_map_and_mask() -> None:
    cam, mask = np.zeros((32, 32), np.float32), np.zeros((32, 32), bool)
    cam[4:14, 4:14] = 0.9  # 100 pixels
    cam[20, 20] = 0.5  # not above the threshold
    mask[4:24, 9:19] = True  # 200 pixels, 50 of them active
    figure = draw_amr_explained(FACE, cam, mask, "Big_Nose", "net", threshold=0.5)
    axes = figure.axes[0]
    texts = [text.get_text() for text in axes.texts]
    assert texts[:5] == [
        "Big Nose", "0 (blue) to 1 (red)", "|D| = 100", "|M| = 200", "|D ∩ M| = 50"
    ]  # fmt: skip
    assert "active D:\nmap > 0.5" in texts or "active D: map > 0.5" in texts
    numbers = re.findall(r"\d+(?:\.\d+)?", texts[-1])
    assert numbers == ["50", "100", "1024", "200", "1024", "0.402"]  # 0.5 x 824 / 1024
    pictures = [np.asarray(image.get_array()) for image in axes.images]
    np.testing.assert_array_equal(pictures[2], tint(FACE, cam > 0.5, OUTSIDE))
    np.testing.assert_array_equal(pictures[3], tint(FACE, mask, NOT_ACTIVE))
    for (y, x), colour in {(5, 5): OUTSIDE, (5, 10): INSIDE, (20, 12): NOT_ACTIVE}.items():
        expected = np.rint(0.45 * FACE[y, x] + 0.55 * np.array(colour))
        np.testing.assert_array_equal(pictures[4][y, x], expected)
    np.testing.assert_array_equal(pictures[4][30, 30], FACE[30, 30])
    legend = axes.get_legend()
    colours = [patch.get_facecolor()[:3] for patch in legend.get_patches()]
    np.testing.assert_allclose(colours, np.array([INSIDE, OUTSIDE, NOT_ACTIVE]) / 255)


def test_the_formula_can_be_typeset(recwarn: pytest.WarningsRecorder) -> None:
    cam = np.full((32, 32), 0.9, np.float32)
    draw_amr_explained(FACE, cam, cam > 0.8, "Bald", "net", threshold=0.5).canvas.draw()
    assert not recwarn.list
