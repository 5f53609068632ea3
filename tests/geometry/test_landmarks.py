import numpy as np
import pandas as pd
import pytest

from heed.geometry.alignment import LandmarksError
from heed.geometry.landmarks import columns, from_table, shifted, to_table


def test_columns_and_order():
    table = to_table(np.arange(20.0).reshape(2, 5, 2))
    assert list(table.columns[:3]) == ["lefteye_x", "lefteye_y", "righteye_x"]
    assert table.rightmouth_y.tolist() == [9, 19]


def test_the_prefix_tells_the_two_landmark_files_apart():
    wild, aligned = np.full((1, 5, 2), 3.0), np.full((1, 5, 2), 7.0)
    table = pd.concat([to_table(wild).add_prefix("wild_"), to_table(aligned)], axis=1)
    table["image"] = "a.jpg"
    np.testing.assert_array_equal(from_table(table, "wild_"), wild)
    np.testing.assert_array_equal(from_table(table), aligned)
    assert columns("wild_")[0] == "wild_lefteye_x"


def test_missing_landmarks_name_the_image_and_the_kind():
    points = np.zeros((3, 5, 2))
    points[1, 2, 0] = np.nan
    table = to_table(points).add_prefix("wild_").assign(image=["a.jpg", "b.jpg", "c.jpg"])
    with pytest.raises(LandmarksError, match=r"b\.jpg: the wild landmarks.*in 1 of 3 images"):
        from_table(table, "wild_")


def test_shift():
    np.testing.assert_array_equal(shifted([[[69, 111]]], 24, -10), [[[93, 101]]])
