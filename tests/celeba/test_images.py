"""Widths and heights from headers, with Pillow as the oracle; and the cache."""

import io
import os
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from heed.celeba.images import pixel_sizes, scan
from heed.celeba.messages import LayoutError
from tests.places import SHARED


def encoded(size=(90, 70), mode="RGB", kind="JPEG", **options) -> bytes:
    noise = np.random.default_rng(0).integers(0, 256, (*size[::-1], 3), np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(noise).convert(mode).save(buffer, kind, **options)
    return buffer.getvalue()


def exif(orientation: int, filler: int = 0) -> Image.Exif:
    content = Image.Exif()
    content[0x0112] = orientation
    content[0x010E] = "x" * filler  # the description
    return content


def with_segments(jpeg: bytes, count: int) -> bytes:
    """The JPEG with that many of the largest application segments before all others."""
    segment = b"\xff\xe2\xff\xff" + b"\xff\xc0" * ((0xFFFF - 2) // 2) + b"\0"
    return jpeg[:2] + segment * count + jpeg[2:]


FORMS = {
    "jpeg": encoded(),
    "progressive": encoded(progressive=True),
    "optimised": encoded(optimize=True, quality=95, subsampling=0),
    "grey": encoded(mode="L"),
    "CMYK": encoded(mode="CMYK"),
    "turned by EXIF": encoded(exif=exif(6)),
    "large EXIF": encoded(exif=exif(8, 60_000)),
    "large segments": with_segments(encoded(), 40),
    "colour profile": encoded(icc_profile=b"\xff\xc0" * 100_000),
    "comment": encoded(comment=b"\xff\xc0\x00\x11\x08" * 99),
    "one pixel": encoded(size=(1, 1)),
    "wide": encoded(size=(40_000, 1)),
    "png": encoded(kind="PNG"),
    "png with a palette": encoded(mode="P", kind="PNG"),
    "png of one bit": encoded(mode="1", kind="PNG"),
    "png of 16 bits": encoded(mode="I;16", kind="PNG"),
    "png with transparency": encoded(mode="RGBA", kind="PNG"),
}


@pytest.mark.parametrize("form", FORMS)
def test_widths_and_heights_are_pillows(tmp_path, form):
    path = tmp_path / ("1.png" if form.startswith("png") else "1.jpg")
    path.write_bytes(FORMS[form])
    with Image.open(path) as image:
        expected = image.size
    sizes = pixel_sizes(scan(tmp_path))
    assert sizes.tolist() == [list(expected)]
    assert sizes.dtype == np.int32


def test_real_images():
    folder = SHARED / "celeba-sample/Img/img_align_celeba"
    if not folder.exists():
        pytest.skip("the sample of CelebA is not part of this repository")
    files = scan(folder)
    assert len(files) == 2400
    assert (pixel_sizes(files) == (178, 218)).all()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xd8\xff",
        FORMS["jpeg"][:100],
        FORMS["png"][:20],
        b"\xff\xd8\xff" + bytes(600),
        b"version https://git-lfs.github.com/spec/v1\n",
        b"<html>" + b" " * 900,
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\xff" * 8 + b"\x08\x02\0\0\0",
    ],
)
def test_what_is_no_image_is_named(tmp_path, content):
    (tmp_path / "1.jpg").write_bytes(FORMS["jpeg"])
    (tmp_path / "2.jpg").write_bytes(content)
    with pytest.raises(LayoutError) as error:
        pixel_sizes(scan(tmp_path))
    assert f"{tmp_path / '2.jpg'}: found {len(content)} bytes that are no image" in str(error.value)


OTHER_FORMATS = {
    "a GIF": encoded(kind="GIF"),
    "a WebP": encoded(kind="WEBP"),
    "a BMP": encoded(kind="BMP"),
    "a TIFF": encoded(kind="TIFF"),
    "a JPEG 2000": encoded(kind="JPEG2000"),
    "a PNM": encoded(kind="PPM"),
    "an SVG": b'<?xml version="1.0"?>\n<svg width="178" height="218" '
    b'xmlns="http://www.w3.org/2000/svg"></svg>\n',
}


@pytest.mark.parametrize("suffix", [".jpg", ".png"])
@pytest.mark.parametrize("name", OTHER_FORMATS)
def test_images_of_other_formats_are_named_whatever_their_suffix(tmp_path, name, suffix):
    path = tmp_path / f"1{suffix}"
    path.write_bytes(OTHER_FORMATS[name])
    with pytest.raises(LayoutError) as error:
        pixel_sizes(scan(tmp_path))
    assert f"{path}: found {name}; expected a JPEG or PNG" in str(error.value)


@pytest.mark.parametrize(("kind", "suffix"), [("PNG", ".jpg"), ("JPEG", ".png")])
def test_jpeg_and_png_may_have_each_others_suffix(tmp_path, kind, suffix):
    (tmp_path / f"1{suffix}").write_bytes(encoded(kind=kind))
    assert pixel_sizes(scan(tmp_path)).tolist() == [[90, 70]]


def test_an_image_that_may_not_be_read(tmp_path):
    (tmp_path / "1.jpg").write_bytes(FORMS["jpeg"])
    files = scan(tmp_path)
    (tmp_path / "1.jpg").unlink()  # for root, permissions would not do
    with pytest.raises(LayoutError, match=r"1\.jpg: found a file that cannot be read \(No such"):
        pixel_sizes(files)


