import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial import procrustes

from heed.base.errors import InputError
from heed.geometry.affine import apply
from heed.geometry.alignment import LandmarksError, alignment
from heed.guidance.coverage import coverage_of_polygons
from heed.guidance.template_face import (
    EYE_TO_EYE,
    EYES_TO_NOSE,
    MOUTH_WIDTH,
    similarities,
    template_box,
    template_landmarks,
    template_polygon,
)
from heed.synthetic.camera import developed
from heed.synthetic.render import frame
from heed.synthetic.scene import flipped, painted
from heed.synthetic.studio import Recipe, Studio
from tests.guidance.schematic_face import schematic_face, similarity
from tests.places import ROOT

TEMPLATE = template_landmarks()
CELL = 32
ROLLS, ZOOMS = st.floats(-30, 30), st.floats(0.7, 1.4)


def test_the_template_is_celebas_mean_frontal_face():
    statistics = ROOT / "src/heed/synthetic/celeba_landmark_statistics.json"
    mean = np.reshape(json.loads(statistics.read_text())["frontal"]["mean"], (5, 2))
    eyes, mouth = mean[:2].mean(axis=0), mean[3:].mean(axis=0)
    down = np.hypot(*(mouth - eyes))
    assert np.hypot(*(mean[1] - mean[0])) / down == pytest.approx(EYE_TO_EYE, abs=5e-4)
    assert np.hypot(*(mean[4] - mean[3])) / down == pytest.approx(MOUTH_WIDTH, abs=5e-4)
    assert (mean[2, 1] - eyes[1]) / down == pytest.approx(EYES_TO_NOSE, abs=5e-4)


@pytest.mark.parametrize(("size", "scale"), [(224, 5.5), (64, 5.5), (224, 4.0)])
def test_the_template_is_where_the_alignment_puts_a_face(size, scale):
    template = template_landmarks(size, scale)
    to_crop = alignment(3 * template[None] + 7, size, scale, ["a face"])
    np.testing.assert_allclose(apply(to_crop, 3 * template[None] + 7)[0], template, atol=1e-9)


@given(ROLLS, ZOOMS, st.floats(-300, 300), st.floats(-300, 300))
def test_features_of_rolled_and_scaled_faces_are_found_exactly(roll, zoom, x, y):
    """In any image: the outline of a feature, and the feature of a face moved by a similarity."""
    moved = similarity(roll, zoom, x, y)
    features = np.random.default_rng(0).uniform(0, 224, (9, 2))
    (found,) = template_polygon(features, TEMPLATE, [apply(moved, TEMPLATE)])
    np.testing.assert_allclose(found, apply(moved, features), atol=1e-8)


@given(ROLLS, ZOOMS)
def test_a_box_on_the_crop_is_the_box_on_the_photograph_aligned(roll, zoom):
    """Whether a region is carried before the alignment or after it; of any face, not the mean."""
    noise = np.random.default_rng(1).normal(0, 4, (5, 2))
    photograph = apply(similarity(roll, zoom, 80, 60), TEMPLATE + noise)[None]
    to_crop = alignment(photograph, 224, 5.5, ["a face"])
    mouth = [90, 130, 134, 155]
    before = apply(to_crop, template_box(mouth, TEMPLATE, photograph))
    after = template_box(mouth, TEMPLATE, apply(to_crop, photograph))
    np.testing.assert_allclose(after, before, atol=1e-8)
    np.testing.assert_allclose(
        coverage_of_polygons(after, 224, 7), coverage_of_polygons(before, 224, 7), atol=1e-6
    )


@pytest.fixture(scope="module")
def drawn():
    studio = Studio(Recipe(1, 1, 4, 1.0, 4.0, 1.0, 0.5, seed=3))
    return [studio.face(index).scene for index in range(2, 6)]


def seen(drawing, to_image, size):
    image = developed(painted(drawing, to_image, frame(size, size)), drawing.look, 1.0)
    return image.astype(int)


