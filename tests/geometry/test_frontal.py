import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heed.geometry.frontal import frontal_ratio
from tests.places import SHARED

PUBLISHED = SHARED / "data"
UPRIGHT = np.array([[[80, 100], [120, 100], [100, 125], [85, 150], [115, 150]]], float)


def test_by_hand():
    turned = UPRIGHT.copy()
    turned[0, 2, 0] += 8  # nose 8 px off a vertical midline of 50 px
    assert frontal_ratio(UPRIGHT)[0] == 0
    assert frontal_ratio(turned)[0] == pytest.approx(8 / 50)


def test_the_divisor_is_the_height_not_the_length():
    sheared = UPRIGHT.copy()
    sheared[0, 3:, 0] += 30  # midline from (100, 100) to (130, 150)
    distance = abs(30 * (100 - 125) - 50 * (100 - 100)) / np.hypot(30, 50)
    assert frontal_ratio(sheared)[0] == pytest.approx(distance / 50)


@given(st.floats(-300, 300), st.floats(-300, 300))
def test_a_shift_does_not_matter(x, y):
    turned = UPRIGHT + np.array([[0, 0], [0, 0], [6, 0], [3, 0], [0, 0]])
    assert frontal_ratio(turned + np.array([x, y]))[0] == pytest.approx(frontal_ratio(turned)[0])


@pytest.mark.parametrize("mouth_y", [100, 60])
def test_a_mouth_that_is_not_below_the_eyes_is_never_frontal(mouth_y):
    wrong = UPRIGHT.copy()
    wrong[0, 3:, 1] = mouth_y
    assert frontal_ratio(wrong)[0] == np.inf


def test_published_list_of_validation_faces():
    if not PUBLISHED.exists():
        pytest.skip("the published landmarks and list are not on this machine")
    table = pd.read_csv(PUBLISHED / "landmarks_shifted_validation.txt", sep=r"\s+")
    points = table.iloc[:, 1:].to_numpy(float).reshape(-1, 5, 2)
    kept = set(table.image[frontal_ratio(points) <= 0.1].str.removesuffix(".jpg"))
    published = (PUBLISHED / "frontal_validation.txt").read_text().split()
    assert len(kept) == 10539
    assert kept == {name.removesuffix(".png") for name in published}
