"""Dlib's 68 landmarks of a file of the user's."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from heed.attention.landmark_file import landmarks_of_file
from heed.attention.regions import pair_coverage, pair_masks
from heed.base.settings import ParamsError
from heed.guidance.landmarks import dlib_columns, five_of
from heed.guidance.regions import RECTANGLES
from tests.attention.few_faces import CROP, GRID, MOUTH, SIDE

POINTS = np.random.default_rng(0).uniform(0, SIDE, (3, 68, 2))
NAMES = ["a.jpg", "b.jpg", "c.jpg"]


def write(path: Path) -> Path:
    table = pd.DataFrame(POINTS.reshape(3, -1), columns=dlib_columns()).assign(image=NAMES)
    table.to_csv(path, index=False) if path.suffix == ".csv" else table.to_parquet(path)
    return path


@pytest.mark.parametrize("name", ["mine.csv", "mine.parquet"])
def test_landmarks_are_found_by_the_images_name(name: str, tmp_path: Path) -> None:
    found = landmarks_of_file(str(write(tmp_path / name)), ["c.jpg", "a.jpg"])
    np.testing.assert_allclose(found, POINTS[[2, 0]], atol=1e-9)


def test_what_is_missing_is_told_with_the_file(tmp_path: Path) -> None:
    file = str(write(tmp_path / "mine.csv"))
    with pytest.raises(ParamsError, match=r"landmarks\.file: .*mine\.csv: .*no row for d\.jpg"):
        landmarks_of_file(file, ["d.jpg"])
    (tmp_path / "empty.csv").touch()
    with pytest.raises(ParamsError, match=r"empty\.csv: found no table"):
        landmarks_of_file(str(tmp_path / "empty.csv"), NAMES)
    with pytest.raises(ParamsError, match=r"none\.csv: found no table .*No such file"):
        landmarks_of_file(str(tmp_path / "none.csv"), NAMES)


def test_regions_are_placed_by_them_and_masks_by_the_five_among_them() -> None:
    own = MOUTH.model_copy(update={"regions": ["mask_3"]})
    five = five_of(POINTS)
    assert (pair_masks(own, POINTS, CROP) == pair_masks(own, five, CROP)).all()
    box = MOUTH.model_copy(update={"regions": None, "box": [16.0, 32.0, 48.0, 56.0]})
    assert (pair_coverage(box, POINTS, CROP, GRID) == pair_coverage(box, five, CROP, GRID)).all()
    assert "mouth" in RECTANGLES
    by_68, by_five = (pair_coverage(MOUTH, points, CROP, GRID) for points in (POINTS, five))
    assert (by_68 != by_five).any()