@pytest.mark.parametrize(
    ("box", "attribute"),
    [
        ((94, 132, 130, 154), "Wearing_Lipstick"),
        ((80, 88, 144, 114), "Narrow_Eyes"),
        ((84, 48, 140, 90), "Bangs"),
    ],
)
@pytest.mark.parametrize(("roll", "zoom"), [(0, 1), (30, 1.4), (-30, 0.7), (30, 0.7), (-17, 1.2)])
def test_a_box_lands_on_what_is_drawn_there(drawn, box, attribute, roll, zoom):
    """In photographs that show the face rolled and scaled, and in their aligned crops.

    The feature is where pixels change when it alone is drawn in another way; so nothing but the
    drawing says where it is.
    """
    size = 360
    for drawing in drawn:
        pose = drawing.look.pose
        landmarks = apply(pose.to_face_frame, pose.landmarks)
        middle = landmarks.mean(axis=0)
        to_photograph = similarity(roll, zoom)
        to_photograph[:, 2] = size / 2 - to_photograph[:, :2] @ middle
        other = flipped(drawing, attribute)
        change = seen(drawing, to_photograph, size) - seen(other, to_photograph, size)
        y, x = np.nonzero(np.abs(change).max(axis=2) >= 8)
        feature = np.array([x.mean(), y.mean()])

        on_photograph = apply(to_photograph, landmarks)[None]
        centre = template_box(box, TEMPLATE, on_photograph)[0].mean(axis=0)
        face_on_photograph = zoom * np.hypot(*(landmarks[:2].mean(0) - landmarks[3:].mean(0)))
        cell = CELL * face_on_photograph / (224 / 5.5)  # a cell's part of the face
        assert np.hypot(*(centre - feature)) < cell / 2

        to_crop = alignment(on_photograph, 224, 5.5, ["a face"])
        on_crop = template_box(box, TEMPLATE, apply(to_crop, on_photograph))[0].mean(axis=0)
        assert np.hypot(*(on_crop - apply(to_crop[0], [feature])[0])) < CELL / 2


def test_the_similarity_is_that_of_least_squares():
    rng = np.random.default_rng(2)
    faces = TEMPLATE + rng.normal(0, 8, (20, 5, 2))
    for face, matrix in zip(faces, similarities(TEMPLATE, faces), strict=True):
        found = ((apply(matrix, TEMPLATE) - face) ** 2).sum()
        assert matrix[0, 0] == matrix[1, 1]
        assert matrix[0, 1] == -matrix[1, 0]
        # scipy's fit is of the same kind, in units of the face's extent
        *_, disparity = procrustes(face, TEMPLATE)
        assert found == pytest.approx(disparity * ((face - face.mean(0)) ** 2).sum())


def test_68_points_carry_a_polygon_as_well():
    template = schematic_face()
    moved = similarity(12, 0.4, 112, 100)
    polygon = [(-20, 90), (20, 90), (0, 120)]
    (found,) = template_polygon(polygon, template, [apply(moved, template)])
    np.testing.assert_allclose(found, apply(moved, polygon), atol=1e-9)


def test_landmarks_that_coincide_carry_nothing():
    found = template_box([0, 0, 9, 9], TEMPLATE, [np.full((5, 2), 50.0), TEMPLATE])
    assert np.isnan(found[0]).all()
    np.testing.assert_allclose(found[1], [[0, 0], [9, 0], [9, 9], [0, 9]], atol=1e-9)


@pytest.mark.parametrize("box", [[9, 0, 9, 9], [0, 9, 9, 0], [0, 0, 9], [0, 0, np.nan, 9]])
def test_a_box_without_extent_is_an_error(box):
    with pytest.raises(InputError, match=r"template_box: found the box .* x0 < x1"):
        template_box(box, TEMPLATE, TEMPLATE[None])


@pytest.mark.parametrize(
    ("polygon", "message"),
    [
        ([[0, 0], [1, 1]], r"corners \(2, 2\).*at least three"),
        ([0, 0, 9, 9], r"corners \(4,\)"),
        ([[0, 0], [1, np.inf], [2, 2]], "finite"),
    ],
)
def test_what_is_no_polygon_is_an_error(polygon, message):
    with pytest.raises(InputError, match=message):
        template_polygon(polygon, TEMPLATE, TEMPLATE[None])


def test_landmarks_that_do_not_fit_are_errors():
    with pytest.raises(InputError, match="5 landmarks of the template face and 68 of each"):
        similarities(TEMPLATE, schematic_face()[None])
    with pytest.raises(InputError, match="landmarks of the template face coincide"):
        similarities(np.zeros((5, 2)), TEMPLATE[None])
    with pytest.raises(LandmarksError, match=r"face 1 of 2 .*not finite"):
        similarities(TEMPLATE, [TEMPLATE, TEMPLATE * np.nan])
    for size in (np.nan, np.inf, "224", None):
        with pytest.raises(InputError, match=f"found size {size!r} and scale"):
            template_landmarks(size)
    with pytest.raises(InputError, match="size 0 and scale"):
        template_landmarks(0)


@pytest.mark.parametrize("drawn", ["abc", [[1, 2], [3]], [["a", "b"]] * 3])
def test_what_are_no_numbers_is_an_error(drawn):
    template = template_landmarks()
    for function in (template_box, template_polygon):
        with pytest.raises(InputError, match=f"{function.__name__}: found corners that are"):
            function(drawn, template, [template])
