"""The image files of a folder: their names, bytes, times, and widths and heights.

A width and height is read from the file's header, nothing is decoded. What was read once is
kept in a cache, and read again only for a file whose number of bytes or time of change is
another.
"""

import contextlib
import os
import re
from dataclasses import dataclass
from functools import cached_property
from multiprocessing.pool import ThreadPool
from pathlib import Path
from typing import Final

import imagesize
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from heed.base.files import written_whole
from heed.celeba.layout import IMAGE_SUFFIXES
from heed.celeba.messages import LayoutError

_THREADS: Final = 8
"""Reading headers waits for the disk or the network more than it computes."""

_LARGEST_SIDE: Final = 1_000_000  # more is no image, but a header of noise
_START: Final = 256  # bytes that tell the format
_OWN_STARTS: Final = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
_OTHER_FORMATS: Final = {
    "a GIF": re.compile(rb"GIF8"),
    "a WebP": re.compile(rb"RIFF....WEBP", re.DOTALL),
    "a BMP": re.compile(rb"BM.{12}[\x0c-\x7c]\0\0\0", re.DOTALL),
    "a TIFF": re.compile(rb"II[*+]\0|MM\0[*+]"),
    "a JPEG 2000": re.compile(rb"\0\0\0\x0cjP  |\xff\x4f\xff\x51"),
    "a JPEG XL": re.compile(rb"\0\0\0\x0cJXL |\xff\x0a"),
    "an AVIF or HEIC": re.compile(rb"....ftyp(?:avi|hei|hev|mif|msf)", re.DOTALL),
    "a PNM": re.compile(rb"P[1-7]\s"),
    "an SVG": re.compile(rb"\s*(?:\xef\xbb\xbf)?(?:<\?xml.*|<!--.*)?<svg", re.DOTALL),
}
"""Formats that other programs would open under any name, by how they begin."""

_FOLDER: Final = b"folder"
_SCHEMA: Final = pa.schema(
    [
        ("name", pa.string()),
        ("bytes", pa.int64()),
        ("time", pa.int64()),
        ("width", pa.int32()),
        ("height", pa.int32()),
    ]
)


@dataclass(frozen=True)
class ImageFiles:
    """The image files of one folder, sorted by name.

    Attributes:
        folder: where they are.
        names: (N) file names.
        bytes: (N) int64 lengths of the files.
        times: (N) int64 last change in nanoseconds since 1970.
    """

    folder: Path
    names: pa.StringArray
    bytes: NDArray[np.int64]
    times: NDArray[np.int64]

    @cached_property
    def stems(self) -> pa.StringArray:
        """The names without their suffix, by which annotations are joined."""
        return pc.replace_substring_regex(self.names, r"\.[^.]*$", "")

    def __len__(self) -> int:
        return len(self.names)

    def taken(self, rows: NDArray[np.int64]) -> "ImageFiles":
        """Some of them, in the order of ``rows``."""
        names = self.names.take(pa.array(rows))
        return ImageFiles(self.folder, names, self.bytes[rows], self.times[rows])


def scan(folder: Path) -> ImageFiles:
    """List the image files of a folder.

    Raises:
        LayoutError: two files differ in their suffix only.
    """
    names: list[str] = []
    lengths: list[int] = []
    times: list[int] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            name = entry.name
            # entry.is_file() is False for a link that leads nowhere: an image not there.
            if name.lower().endswith(IMAGE_SUFFIXES) and entry.is_file():
                status = entry.stat()
                names.append(name)
                lengths.append(status.st_size)
                times.append(status.st_mtime_ns)
    files = ImageFiles(
        folder, _string_array(names), np.array(lengths, np.int64), np.array(times, np.int64)
    )
    files = files.taken(pc.sort_indices(files.names).to_numpy().astype(np.int64))
    _check_one_file_per_image(files)
    return files


def _string_array(names: list[str]) -> pa.StringArray:
    try:
        return pa.array(names, pa.string())
    except UnicodeEncodeError:  # a name that is no UTF-8: no annotation can name it
        return pa.array([name.encode("utf-8", "backslashreplace") for name in names]).cast(
            pa.string()
        )


def _check_one_file_per_image(files: ImageFiles) -> None:
    stems = files.stems
    if pc.count_distinct(stems).as_py() == len(stems):
        return
    seen: dict[str, str] = {}
    for stem, name in zip(stems.to_pylist(), files.names.to_pylist(), strict=True):
        if stem in seen:
            raise LayoutError(
                f"{files.folder}: found {name} beside {seen[stem]}; expected one file per image. "
                f"Keep one of the two."
            )
        seen[stem] = name


