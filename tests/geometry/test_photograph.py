import io

import cv2
import numpy as np
import pytest
from PIL import Image

from heed.geometry import affine
from heed.geometry.alignment import alignment
from heed.geometry.filling import inside
from heed.geometry.photograph import (
    PhotographError,
    crop,
    decode,
    dimensions,
    reduced,
    reduction_for,
    warp,
)
from heed.geometry.sampling import Sampling


def smooth_photograph(width: int, height: int, seed: int = 0) -> np.ndarray:
    """Noise without detail finer than about 25 pixels."""
    noise = np.random.default_rng(seed).uniform(0, 255, (height, width, 3)).astype(np.float32)
    soft = cv2.GaussianBlur(noise, (0, 0), 12)
    return cv2.normalize(soft, None, 0, 255, cv2.NORM_MINMAX).astype(np.uint8)


def jpeg(image: np.ndarray, **options) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "JPEG", quality=98, subsampling=0, **options)
    return buffer.getvalue()


def bilinear(image: np.ndarray, transform: np.ndarray, size: int) -> np.ndarray:
    """The definition, pixel by pixel: four neighbours, coordinates beyond the edge clamped."""
    height, width = image.shape[:2]
    back = affine.invert(transform)
    out = np.zeros((size, size, image.shape[2]))
    for v in range(size):
        for u in range(size):
            x, y = affine.apply(back, [[u, v]])[0]
            x0, y0 = int(np.floor(x)), int(np.floor(y))
            for dy in (0, 1):
                for dx in (0, 1):
                    weight = (1 - abs(x - x0 - dx)) * (1 - abs(y - y0 - dy))
                    row = min(max(y0 + dy, 0), height - 1)
                    column = min(max(x0 + dx, 0), width - 1)
                    out[v, u] += weight * image[row, column]
    return out


def test_warp_is_bilinear_sampling_with_the_nearest_edge_outside():
    image = smooth_photograph(50, 40)
    transform = np.array([[0.8, 0.3, 2.0], [-0.3, 0.8, 20.0]])  # reaches beyond all edges
    expected = bilinear(image, transform, 64)
    assert np.abs(warp(image, transform, 64) - expected).max() <= 2


def test_rounding_down_is_the_floor_of_the_sampled_value():
    image = smooth_photograph(90, 80)
    transform = np.array([[1.237, 0.1, -20.0], [-0.1, 1.237, -5.0]])
    exact = bilinear(image, transform, 64)
    down = warp(image, transform, 64, Sampling(rounding="down"))
    nearest = warp(image, transform, 64)
    # OpenCV samples at 1/32 of a pixel, which moves a value of this picture by less than .4.
    assert np.abs(down + 0.5 - exact).max() < 0.5 + 0.4
    assert np.abs(nearest - exact).max() < 0.5 + 0.4
    assert -0.55 < (down - exact).mean() < -0.45
    whole = warp(image, [[1, 0, -3], [0, 1, -5]], 32, Sampling(rounding="down"))
    np.testing.assert_array_equal(whole, image[5:37, 3:35])


def test_columns_are_filled_and_the_rest_is_as_before():
    image = smooth_photograph(50, 40)
    transform = alignment([[[20, 18], [30, 24], [24, 25], [18, 29], [25, 33]]], 64, 5.5, ["a.jpg"])[
        0
    ]
    known = inside(transform, 50, 40, 64)
    filled, nearest = (
        warp(image, transform, 64, Sampling(fill="columns")),
        warp(image, transform, 64),
    )
    np.testing.assert_array_equal(filled[known], nearest[known])
    assert np.abs(filled[~known].astype(int) - nearest[~known]).max() > 5
    content, away = jpeg(image), [[1, 0, -500], [0, 1, 0]]
    with pytest.raises(PhotographError, match=r"a\.jpg: the crop lies beyond the photograph"):
        crop(content, away, 64, "a.jpg", Sampling(fill="columns"))


def test_large_jpegs_are_decoded_whole_when_told_so():
    image = smooth_photograph(800, 800)
    transform = [[0.1, 0, 0], [0, 0.1, 0]]
    content = jpeg(image)
    whole = crop(content, transform, 64, "a.jpg", Sampling(reduced_decoding=False))
    np.testing.assert_array_equal(whole, warp(decode(content, "a.jpg"), transform, 64))
    assert (whole != crop(content, transform, 64, "a.jpg")).any()


