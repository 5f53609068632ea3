"""The page of drawn faces in git is what its script writes."""

import re

import cv2
import numpy as np
import pytest

from docs import drawn_faces
from heed.celeba.attributes import ATTRIBUTES
from heed.synthetic.celeba_statistics import pair_rates
from tests.places import ROOT


def test_the_page_in_git_is_what_the_script_writes() -> None:
    # Digits aside: the last one may differ on another machine.
    digits = re.compile(r"[-+]?\d+\.\d+")
    text = (ROOT / drawn_faces.PAGE).read_text(encoding="utf-8")
    page = drawn_faces.page()
    assert digits.sub("", text) == digits.sub("", page), "run `make docs`"
    found, written = (np.array(digits.findall(one), float) for one in (text, page))
    np.testing.assert_allclose(found, written, atol=0.011)


def test_the_largest_differences_are_in_the_table_from_the_largest_down() -> None:
    text = (ROOT / drawn_faces.PAGE).read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\w+) \| (\w+) \| ([\d.]+) \| ([\d.]+) \| ([-+][\d.]+) \|$", text, re.M)
    assert len(rows) == 20
    for one, other, real, drawn, difference in rows:
        share = pair_rates()[ATTRIBUTES.index(one), ATTRIBUTES.index(other)]
        assert float(real) == pytest.approx(100 * share, abs=0.006)
        assert float(drawn) - float(real) == pytest.approx(float(difference), abs=0.011)
    sizes = [abs(float(row[-1])) for row in rows]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] < 2  # percentage points


def test_the_sheet_shows_forty_attributes_and_is_small() -> None:
    path = ROOT / drawn_faces.SHEET
    assert path.stat().st_size <= drawn_faces.LARGEST
    picture = cv2.imread(str(path))
    assert picture is not None
    height = drawn_faces.SIDE + drawn_faces.CAPTION + 6
    width = 3 * drawn_faces.SIDE + 8
    assert picture.shape == (height * 10, width * 4, 3)
    again = drawn_faces.sheet()[..., ::-1]
    # WebP loses a little; another face, or another order, would be far off.
    assert np.abs(picture.astype(int) - again).mean() < 8
    assert [path.name for path in path.parent.iterdir()] == [path.name]
