import numpy as np

from heed.detection.detection import Detection
from heed.detection.fallback import face_boxes, summary

IMAGES = ["a.jpg", "b.jpg", "c.jpg", "d.jpg"]
FOUND = Detection(np.array([1.5, 2, 30, 40]), 0.98)
CELEBA = np.array([[10, 20, 30, 40], [50, 60, 70, 80], [np.nan] * 4, [1, 2, np.nan, 4]], float)


def test_celebas_box_stands_in_for_the_detectors():
    table = face_boxes(IMAGES, [FOUND, None, None, FOUND], CELEBA)
    assert list(table.columns) == ["image", "x", "y", "width", "height", "probability", "source"]
    assert table.image.tolist() == IMAGES
    assert table.source.tolist() == ["detector", "celeba", "none", "detector"]
    boxes = table[["x", "y", "width", "height"]].to_numpy()
    np.testing.assert_array_equal(
        boxes, [[1.5, 2, 30, 40], [50, 60, 70, 80], [np.nan] * 4, [1.5, 2, 30, 40]]
    )
    np.testing.assert_array_equal(table.probability, [0.98, np.nan, np.nan, 0.98])


def test_each_kind_is_counted():
    text = summary(face_boxes(IMAGES, [FOUND, None, None, FOUND], CELEBA))
    assert "detected in 2 of 4 images (50.00%)" in text
    assert "1 have CelebA's box" in text
    assert "1 have none" in text


def test_a_box_that_is_there_in_part_is_no_box():
    assert face_boxes(IMAGES, [None] * 4, CELEBA).source.tolist()[2:] == ["none", "none"]


def test_without_boxes_by_celeba_there_is_no_stand_in():
    table = face_boxes(IMAGES, [None, FOUND, None, None], None)
    assert table.source.tolist() == ["none", "detector", "none", "none"]
    assert table.x.isna().tolist() == [True, False, True, True]


def test_no_faces():
    table = face_boxes([], [], np.empty((0, 4)))
    assert len(table) == 0
    assert table[["x", "y", "width", "height", "probability"]].dtypes.eq(np.float64).all()
    assert summary(table).startswith("faces detected in 0 of 0 images;")