def test_scan_sorts_and_leaves_out_what_is_no_image(tmp_path):
    for name in ("b.jpg", "a.PNG", "C.jpeg", "Thumbs.db", "list.txt", "noext"):
        (tmp_path / name).write_bytes(name.encode())
    (tmp_path / "d.jpg").symlink_to("nowhere.jpg")
    (tmp_path / "e.jpg").mkdir()
    os.utime(tmp_path / "b.jpg", ns=(5, 1_700_000_000_123_456_789))
    files = scan(tmp_path)
    assert files.names.to_pylist() == sorted(["b.jpg", "a.PNG", "C.jpeg"])
    assert files.stems.to_pylist() == ["C", "a", "b"]
    assert files.bytes.tolist() == [6, 5, 5]
    assert files.times[2] == 1_700_000_000_123_456_789


def test_a_name_that_is_no_text_is_kept_apart(tmp_path):
    (tmp_path / "1.jpg").touch()
    try:
        Path(os.fsdecode(bytes(tmp_path) + b"/\xe4.jpg")).touch()
    except OSError:
        pytest.skip("this file system has no such names")
    assert sorted(scan(tmp_path).names.to_pylist()) == ["1.jpg", "\\udce4.jpg"]


@pytest.fixture
def folder(tmp_path) -> Path:
    folder = tmp_path / "images"
    folder.mkdir()
    for number in range(1, 6):
        (folder / f"{number}.jpg").write_bytes(encoded(size=(10 * number, 7)))
    return folder


def spoil(path: Path, *, touch: bool) -> None:
    """Replace an image by as many other bytes; without ``touch`` it keeps its time."""
    status = path.stat()
    path.write_bytes(bytes(status.st_size))
    os.utime(path, ns=(0, status.st_mtime_ns + touch))


def test_what_was_read_once_is_not_read_again(folder, tmp_path):
    cache = tmp_path / "headers.parquet"
    first = pixel_sizes(scan(folder), cache)
    assert first.tolist() == [[10 * number, 7] for number in range(1, 6)]
    for path in folder.iterdir():
        spoil(path, touch=False)
    content = cache.read_bytes()
    np.testing.assert_array_equal(pixel_sizes(scan(folder), cache), first)
    assert cache.read_bytes() == content
    spoil(folder / "3.jpg", touch=True)
    with pytest.raises(LayoutError, match=r"3\.jpg: found .* no image"):
        pixel_sizes(scan(folder), cache)


def test_another_number_of_bytes_is_a_change_whatever_the_time(folder, tmp_path):
    cache = tmp_path / "headers.parquet"
    pixel_sizes(scan(folder), cache)
    time = (folder / "2.jpg").stat().st_mtime_ns
    (folder / "2.jpg").write_bytes(encoded(size=(33, 44)))
    os.utime(folder / "2.jpg", ns=(time, time))
    assert pixel_sizes(scan(folder), cache)[1].tolist() == [33, 44]


def test_only_what_changed_is_read(folder, tmp_path):
    cache = tmp_path / "headers.parquet"
    pixel_sizes(scan(folder), cache)
    for number in (1, 2, 4):
        spoil(folder / f"{number}.jpg", touch=False)
    (folder / "3.jpg").write_bytes(encoded(size=(33, 44)))
    (folder / "5.jpg").unlink()
    (folder / "0.jpg").write_bytes(encoded(size=(3, 4)))
    expected = [[3, 4], [10, 7], [20, 7], [33, 44], [40, 7]]
    assert pixel_sizes(scan(folder), cache).tolist() == expected
    spoil(folder / "0.jpg", touch=False)
    assert pixel_sizes(scan(folder), cache).tolist() == expected  # the new ones are kept too


def changed(table: pa.Table, name: str, values: pa.Array) -> pa.Table:
    return table.set_column(table.schema.get_field_index(name), name, values)


DAMAGE = {
    "cut": lambda cache: cache.write_bytes(cache.read_bytes()[:-20]),
    "empty": lambda cache: cache.write_bytes(b""),
    "text": lambda cache: cache.write_text("width,height\n"),
    "a folder": lambda cache: (cache.unlink(), cache.mkdir()),
    "no rows": lambda cache: pq.write_table(pq.read_table(cache)[:0], cache),
    "no column": lambda cache: pq.write_table(pq.read_table(cache).drop(["width"]), cache),
    "other types": lambda cache: pq.write_table(
        changed(pq.read_table(cache), "width", pa.array(["x"] * 5)), cache
    ),
    "nulls": lambda cache: pq.write_table(
        changed(pq.read_table(cache), "width", pa.array([None] * 5, pa.int32())), cache
    ),
    "zeros": lambda cache: pq.write_table(
        changed(pq.read_table(cache), "width", pa.array([0, -1, 0, 9_999_999, 0], pa.int32())),
        cache,
    ),
    "another folder": lambda cache: pq.write_table(
        pq.read_table(cache).replace_schema_metadata({"folder": "/elsewhere"}), cache
    ),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_cache_is_made_anew(folder, tmp_path, damage):
    cache = tmp_path / "headers.parquet"
    first = pixel_sizes(scan(folder), cache)
    content = cache.read_bytes()
    DAMAGE[damage](cache)
    np.testing.assert_array_equal(pixel_sizes(scan(folder), cache), first)
    assert cache.read_bytes() == content


def test_a_cache_that_cannot_be_written_is_done_without(folder, tmp_path):
    (tmp_path / "file").touch()
    assert len(pixel_sizes(scan(folder), tmp_path / "file" / "headers.parquet")) == 5
