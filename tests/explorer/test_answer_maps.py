"""Maps of answers, and their scores, by hand."""

import numpy as np
import pytest

from heed.base.errors import InputError
from heed.explain.placement import Placement
from heed.explorer.answer_maps import cam_of_answer, scores_of_cam
from heed.explorer.conditions import Conditions
from heed.explorer.own_networks import Answer

MAPS = np.zeros((2, 2, 2), np.float32)
MAPS[1] = [[3, 0], [0, -2]]
ANSWER = Answer(
    np.float32([5, -1]), np.float32([1, 1]), {"gradcam": MAPS, "layercam": MAPS,
                                              "layercam.minus": np.flip(MAPS, 1)}
)  # fmt: skip
HALVES = Placement.half_pixel(4, 2)


def cam(method: str, target: str, label: int | None = None) -> np.ndarray:
    conditions = Conditions(method, target, "half_pixel", "2", 0.5, "keep")
    return cam_of_answer(ANSWER, 1, conditions, HALVES, 4, label)


@pytest.mark.parametrize(
    ("method", "target", "label", "highest"),
    [
        ("gradcam", "positive", None, (0, 0)),
        ("gradcam", "predicted", None, (3, 3)),  # z is negative: the map of -z
        ("gradcam", "true", 1, (0, 0)),
        ("gradcam", "true", -1, (3, 3)),
        ("gradcam", "predicted_true", -1, (0, 0)),
        ("layercam", "predicted", None, (3, 0)),  # that of -z is stored, and no negative
    ],
)
def test_the_target_says_which_map(method, target, label, highest):
    found = cam(method, target, label)
    assert found.shape == (4, 4)
    assert found[highest] == found.max() == pytest.approx(1)
    assert np.count_nonzero(found == found.max()) == 1


def test_what_an_answer_has_not():
    with pytest.raises(InputError, match="hirescam"):
        cam("hirescam", "positive")
    with pytest.raises(InputError, match="labels"):
        cam("gradcam", "true")


def test_scores_by_hand():
    """A row of four pixels: 0.9 and 0.6 are active, the mask has the first and the third."""
    row, mask = np.float32([[0.9, 0.6, 0.3, 0.2]]), np.array([[True, False, True, False]])
    found = scores_of_cam(row, mask, None, 0.5)
    assert found["active_area"] == 1 / 2
    assert found["amr"] == 1 / 2 * (1 - 2 / 4)
    assert found["proportional_energy"] == pytest.approx(1.2 / 2.0)
    counted = np.array([[True, False, True, True]])
    found = scores_of_cam(row, mask, counted, 0.5)
    assert found["active_area"] == pytest.approx(1 / 3)
    assert found["amr"] == pytest.approx(1 * (1 - 2 / 3))
    assert found["proportional_energy"] == pytest.approx(1.2 / 1.4)
    assert scores_of_cam(row, mask, ~mask, 0.5)["active_area"] == 1 / 2
    assert mask.tolist() == [[True, False, True, False]]
    without = scores_of_cam(row, None, None, 0.5)
    assert without["active_area"] == 1 / 2
    assert np.isnan([without["amr"], without["proportional_energy"]]).all()
