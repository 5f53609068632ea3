import cv2
import numpy as np
import pytest

from heed.figures.overlay import overlay, tint

FACE = np.random.default_rng(0).integers(0, 256, (16, 16, 3), dtype=np.uint8)


def test_mixes_the_face_with_the_colour_of_the_map() -> None:
    cam = np.zeros((16, 16))
    cam[3, 4] = 1
    found = overlay(FACE, cam, opacity=0.45)
    # Turbo's ends as OpenCV has them, red first.
    low, high = cv2.applyColorMap(np.array([[0, 255]], np.uint8), cv2.COLORMAP_TURBO)[0, :, ::-1]
    assert found[0, 0].tolist() == np.rint(0.55 * FACE[0, 0] + 0.45 * low).tolist()
    assert found[3, 4].tolist() == np.rint(0.55 * FACE[3, 4] + 0.45 * high).tolist()


def test_without_opacity_the_face_shows() -> None:
    assert np.array_equal(overlay(FACE, np.full((16, 16), 0.7), opacity=0), FACE)


def test_a_missing_map_gives_a_grey_face() -> None:
    found = overlay(FACE, np.full((16, 16), np.nan))
    assert np.array_equal(found[..., 0], found[..., 2])
    assert np.array_equal(found[..., 0], FACE.mean(axis=-1).astype(np.uint8))


def test_face_and_map_must_agree() -> None:
    with pytest.raises(ValueError, match=r"face is \(16, 16\) pixels, map \(8, 8\)"):
        overlay(FACE, np.zeros((8, 8)))


def test_a_tint_colours_the_area_alone() -> None:
    area = np.zeros((16, 16), bool)
    area[2:5, 7] = True
    found = tint(FACE, area, (0, 100, 250), opacity=0.25)
    expected = np.rint(0.75 * FACE + 0.25 * np.array([0, 100, 250]))
    assert np.array_equal(found[area], expected[area].astype(np.uint8))
    assert np.array_equal(found[~area], FACE[~area])
    with pytest.raises(ValueError, match=r"face is \(16, 16\) pixels, area \(8, 8\)"):
        tint(FACE, area[:8, :8], (0, 0, 0))
