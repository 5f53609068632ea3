import numpy as np
import pytest

from heed.figures.close_up import WIDTH, close_up

FACE = np.arange(100 * 100 * 3, dtype=np.uint32).astype(np.uint8).reshape(100, 100, 3)


def landmarks(eyes: tuple[float, float], mouth: tuple[float, float]) -> np.ndarray:
    (x, y), (u, v) = eyes, mouth
    return np.array([[x - 5, y], [x + 5, y], [x, y + 7], [u - 4, v], [u + 4, v]], float)


def test_the_part_lies_around_eyes_and_mouth() -> None:
    part, corner = close_up(FACE, landmarks((50, 40), (50, 60)))
    side = round(20 * WIDTH)
    assert part.shape == (side, side, 3)
    assert corner.tolist() == [50 - side / 2, 50 - side / 2]
    x, y = corner.astype(int)
    np.testing.assert_array_equal(part[0, 0], FACE[y, x])
    np.testing.assert_array_equal(part[-1, -1], FACE[y + side - 1, x + side - 1])


@pytest.mark.parametrize("middle", [(5, 10), (95, 90), (50, 99)])
def test_the_part_never_leaves_the_face(middle: tuple[float, float]) -> None:
    x, y = middle
    part, (left, top) = close_up(FACE, landmarks((x, y - 10), (x, y + 10)))
    side = round(20 * WIDTH)
    assert part.shape == (side, side, 3)
    assert 0 <= left <= 100 - side
    assert 0 <= top <= 100 - side


def test_a_large_face_is_shown_whole() -> None:
    part, corner = close_up(FACE, landmarks((50, 20), (50, 80)))
    assert part.shape == FACE.shape
    assert corner.tolist() == [0, 0]