def test_whole_pixel_shift_is_exact():
    image = smooth_photograph(40, 40)
    square = warp(image, [[1, 0, -3], [0, 1, -5]], 32)
    np.testing.assert_array_equal(square, image[5:37, 3:35])


@pytest.mark.parametrize(
    ("zoom", "expected"),
    [(2, 1), (1, 1), (0.51, 1), (0.5, 2), (0.26, 2), (0.25, 4), (0.125, 8), (0.01, 8)],
)
def test_reduction_never_enlarges_in_the_warp(zoom, expected):
    angle = 0.4
    linear = zoom * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    # a hair below, as the determinant of a rotation is not exact
    assert reduction_for(np.c_[linear * (1 - 1e-12), [0, 0]]) == expected


def displacement(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """(x, y) by which ``other`` is shifted against ``one``, to first order by least squares."""
    dy, dx = np.gradient(one, axis=(0, 1))
    slopes = np.stack([-dx.ravel(), -dy.ravel()], axis=1)
    return np.linalg.lstsq(slopes, (other - one).ravel(), rcond=None)[0]


@pytest.mark.parametrize("factor", [2, 4, 8])
def test_a_zoom_of_a_whole_fraction_is_decoded_at_it(factor):
    assert reduction_for([[1 / factor, 0, 3.5], [0, 1 / factor, -2]]) == factor


@pytest.mark.parametrize("reduction", [2, 4, 8])
def test_reduced_decoding_shows_the_same_crop_at_the_same_place(reduction):
    content = jpeg(smooth_photograph(1603, 2001))  # no multiples of 8
    distance = 224 / 5.5 * reduction * 1.2  # of eyes and mouth
    face = np.array([[-0.5, 0], [0.5, 0.1], [0, 0.5], [-0.4, 1], [0.4, 1.1]]) * distance
    transform = alignment(face[None] + np.array([800, 950]), 224, 5.5, ["face"])[0]
    assert reduction_for(transform) == reduction

    full = warp(decode(content, "face"), transform, 224).astype(float)
    small = decode(content, "face", reduction)
    assert small.shape[:2] == (-(-2001 // reduction), -(-1603 // reduction))
    shown = warp(small, reduced(transform, reduction), 224).astype(float)
    assert np.abs(full - shown).mean() < 2.5
    assert np.hypot(*displacement(full, shown)) < 0.01
    naive = affine.compose(transform, [[reduction, 0, 0], [0, reduction, 0]])
    off = displacement(full, warp(small, naive, 224).astype(float))
    assert np.hypot(*off) > 0.2  # what leaving out the half pixel would do


def test_colours_are_rgb():
    red = np.zeros((16, 16, 3), np.uint8)
    red[..., 0] = 250
    assert decode(jpeg(red), "red").mean(axis=(0, 1)).round() == pytest.approx([250, 0, 0], abs=3)


def test_exif_orientation_is_ignored():
    image = smooth_photograph(60, 30)
    exif = Image.Exif()
    exif[0x0112] = 6  # "turn me by 90 degrees"
    content = jpeg(image, exif=exif)
    assert dimensions(content, "turned") == (60, 30)
    for reduction in (1, 2):
        assert decode(content, "turned", reduction).shape == (30 // reduction, 60 // reduction, 3)


def test_grey_png_becomes_three_equal_channels():
    buffer = io.BytesIO()
    Image.fromarray(smooth_photograph(20, 10)[..., 0]).save(buffer, "PNG")
    image = decode(buffer.getvalue(), "grey")
    assert image.shape == (10, 20, 3)
    np.testing.assert_array_equal(image[..., 0], image[..., 2])


@pytest.mark.parametrize("content", [b"", b"<html>not found</html>", b"\xff\xd8\xff"])
def test_what_is_no_image_is_an_error_that_names_the_file(content):
    with pytest.raises(PhotographError, match=r"Img/7\.jpg: found \d+ bytes.*copy the file again"):
        crop(content, np.eye(2, 3), 32, "Img/7.jpg")
    with pytest.raises(PhotographError, match=r"Img/7\.jpg"):
        dimensions(content, "Img/7.jpg")


def test_a_truncated_file_is_an_error_not_a_half_grey_face():
    content = jpeg(smooth_photograph(300, 300))
    with pytest.raises(PhotographError, match=r"7\.jpg"):
        decode(content[: len(content) * 2 // 3], "7.jpg")
