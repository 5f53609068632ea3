import numpy as np
import pytest

from heed.audit.page.filled import remarks_on_filling
from heed.base.errors import InputError


def test_a_hair_beyond_the_edge_is_not_worth_a_sentence():
    assert remarks_on_filling(np.full(1000, 0.0009)) == []
    assert len(remarks_on_filling(np.full(1000, 0.0011))) == 1


def test_crops_beyond_are_counted_and_their_area_is_averaged():
    (remark,) = remarks_on_filling([0.0, 0.2, 0.1])
    assert remark.startswith("2 of 3 crops reach beyond their photographs; 10.0 % of the area")


def test_the_remark_says_whether_scores_count_it():
    for filled, word in (("keep", "maps count there"), ("leave_out", "scores leave it out")):
        (remark,) = remarks_on_filling([0.2], filled)
        assert word in remark


def test_without_crops_there_is_no_mean():
    with pytest.raises(InputError, match="found no crops"):
        remarks_on_filling([])
