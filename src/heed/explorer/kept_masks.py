"""The masks of single faces, from stores that can only be read 256 faces at a time.

A chunk of the masks of all regions is up to 64 MB, most of it zeros, and takes a tenth of a second
to read as zarr does it: several passes over memory that is new each time. Here it is decoded into
memory that stays, and two parts of it are kept, packed by zstd: one region of all faces of the
chunk, for who looks at many faces, and all regions of one face, for who looks at all attributes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any, Final

import numpy as np
import zarr
from numcodecs import Zstd
from numpy.typing import NDArray
from zarr.codecs import BytesCodec, ZstdCodec
from zarr.storage import LocalStore

from heed.audit.stored import REMEDY
from heed.base.errors import InputError
from heed.explorer.remembered import Remembered
from heed.masks.packing import Packed, unpack
from heed.metrics.grid.stored_masks import StoredMasks

REGIONS_KEPT: Final = 48 * 2**20
"""Bytes of single regions: of 10,458 faces a version's region takes some 3 MB."""

FACES_KEPT: Final = 16 * 2**20
"""Bytes of all regions of single faces, 3 to 13 KB each."""

_ZSTD: Final = Zstd(level=1)


class KeptMasks:
    """Masks of single faces, for several threads at once."""

    def __init__(self) -> None:
        self._regions: Remembered[list[bytes]] = Remembered(
            REGIONS_KEPT, lambda faces: sum(map(len, faces))
        )
        self._faces: Remembered[bytes] = Remembered(FACES_KEPT, len)
        self._stores: Remembered[Any] = Remembered(64, lambda _: 1)
        self._reading = Lock()  # one chunk at a time, into the same memory
        self._room: NDArray[np.uint8] = np.empty(0, np.uint8)

    def mask(self, masks: StoredMasks, row: int, region: int) -> NDArray[np.bool_]:
        """One face's mask of one region, (S, S).

        Args:
            masks: one version.
            row: of the face among the audited ones; none where all share their masks.
            region: its place.

        Raises:
            InputError: the store is damaged.
        """
        with damage(masks.path):
            array = self._stores.of(
                masks.path, lambda: zarr.open_array(masks.path, path="regions", mode="r")
            )
        row = 0 if masks.shared else row
        number, place = divmod(row, array.chunks[0])
        of_region, of_face = (masks.path, number, region), (masks.path, row)
        shape = masks.size, masks.size // 8

        def read() -> bytes:
            with self._reading, damage(masks.path):
                if (found := self._regions.known(of_region)) is not None:
                    return found[place]  # another thread has read this chunk meanwhile
                chunk = self._chunk(array, number)
                self._regions.of(of_region, lambda: [_packed(face[region]) for face in chunk])
                self._faces.of(of_face, lambda: _packed(chunk[place]))
                return _packed(chunk[place, region])

        if (faces := self._regions.known(of_region)) is not None:
            return unpack(_unpacked(faces[place]).reshape(shape))
        if (regions := self._faces.known(of_face)) is not None:
            return unpack(_unpacked(regions).reshape(-1, *shape)[region])
        return unpack(_unpacked(read()).reshape(shape))

    def _chunk(self, array: Any, number: int) -> Packed:
        length = array.chunks[0]
        if not _plain(array):
            return np.asarray(array[number * length : (number + 1) * length])
        key = array.metadata.encode_chunk_key((number, 0, 0, 0))
        file = array.store.root / array.path / key
        if not file.exists():  # of zeros alone
            return np.zeros(array.chunks, np.uint8)
        if self._room.size != np.prod(array.chunks):
            self._room = np.empty(np.prod(array.chunks), np.uint8)
        _ZSTD.decode(file.read_bytes(), out=self._room)
        return self._room.reshape(array.chunks)


@contextmanager
def damage(path: str) -> Iterator[None]:
    """Say of what cannot be decoded which store it is of.

    Raises:
        InputError: naming it.
    """
    try:
        yield
    except (KeyError, OSError, RuntimeError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(
            f"{path}: what is stored is damaged ({error}); remove it, then {REMEDY}"
        ) from None


def _plain(array: Any) -> bool:
    """Whether a chunk is one file of zstd, with some whole faces, as Heed writes it."""
    codecs = [type(codec) for codec in array.metadata.codecs]
    return (
        isinstance(array.store, LocalStore)
        and codecs == [BytesCodec, ZstdCodec]
        and array.dtype == np.uint8
        and array.ndim == 4
        and array.chunks[1:] == array.shape[1:]
    )


def _packed(bits: Packed) -> bytes:
    return bytes(_ZSTD.encode(np.ascontiguousarray(bits)))


def _unpacked(content: bytes) -> Packed:
    return np.frombuffer(_ZSTD.decode(content), np.uint8)
