import numpy as np
import pandas as pd
import pytest

from heed.geometry.alignment import LandmarksError
from heed.guidance.landmarks import dlib_columns, five_of, from_dlib_table, of_faces
from heed.guidance.template_face import EYE_TO_EYE, EYES_TO_NOSE, MOUTH_WIDTH, template_landmarks
from tests.guidance.schematic_face import schematic_face

IMAGES = ["a.jpg", "b.jpg", "c.jpg"]
POINTS = np.random.default_rng(0).uniform(0, 100, (3, 68, 2))


def a_table(points=POINTS, images=IMAGES):
    columns = {
        f"{axis}_{point}": points[:, point, index]
        for index, axis in enumerate("xy")  # all x before all y, as OpenFace writes them
        for point in range(68)
    }
    return pd.DataFrame({"image": images, "confidence": 0.9} | columns)


def test_the_eyes_the_nose_and_the_corners_of_the_mouth_of_68_points():
    (five,) = five_of(schematic_face()[None]) / 100
    half_eye, half_mouth = EYE_TO_EYE / 2, MOUTH_WIDTH / 2
    expected = [(-half_eye, 0), (half_eye, 0), (0, EYES_TO_NOSE), (-half_mouth, 1), (half_mouth, 1)]
    np.testing.assert_allclose(five, expected, atol=1e-12)


def test_five_stay_five():
    faces = template_landmarks()[None]
    np.testing.assert_array_equal(five_of(faces), faces)


def test_rows_are_found_by_image_and_columns_by_name():
    table = a_table().iloc[[2, 0, 1]]
    np.testing.assert_array_equal(from_dlib_table(table, ["b.jpg", "c.jpg"]), POINTS[1:])
    assert from_dlib_table(table, []).shape == (0, 68, 2)
    assert dlib_columns()[:3] == ["x_0", "y_0", "x_1"]


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (a_table().drop(columns="y_67"), "no column y_67 .1 of 137"),
        (a_table().drop(columns="image"), "no column image"),
        (a_table(images=["a.jpg", "b.jpg", "x.jpg"]), "no row for c.jpg .1 of 3"),
        (a_table(np.repeat(POINTS, 2, axis=0), IMAGES * 2), "several rows for a.jpg"),
        (
            a_table().replace(POINTS[1, 5, 0], np.nan),
            "b.jpg: one of its 68 landmarks is no finite number",
        ),
        (
            a_table().replace(POINTS[1, 5, 0], "?"),
            "b.jpg: one of its 68 landmarks is no finite number",
        ),
    ],
)
def test_a_table_that_does_not_hold_them_is_an_error(table, message):
    with pytest.raises(LandmarksError, match=message):
        from_dlib_table(table, IMAGES)


def test_a_face_without_a_landmark_is_named():
    faces = np.repeat(template_landmarks()[None], 3, axis=0)
    faces[1, 4, 0] = np.inf
    with pytest.raises(LandmarksError, match=r"a region: face 1 of 3 .*in 1 faces.*5 x, y pairs"):
        of_faces(faces, "a region")


@pytest.mark.parametrize("shape", [(5, 2), (1, 6, 2), (1, 5, 3), (0,)])
def test_another_number_of_landmarks_is_an_error(shape):
    with pytest.raises(LandmarksError, match=r"expected \(n, 5, 2\) or \(n, 68, 2\)"):
        of_faces(np.ones(shape), "a region")


@pytest.mark.parametrize(
    "landmarks", ["abc", [[[1, 2]] * 5, [[1, 2]] * 3], [[["x", "y"]] * 5], [[[1j, 2]] * 5]]
)
def test_what_are_no_numbers_is_an_error(landmarks):
    with pytest.raises(LandmarksError, match=r"a region: found landmarks that are .*; expected"):
        of_faces(landmarks, "a region")
