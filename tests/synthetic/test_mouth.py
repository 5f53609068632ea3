"""The drawn mouth, measured in a painted face."""

import numpy as np
import pytest

from heed.celeba.attributes import ATTRIBUTE_INDEX
from heed.geometry.affine import apply
from heed.synthetic.look import Look, setting, sitter
from heed.synthetic.pose import FACE_FRAME, pose
from heed.synthetic.render import frame
from heed.synthetic.scene import painted, scene

ZOOM = 4  # pixels of the picture for one of the head
# eyes 40 apart, the mouth 41 below them and 32 wide: one pixel of the head is one of the frame
LANDMARKS = np.array([[69, 111], [109, 111], [89, 133], [73, 152], [105, 152]], float)


def lip_line(smiling: float) -> np.ndarray:
    """How far the line between the lips is below the mouth's corners, in pixels of the head.

    The line is the darkest pixel of each of nine columns from corner to corner, without the
    corners themselves, in a face that has no other attribute than its smile.
    """
    strengths = np.zeros(40)
    strengths[ATTRIBUTE_INDEX["No_Beard"]] = 1
    strengths[ATTRIBUTE_INDEX["Smiling"]] = smiling
    rng = np.random.default_rng(0)
    posed = pose(LANDMARKS)
    drawing = scene(Look(strengths, posed, sitter(rng), setting(rng)))
    to_image = np.array([[ZOOM, 0, 0], [0, ZOOM, 0]], float)
    image = painted(drawing, to_image, frame(ZOOM * FACE_FRAME, ZOOM * FACE_FRAME))
    (left, height), (right, _) = apply(to_image, apply(posed.to_face_frame, posed.landmarks))[3:]
    columns = np.linspace(left, right, 11)[1:-1].astype(int)
    top, bottom = int(height) - 8 * ZOOM, int(height) + 12 * ZOOM
    darkness = image[top:bottom, columns].sum(axis=2, dtype=int)
    return (top + darkness.argmin(axis=0) - height) / ZOOM


@pytest.mark.parametrize(("smiling", "sag"), [(1.0, 6.5), (0.0, -3.0)])
def test_a_smile_curves_down_between_its_corners_and_a_mouth_without_one_up(
    smiling: float, sag: float
) -> None:
    line = lip_line(smiling)
    assert line[4] == pytest.approx(sag, abs=1)
    # sag * (1 - x ** 2), with x from -1 at one corner to 1 at the other
    parabola = np.polynomial.Polynomial.fit(np.linspace(-0.8, 0.8, 9), line, 2).convert()
    assert parabola.coef[2] == pytest.approx(-sag, abs=1.5)
    np.testing.assert_allclose(line, line[::-1], atol=2 / ZOOM)


def test_half_a_smile_curves_less() -> None:
    flat, half, full = (lip_line(smiling)[4] for smiling in (0.0, 0.5, 1.0))
    assert flat < half < full
    assert half == pytest.approx((flat + full) / 2, abs=0.5)
