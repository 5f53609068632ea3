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


def test_a_pixel_of_grey_under_the_ends_of_the_colours_by_hand() -> None:
    """55 % of the face and 45 % of the map: turbo goes from (48, 18, 59) to (122, 4, 3)."""
    found = overlay(np.full((1, 2, 3), 100, np.uint8), np.array([[0.0, 1.0]]))
    # 55 + 0.45 * 48 = 76.6, 55 + 0.45 * 18 = 63.1, 55 + 0.45 * 59 = 81.55
    assert found[0, 0].tolist() == [77, 63, 82]
    # 55 + 0.45 * 122 = 109.9, 55 + 0.45 * 4 = 56.8, 55 + 0.45 * 3 = 56.35
    assert found[0, 1].tolist() == [110, 57, 56]


def test_a_tinted_pixel_by_hand() -> None:
    """45 % of the face and 55 % of the colour."""
    found = tint(np.full((1, 1, 3), 100, np.uint8), np.ones((1, 1), bool), (200, 0, 40))
    assert found[0, 0].tolist() == [155, 45, 67]


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
