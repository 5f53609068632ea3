import numpy as np
import pytest

from heed.audit.page.mask_outlines import MaskOutlines
from heed.pages.contours import contours
from tests.audit.page.made_up_faces import SIZE, made_up_masks

FACES = 5


@pytest.fixture
def outlines(tmp_path) -> MaskOutlines:
    return MaskOutlines(made_up_masks(tmp_path, FACES))


def test_a_path_is_kept_once_whoever_asks(outlines: MaskOutlines) -> None:
    first = outlines.of_face("2", 0, 0)
    assert first == outlines.of_face("2", 4, 38)
    assert outlines.paths[first] == "M8 8v16h32v-16z"
    assert outlines.of_face("2", 3, 39) == 0  # an empty mask
    assert outlines.paths[0] == ""
    assert len(outlines.paths) == 2


def test_each_face_has_its_own_evidence(outlines: MaskOutlines) -> None:
    outlines.read({row: [3] for row in range(FACES)})
    numbers = [outlines.of_face("evidence", row, 3) for row in range(FACES)]
    assert len(set(numbers)) == FACES
    for row, number in enumerate(numbers):
        mask = np.zeros((SIZE, SIZE), bool)
        mask[10 + row : 20 + row, 16:32] = True
        assert outlines.paths[number] == contours(mask)
        np.testing.assert_array_equal(outlines.mask("evidence", row, 3), mask)


def test_the_typical_mask_is_that_of_half_of_the_faces(outlines: MaskOutlines) -> None:
    (number,) = set(outlines.typical("evidence", FACES))
    mask = np.zeros((SIZE, SIZE), bool)
    mask[12:22, 16:32] = True  # rows 10 to 19 of face 0 … 14 to 23 of face 4: 3 of 5 have these
    assert outlines.paths[number] == contours(mask)
    assert outlines.typical("2", FACES)[39] == 0
