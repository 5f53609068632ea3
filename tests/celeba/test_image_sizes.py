"""Whether landmarks fit their images: on the sizes and landmarks that drawn photographs have."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from heed.celeba.image_sizes import (
    Photographs,
    check_aligned_sizes,
    check_photographs,
    scaled_boxes,
    scaled_points,
    scales,
)
from heed.celeba.messages import LayoutError
from heed.synthetic.frames import face_box, wild_frame
from heed.synthetic.pose import LandmarkDistribution, pose

FOLDER = Path("img")


def photographs(count: int = 200):
    """Names, sizes, landmarks and boxes of photographs as they are drawn."""
    rng = np.random.default_rng(0)
    distribution = LandmarkDistribution()
    sizes, points, boxes = [], [], []
    for number in range(count):
        drawn = pose(distribution.draw(rng, frontal=number % 3 > 0))
        frame = wild_frame(rng, drawn)
        sizes.append((frame.width, frame.height))
        points.append(
            (drawn.aligned + np.array([39, 19])) @ frame.matrix[:, :2].T + frame.matrix[:, 2]
        )
        boxes.append(face_box(frame, drawn))
    names = [f"{number}.jpg" for number in range(count)]
    return names, np.array(sizes, np.int32), np.array(points), np.array(boxes, float)


NAMES, SIZES, POINTS, BOXES = photographs()


def of(names, sizes, landmark_size=None) -> Photographs:
    return Photographs(FOLDER, names, sizes, landmark_size, lambda name: f"l.txt, line 7 ({name})")


def resized(rule) -> np.ndarray:
    return np.rint([rule(*size) for size in SIZES]).astype(np.int32)


def test_photographs_as_taken_pass():
    assert check_photographs(of(NAMES, SIZES), POINTS, BOXES) == []
    assert check_photographs(of(NAMES, SIZES), POINTS, None) == []


def to_side(side: float, choose):
    """Scale a photograph so that its longer or shorter side has a length."""
    return lambda width, height: (
        width * side / choose(width, height),
        height * side / choose(width, height),
    )


RESIZED = {
    "half": lambda width, height: (width / 2, height / 2),
    "a quarter": lambda width, height: (width / 4, height / 4),
    "double": lambda width, height: (2 * width, 2 * height),
    "three quarters": lambda width, height: (0.75 * width, 0.75 * height),
    "a quarter more": lambda width, height: (1.3 * width, 1.3 * height),
    "256x256": lambda width, height: (256, 256),
    "512x512": lambda width, height: (512, 512),
    "400x400": lambda width, height: (400, 400),  # in the middle of the sizes they had
    "1024x1024": lambda width, height: (1024, 1024),
    "178x218": lambda width, height: (178, 218),
    "longer side 256": to_side(256, max),
    "longer side 420": to_side(420, max),
    "shorter side 380": to_side(380, min),
    "width 390": lambda width, height: (390, height * 390 / width),
    "turned": lambda width, height: (height / 2, width / 2),
}


@pytest.mark.parametrize("boxes", [BOXES, None])
@pytest.mark.parametrize("rule", RESIZED)
def test_resized_photographs_are_refused(rule, boxes):
    with pytest.raises(LayoutError, match=r"^img: found .*expected photographs as taken") as error:
        check_photographs(of(NAMES, resized(RESIZED[rule])), POINTS, boxes)
    assert ".jpg of " in str(error.value)


def test_aligned_images_among_the_photographs():
    sizes = SIZES.copy()
    sizes[50:] = (178, 218)
    with pytest.raises(
        LayoutError, match=r"found 50\.jpg of 178x218 pixels, and 150 of 200 images"
    ):
        check_photographs(of(NAMES, sizes), POINTS, BOXES)


def test_some_resized_ones_are_refused():
    sizes = SIZES.copy()
    sizes[20:40] //= 2
    with pytest.raises(LayoutError, match=r"found landmarks outside the image in \d+ of 200"):
        check_photographs(of(NAMES, sizes), POINTS, None)


def test_boxes_alone_show_it():
    with pytest.raises(LayoutError, match="the middle of the box outside the image"):
        check_photographs(of(NAMES, SIZES), POINTS, BOXES * 2)


def test_a_box_without_extent_says_nothing():
    boxes = BOXES.copy()
    boxes[:50] = 0
    boxes[:50, 0] = -9
    assert check_photographs(of(NAMES, SIZES), POINTS, boxes) == []


def test_one_thumbnail_is_refused_and_one_face_at_the_edge_is_named():
    points = POINTS.copy()
    points[3, 4] = SIZES[3] + 1
    notes = check_photographs(of(NAMES, SIZES), points, BOXES)
    assert notes == ["1 face with landmarks outside the image (3.jpg)"]
    sizes = SIZES.copy()
    sizes[5] //= 8
    with pytest.raises(LayoutError, match=r"outside the image in 1 of 200 images, first 5\.jpg"):
        check_photographs(of(NAMES, sizes), POINTS, BOXES)


FEW = [20, 49, 200]


@pytest.mark.parametrize("count", FEW)
def test_one_wrong_row_or_image_is_not_blamed_on_all(count):
    names, sizes, points, boxes = NAMES[:count], SIZES[:count], POINTS[:count], BOXES[:count]
    odd = points.copy()
    odd[3, 4, 0] = sizes[3, 0] + 1  # one landmark of one face, by one pixel
    notes = check_photographs(of(names, sizes), odd, boxes)
    assert notes == ["1 face with landmarks outside the image (3.jpg)"]
    far = points.copy()
    far[3] += 5000
    aligned = sizes.copy()
    aligned[3] = np.maximum(1, points[3].min(axis=0) - 2)  # a small image: nothing of the face
    for wrong_sizes, wrong_points in ((sizes, far), (aligned, points)):
        with pytest.raises(LayoutError) as error:
            check_photographs(of(names, wrong_sizes), wrong_points, boxes)
        text = str(error.value)
        assert f"outside the image in 1 of {count} images, first 3.jpg of " in text
        assert "This image or its row in l.txt, line 7 (3.jpg), is wrong" in text
        assert "resized" not in text
        assert "landmark_size" not in text


def test_a_size_that_photographs_do_not_need_is_to_be_taken_away():
    """The photographs are fine; the landmarks are spoilt by the size that was named."""
    for size in ((178, 218), (1280, 960)):
        points = scaled_points(POINTS, SIZES / np.array(size))
        with pytest.raises(LayoutError) as error:
            check_photographs(of(NAMES, SIZES, size), points, None)
        text = str(error.value)
        assert f"scaled from {size[0]}x{size[1]}, data.landmark_size in params.yaml" in text
        assert "set it to null if these are CelebA's own photographs" in text
        assert "resized" not in text


def test_a_size_so_large_that_landmarks_crowd_the_corner():
    points = scaled_points(POINTS, SIZES / np.array([3000, 3000]))
    with pytest.raises(LayoutError, match=r"found the median nose at \d+% of the width in 200 of"):
        check_photographs(of(NAMES, SIZES, (3000, 3000)), points, None)


@pytest.mark.parametrize("count", [1, 3, 12])
def test_few_photographs_pass(count):
    for start in range(0, 200 - count, count):
        some = slice(start, start + count)
        check_photographs(of(NAMES[some], SIZES[some]), POINTS[some], BOXES[some])


ALIGNED = np.tile(np.array([178, 218], np.int32), (5, 1))


def test_aligned_sizes():
    check_aligned_sizes(FOLDER, NAMES[:5], ALIGNED)
    sizes = ALIGNED.copy()
    sizes[3] = (178, 217)
    with pytest.raises(LayoutError) as error:
        check_aligned_sizes(FOLDER, NAMES[:5], sizes)
    assert str(error.value).startswith(
        "img: found 3.jpg of 178x217 pixels, and 1 of 5 images so; expected 178x218, the size that"
    )
    assert "set data.landmark_size: 178x218 in params.yaml" in str(error.value)


@pytest.mark.parametrize("size", [(128, 128), (178, 178), (1024, 1024), (218, 218)])
def test_aligned_images_of_another_shape_may_be_cut(size):
    with pytest.raises(LayoutError) as error:
        check_aligned_sizes(FOLDER, NAMES[:5], np.full((5, 2), size, np.int32))
    text = str(error.value)
    assert f"{size[0]}x{size[1]} has not the shape of 178x218. If the images were cut or" in text
    assert "the landmarks do not fit them at all" in text
    assert "Only if each whole image was stretched to this size, set data.landmark_size" in text


@pytest.mark.parametrize("size", [(89, 109), (99, 121), (356, 436)])
def test_aligned_images_of_the_same_shape_are_larger_or_smaller(size):
    with pytest.raises(LayoutError, match=r"larger or smaller, set data\.landmark_size: 178x2"):
        check_aligned_sizes(FOLDER, NAMES[:5], np.full((5, 2), size, np.int32))


def test_aligned_images_that_were_turned():
    with pytest.raises(LayoutError, match=r"found 0\.jpg of 218x178 .*5 of 5.*: turn them back"):
        check_aligned_sizes(FOLDER, NAMES[:5], ALIGNED[:, ::-1])
    sizes = np.concatenate([ALIGNED, ALIGNED[:1, ::-1]])
    with pytest.raises(LayoutError, match=r"found 5\.jpg of 218x178 .*1 of 6.*: turn them back"):
        scales(FOLDER, NAMES[:6], sizes, (178, 218))


def test_scales_and_what_the_summary_says():
    factors, notes = scales(FOLDER, NAMES[:5], ALIGNED, (178, 218))
    assert (factors == 1).all()
    assert notes == []
    factors, notes = scales(FOLDER, NAMES[:5], ALIGNED // 2, (178, 218))
    assert (factors == 0.5).all()
    assert notes == ["landmarks scaled from 178x218 to 89x109"]
    square = np.full((5, 2), 1024, np.int32)
    square[2] = (178, 218)
    factors, notes = scales(FOLDER, NAMES[:5], square, (178, 218))
    np.testing.assert_allclose(factors[[0, 2]], [[1024 / 178, 1024 / 218], [1, 1]])
    assert notes == [
        "landmarks scaled from 178x218 to each image's size",
        "1 image is not 1024x1024 (2.jpg of 178x218)",
        "faces are stretched in 4 images: 0.jpg is 1.22 times as wide for its height as its "
        "landmarks say",
    ]


def test_rounding_to_whole_pixels_is_no_stretch():
    _, notes = scales(FOLDER, NAMES[:1], np.array([[99, 121]], np.int32), (178, 218))
    assert notes == ["landmarks scaled from 178x218 to 99x121"]


@pytest.mark.parametrize("size", [(89, 109), (1024, 1024), (356, 436), (267, 327)])
def test_scaled_landmarks_are_where_the_resized_dot_is(size):
    """Pillow resizes an image with a bright blot; its centre of mass is the oracle."""
    rows, columns = np.mgrid[:218, :178]
    x, y = 69, 111
    blot = 255 * np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * 4.0**2))
    image = Image.fromarray(blot.astype(np.float32)).resize(size, Image.Resampling.BILINEAR)
    light = np.asarray(image, float)
    rows, columns = np.mgrid[: size[1], : size[0]]
    found = [(columns * light).sum() / light.sum(), (rows * light).sum() / light.sum()]
    factors = np.array([size]) / np.array([178, 218])
    scaled = scaled_points(np.array([[[x, y]]], float), factors)[0, 0]
    np.testing.assert_allclose(scaled, found, atol=0.02)


def test_scaled_boxes_cover_the_same_share():
    boxes = scaled_boxes(np.array([[10.0, 20, 30, 40]]), np.array([[2.0, 3.0]]))
    assert boxes.tolist() == [[20, 60, 60, 120]]
