import cv2
import numpy as np
import pytest

from heed.affact.augmentation import (
    Augmentation,
    Blur,
    Jitter,
    Mirror,
    Normal,
    Temperature,
    augmented_crop,
    draw,
    generator_for,
)
from heed.affact.test_sets import SETS, aligned_set, detected_set, transformed_set
from heed.geometry import affine
from heed.geometry.alignment import LandmarksError, alignment
from heed.geometry.boxes import BoxError

FACE = np.array([[80, 100], [120, 100], [100, 125], [85, 150], [115, 150]], float)
BOXES = np.array([[60, 70, 80, 100], [10, 20, 40, 40], [0, 0, 30, 50]], float)
NAMES = ["a.jpg", "b.jpg", "c.jpg"]
ROWS = [4, 0, 7]


def augmentation(std: float = 1.0, blur: bool = True) -> Augmentation:
    return Augmentation(
        scale=Normal(enabled=True, mean=0, std=0.1 * std),
        angle=Normal(enabled=True, mean=0, std=20 * std),
        shift=Normal(enabled=True, mean=0, std=0.05 * std),
        mirror=Mirror(enabled=True, probability=0.5 * std),
        blur=Blur(enabled=blur, mean=0, std=3 * std),
        gamma=Normal(enabled=True, mean=0, std=std),
        temperature=Temperature(enabled=False, low=1000, high=10000, step=500),
    )


def detected() -> object:
    return detected_set(BOXES, 224, 2.0, NAMES)


def test_there_are_four_sets():
    assert SETS == ("A", "C", "D", "T")


def test_set_a_is_the_alignment_by_landmarks():
    points = np.stack([FACE, FACE * 1.5, FACE + 20])
    found = aligned_set(points, 224, 5.5, NAMES)
    np.testing.assert_array_equal(found.transforms, alignment(points, 224, 5.5, NAMES))
    assert found.size == 224
    assert set(found.jitters) == {Jitter.none}


def test_set_d_by_hand():
    # 80 x 100 at (60, 70), doubled to 160 x 200 about (100, 120), fitted into 224 pixels
    zoom = 224 / 200
    found = detected_set(BOXES[:1], 224, 2.0, NAMES[:1])
    expected = [[zoom, 0, 112 - 100 * zoom], [0, zoom, 112 - 120 * zoom]]
    np.testing.assert_allclose(found.transforms, [expected], atol=1e-12)


def test_set_c_is_set_d_at_another_size():
    c, d = detected_set(BOXES, 256, 2.0, NAMES), detected_set(BOXES, 224, 2.0, NAMES)
    assert c.size == 256
    np.testing.assert_allclose(c.transforms, d.transforms * 256 / 224, atol=1e-9)


def test_set_t_is_set_d_jittered_by_numbers_of_each_row():
    d = detected()
    t = transformed_set(d, augmentation(), 3, ROWS)
    assert t.jitters == tuple(draw(augmentation(), 224, generator_for(3, 0, row)) for row in ROWS)
    np.testing.assert_array_equal(t.alignments, d.alignments)
    for matrix, plain, jitter in zip(t.transforms, d.transforms, t.jitters, strict=True):
        change = affine.compose(matrix, affine.invert(plain))
        assert np.abs(np.linalg.det(change[:, :2])) == pytest.approx(jitter.scale**2)
        assert (np.linalg.det(change[:, :2]) < 0) == jitter.mirror
        # the box's centre is where the shift, and then the mirror, puts it
        x, y = affine.apply(change, [[112, 112]])[0]
        moved = np.array([112, 112]) + jitter.shift
        assert (x, y) == pytest.approx((223 - moved[0] if jitter.mirror else moved[0], moved[1]))


def test_without_jitter_set_t_is_set_d():
    d = detected()
    t = transformed_set(d, augmentation(std=0), 3, ROWS)
    np.testing.assert_allclose(t.transforms, d.transforms, atol=1e-9)


def test_a_step_that_is_switched_off_in_t_leaves_the_others_as_they_are():
    with_blur = transformed_set(detected(), augmentation(), 3, ROWS)
    without = transformed_set(detected(), augmentation(blur=False), 3, ROWS)
    assert all(jitter.sigma > 0 for jitter in with_blur.jitters)
    assert all(jitter.sigma == 0 for jitter in without.jitters)
    np.testing.assert_array_equal(with_blur.transforms, without.transforms)
    assert [j.gamma for j in with_blur.jitters] == [j.gamma for j in without.jitters]


def test_a_face_keeps_its_jitter_when_others_are_left_out():
    everyone = transformed_set(detected(), augmentation(), 3, ROWS)
    some = detected_set(BOXES[[0, 2]], 224, 2.0, ["a.jpg", "c.jpg"])
    fewer = transformed_set(some, augmentation(), 3, [4, 7])
    assert fewer.jitters == (everyone.jitters[0], everyone.jitters[2])
    np.testing.assert_array_equal(fewer.transforms, everyone.transforms[[0, 2]])


def test_another_seed_gives_another_set():
    one = transformed_set(detected(), augmentation(), 3, ROWS)
    other = transformed_set(detected(), augmentation(), 4, ROWS)
    assert not np.isclose(one.transforms, other.transforms).all(axis=(1, 2)).any()


def test_a_disc_is_where_the_transform_says():
    photograph = np.full((260, 240, 3), 90, np.uint8)
    cv2.circle(photograph, (110, 130), 8, (255, 255, 255), -1)
    content = cv2.imencode(".png", photograph)[1].tobytes()
    for test_set in (
        aligned_set(FACE[None], 224, 5.5, ["a"]),
        detected_set(BOXES[:1], 256, 2.0, ["a"]),
        transformed_set(detected_set(BOXES[:1], 224, 2.0, ["a"]), augmentation(), 0, [0]),
    ):
        image = augmented_crop(
            content, test_set.alignments[0], test_set.jitters[0], test_set.size, "a"
        )
        assert image.shape == (test_set.size, test_set.size, 3)
        bright = image[..., 0] > (int(image.min()) + int(image.max())) / 2
        centre = np.argwhere(bright).mean(axis=0)[::-1]
        np.testing.assert_allclose(
            centre, affine.apply(test_set.transforms[0], [[110, 130]])[0], atol=0.3
        )


def test_no_faces_make_an_empty_set():
    empty = detected_set(np.empty((0, 4)), 224, 2.0, [])
    assert empty.transforms.shape == (0, 2, 3)
    assert transformed_set(empty, augmentation(), 0, []).transforms.shape == (0, 2, 3)


def test_rows_for_other_faces_are_an_error():
    with pytest.raises(ValueError, match=r"2 rows for 3 images"):
        transformed_set(detected(), augmentation(), 0, [1, 2])


def test_what_cannot_be_cut_out_is_named():
    with pytest.raises(BoxError, match=r"b\.jpg"):
        detected_set([[1, 2, 3, 4], [1, 2, 0, 4]], 224, 2.0, NAMES)
    with pytest.raises(LandmarksError, match=r"b\.jpg"):
        aligned_set(np.stack([FACE, FACE * 0]), 224, 5.5, NAMES)
