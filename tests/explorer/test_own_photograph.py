"""Images of one's own: turned as EXIF says, cropped as the audit crops, refused with a reason."""

import contextlib
import io
import struct
import zlib

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from heed.base.errors import HeedError, InputError
from heed.explorer import own_photograph
from heed.explorer.own_photograph import MOST_BYTES, oriented, own_crop
from heed.geometry.affine import apply
from heed.geometry.alignment import alignment
from heed.geometry.photograph import crop
from heed.geometry.settings import CropParams
from heed.guidance.template_face import template_landmarks
from heed.synthetic.studio import Recipe, Studio

PARAMS = CropParams(size=96, scale=5.5, fill="nearest", rounding="nearest", reduced_decoding=True)
ORIENTATION = 0x0112
KINDS = ("JPEG", "PNG", "WEBP", "BMP")


@pytest.fixture(scope="module")
def drawn():
    """A photograph of a drawn face, and its landmarks."""
    studio = Studio(Recipe(1, 1, 6, 4.0, 3.0, 1.0, 0.7, seed=5))
    face = studio.face(3)
    return np.asarray(studio.photographs(face)[1]), face.wild_landmarks


def file(pixels, kind="PNG", orientation=None, **options):
    exif = Image.Exif()
    if orientation:
        exif[ORIENTATION] = orientation
    content = io.BytesIO()
    Image.fromarray(pixels).save(content, kind, exif=exif, **options)
    return content.getvalue()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_as_pillow_turns(orientation):
    """Every pixel of a small image gets where Pillow's own function puts it."""
    stored = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)
    shown = np.asarray(
        ImageOps.exif_transpose(Image.open(io.BytesIO(file(stored, orientation=orientation))))
    )
    y, x = np.mgrid[:2, :3]
    points = np.stack([x.ravel(), y.ravel()], axis=1)
    places = apply(oriented(orientation, 3, 2), points).astype(int)
    np.testing.assert_array_equal(shown[places[:, 1], places[:, 0]], stored.reshape(-1, 3))


def test_the_crop_is_that_of_the_annotated_landmarks_but_for_a_few_pixels(drawn):
    """The detector's landmarks in place of the drawing's own."""
    photograph, landmarks = drawn
    found = own_crop(file(photograph), "face.png", PARAMS)
    exact = alignment(landmarks[None], 96, 5.5, ["face.png"])[0]
    assert np.abs(found.landmarks - apply(exact, landmarks)).max() < 5
    assert found.pixels.shape == (96, 96, 3)
    assert "probability" in found.how


def test_the_crop_is_made_as_the_stage_makes_it(drawn, monkeypatch):
    """With the drawing's own landmarks, it has the pixels of heed.geometry.photograph.crop."""
    photograph, landmarks = drawn
    large = cv2.resize(photograph, None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC)
    data = file(large, "JPEG", quality=95)

    class Told:
        def find(self, image):
            scale = np.array(image.shape[1::-1]) / large.shape[1::-1]
            at_large = (landmarks + 0.5) * 4 - 0.5
            points = (at_large + 0.5) * scale - 0.5
            return own_photograph_found(points)

    def own_photograph_found(points):
        from heed.explorer.landmark_detector import FoundFace

        return FoundFace(points, 1.0, 1)

    monkeypatch.setattr(own_photograph, "_detector", Told)
    found = own_crop(data, "large.jpg", PARAMS)
    exact = alignment(((landmarks + 0.5) * 4 - 0.5)[None], 96, 5.5, ["large.jpg"])[0]
    expected = crop(data, exact, 96, "large.jpg", PARAMS.sampling)
    assert np.abs(found.pixels.astype(int) - expected).max() <= 1
    np.testing.assert_allclose(found.landmarks, apply(exact, (landmarks + 0.5) * 4 - 0.5))