def places(names: pa.StringArray, among: pa.StringArray) -> NDArray[np.int64]:
    """Where each name stands in another array, -1 where it does not.

    Example:
        >>> places(pa.array(["b", "c"]), pa.array(["a", "b"])).tolist()
        [1, -1]
    """
    if names.equals(among):
        return np.arange(len(names))
    at = pc.index_in(names, value_set=among).fill_null(-1)
    return np.asarray(at.to_numpy(), np.int64)


def pixel_sizes(files: ImageFiles, cache: Path | None = None) -> NDArray[np.int32]:
    """Width and height of each file's stored image; EXIF orientation is ignored.

    Args:
        files: the files.
        cache: where sizes are kept between runs; a cache that is damaged or of another
            folder is replaced, one that cannot be written is done without.

    Returns:
        (N, 2) int32 width and height in pixels.

    Raises:
        LayoutError: a file cannot be read, or is no image.
    """
    kept = None if cache is None else _kept(files, cache)
    sizes = np.zeros((len(files), 2), np.int32) if kept is None else kept
    unknown = np.flatnonzero(sizes[:, 0] == 0)
    if len(unknown):
        names = files.names.take(pa.array(unknown)).to_pylist()
        paths = [os.path.join(files.folder, name) for name in names]
        with ThreadPool(_THREADS) as threads:
            sizes[unknown] = threads.map(_pixel_size, paths, chunksize=64)
        if cache is not None:
            with contextlib.suppress(OSError):
                _keep(files, sizes, cache)
    return sizes


def _pixel_size(path: str) -> tuple[int, int]:
    try:
        with open(path, "rb") as file:
            start = file.read(_START)
            file.seek(0)
            width, height = imagesize.get(file, exif_rotation=False)
    except OSError as error:
        raise LayoutError(
            f"{path}: found a file that cannot be read ({error.strerror}); expected a JPEG or PNG. "
            f"Check that you may read it."
        ) from None
    if not start.startswith(_OWN_STARTS):
        for name, beginning in _OTHER_FORMATS.items():
            if beginning.match(start):
                raise LayoutError(
                    f"{path}: found {name}; expected a JPEG or PNG, whatever the name ends with. "
                    "Put CelebA's own image in its place: one that was converted has other pixels."
                )
    elif 0 < width <= _LARGEST_SIDE and 0 < height <= _LARGEST_SIDE:
        return width, height
    raise LayoutError(
        f"{path}: found {os.path.getsize(path)} bytes that are no image, or not all of one (they "
        f"start with {start[:8]!r}); expected a JPEG or PNG. Fetch the images again: this may be "
        "an interrupted download, or a pointer of git-LFS or DVC."
    )


def _kept(files: ImageFiles, cache: Path) -> NDArray[np.int32] | None:
    """The sizes that the cache has, 0 where it has none; None if there is no sound cache."""
    try:
        table = pq.ParquetFile(cache).read(use_threads=False).combine_chunks()
    except (OSError, pa.ArrowException):
        return None
    folder = (table.schema.metadata or {}).get(_FOLDER)
    if not len(table) or not table.schema.equals(_SCHEMA) or folder != _key(files.folder):
        return None
    bytes_, times, width, height = (table[name].to_numpy() for name in _SCHEMA.names[1:])
    row = places(files.names, table["name"].combine_chunks())
    found = row >= 0
    same = found & (bytes_[row] == files.bytes) & (times[row] == files.times)
    sizes = np.stack([width[row], height[row]], axis=1)
    sane = ((sizes > 0) & (sizes <= _LARGEST_SIDE)).all(axis=1)
    return np.where((same & sane)[:, None], sizes, 0).astype(np.int32)


def _keep(files: ImageFiles, sizes: NDArray[np.int32], cache: Path) -> None:
    columns = [files.names, files.bytes, files.times, sizes[:, 0], sizes[:, 1]]
    table = pa.table([pa.array(column) for column in columns], schema=_SCHEMA)
    with written_whole(cache, guard=False) as partial:
        pq.write_table(table.replace_schema_metadata({_FOLDER: _key(files.folder)}), partial)


def _key(folder: Path) -> bytes:
    return os.fsencode(folder.resolve())