@pytest.mark.parametrize("orientation", [3, 6, 8])
def test_a_turned_photograph_gives_the_same_crop(drawn, orientation):
    """The same picture, stored on its side with EXIF that says so.

    Decoded in full: a reduced picture's pixels are blocks that are counted from its first corner.
    """
    photograph, _ = drawn
    params = PARAMS.model_copy(update={"reduced_decoding": False})
    turns = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90,
             8: Image.Transpose.ROTATE_270}  # fmt: skip
    stored = np.asarray(Image.fromarray(photograph).transpose(turns[orientation]))
    upright = own_crop(file(photograph), "upright.png", params)
    found = own_crop(file(stored, orientation=orientation), "turned.png", params)
    np.testing.assert_allclose(found.landmarks, upright.landmarks, atol=1e-6)
    assert np.abs(found.pixels.astype(int) - upright.pixels).max() <= 2
    np.testing.assert_array_equal(found.counted, upright.counted)


def test_a_crop_is_taken_as_it_is(drawn):
    pixels = np.random.default_rng(0).integers(0, 256, (96, 96, 3), np.uint8)
    found = own_crop(file(pixels), "crop.png", PARAMS)
    np.testing.assert_array_equal(found.pixels, pixels)
    np.testing.assert_allclose(found.landmarks, template_landmarks(96))
    assert found.counted.all()
    assert "as it is" in found.how


def test_an_aligned_image_without_a_face_that_is_found():
    found = own_crop(file(np.full((218, 178, 3), 99, np.uint8)), "aligned.png", PARAMS)
    assert "178 x 218" in found.how
    eyes = found.landmarks[:2].mean(axis=0)
    np.testing.assert_allclose(eyes, [48, 0.45 * 96], atol=0.5)


def test_kinds_of_files(drawn):
    photograph, _ = drawn
    for kind in KINDS:
        found = own_crop(file(photograph, kind), f"face.{kind}", PARAMS)
        assert found.pixels.std() > 10
    grey = file(photograph[..., 0])
    assert own_crop(grey, "grey.png", PARAMS).pixels.shape == (96, 96, 3)
    alpha = file(np.dstack([photograph, np.full(photograph.shape[:2], 255, np.uint8)]))
    assert own_crop(alpha, "alpha.png", PARAMS).pixels.shape == (96, 96, 3)


def test_all_levels_of_16_bits_are_seen(drawn, monkeypatch):
    """What the detector is given; Pillow alone makes white of nearly all of them."""
    seen = []
    monkeypatch.setattr(own_photograph._detector(), "find", lambda picture: seen.append(picture))
    levels = np.arange(0, 65536, 256, dtype=np.uint16).repeat(50).reshape(100, 128)
    content = io.BytesIO()
    Image.fromarray(levels).save(content, "PNG")
    with pytest.raises(InputError, match="no face"):
        own_crop(content.getvalue(), "scan.png", PARAMS)
    np.testing.assert_array_equal(seen[0], np.dstack([levels >> 8] * 3))


def png_header(width, height):
    """The start of a PNG that says it is as large as that."""

    def chunk(kind, content):
        body = kind + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no image"),
        (b"GIF89a" + bytes(100), "no image"),
        (b"%PDF-1.7", "no image"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no image"),
        (bytes(MOST_BYTES + 1), "30 MB"),
        (png_header(10_000, 10_000), "10000 x 10000"),
        (png_header(60_000, 60_000), "million"),
        (png_header(300, 300), "damaged"),
        (file(np.zeros((120, 120, 3), np.uint8)), "no face"),
        (file(np.zeros((3, 500, 3), np.uint8)), "no face"),
    ],
)
def test_what_cannot_be_explained_is_said(data, said):
    with pytest.raises(InputError, match=said) as refused:
        own_crop(data, "mine.jpg", PARAMS)
    assert "mine.jpg" in str(refused.value)


def test_half_a_file(drawn):
    for kind in ("JPEG", "PNG", "WEBP"):
        data = file(drawn[0], kind)
        with pytest.raises(InputError, match=r"mine\.jpg"):
            own_crop(data[: len(data) // 2], "mine.jpg", PARAMS)


@given(
    st.binary(max_size=300), st.integers(0, 400), st.sampled_from(["JPEG", "PNG", "WEBP", "BMP"])
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_file_makes_it_fail_otherwise(noise, place, kind):
    """Bytes of noise written into an image: it is explained, or refused in words."""
    data = bytearray(file(np.full((96, 96, 3), 80, np.uint8), kind))
    data[place : place + len(noise)] = noise
    with contextlib.suppress(HeedError):
        assert own_crop(bytes(data), "noise", PARAMS).pixels.shape == (96, 96, 3)
