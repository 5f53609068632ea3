"""Masks of single faces against the store's own reader, chunk by chunk."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import zarr

from heed.base.errors import InputError
from heed.base.stores import create_array, new_store
from heed.explorer import kept_masks
from heed.explorer.kept_masks import KeptMasks
from heed.masks.packing import pack, unpack
from heed.metrics.grid.stored_masks import StoredMasks

N, REGIONS, SIZE, TOGETHER = 11, 3, 16, 4
AXES = ("image", "region", "y", "eight_pixels_of_x")


@pytest.fixture
def masks(tmp_path):
    """Eleven faces, four of them in a chunk; those of the second chunk have no mask at all."""
    bits = np.random.default_rng(0).random((N, REGIONS, SIZE, SIZE)) < 0.5
    bits[TOGETHER : 2 * TOGETHER] = False
    return stored(tmp_path / "1.zarr", bits)


def stored(path, bits, chunks=(TOGETHER, REGIONS, SIZE, SIZE // 8), **other):
    with new_store(path) as group:
        group.attrs.update(images_sha256="", region_of_attribute=[0], version=1)
        shape = (*bits.shape[:-1], bits.shape[-1] // 8)
        if other:
            array = group.create_array("regions", shape=shape, chunks=chunks, dtype="u1", **other)
        else:
            array = create_array(group, "regions", shape, "uint8", chunks, AXES)
        array[:] = pack(bits)
    return StoredMasks(path)


def expected(masks, row, region):
    return unpack(masks.packed(slice(row, row + 1))[0, region])


@pytest.mark.parametrize("order", [list(range(N)), list(range(N))[::-1], [9, 0, 5, 9, 3, 10]])
def test_every_face_and_region(masks, order):
    """By faces and by regions, as pages of many faces and of one do; the last chunk is not full."""
    for by_face in (True, False):
        kept = KeptMasks()
        pairs = [(row, region) for row in order for region in range(REGIONS)]
        for row, region in pairs if by_face else sorted(pairs, key=lambda pair: pair[1]):
            found = kept.mask(masks, row, region)
            np.testing.assert_array_equal(found, expected(masks, row, region))


def test_a_chunk_is_read_once_for_many_faces_and_once_for_all_regions(masks, monkeypatch):
    read = []
    real = KeptMasks._chunk
    monkeypatch.setattr(
        KeptMasks, "_chunk", lambda self, *of: read.append(of[1]) or real(self, *of)
    )
    kept = KeptMasks()
    for row in range(TOGETHER):
        kept.mask(masks, row, 1)
    assert read == [0]
    for region in range(REGIONS):
        kept.mask(masks, 0, region)
    assert read == [0]
    kept.mask(masks, 2 * TOGETHER, 0)
    assert read == [0, 2]


def test_shared_masks(tmp_path):
    bits = np.random.default_rng(1).random((1, REGIONS, SIZE, SIZE)) < 0.5
    masks = stored(tmp_path / "2.zarr", bits, (1, REGIONS, SIZE, SIZE // 8))
    for row in (0, 7):
        np.testing.assert_array_equal(KeptMasks().mask(masks, row, 2), bits[0, 2])


@pytest.mark.parametrize(
    ("chunks", "other"),
    [
        ((TOGETHER, REGIONS, SIZE, SIZE // 8), {"compressors": None}),
        ((TOGETHER, REGIONS, SIZE // 2, SIZE // 8), {"compressors": "auto"}),
        ((1, REGIONS, SIZE, SIZE // 8), {"shards": (TOGETHER, REGIONS, SIZE, SIZE // 8)}),
    ],
)
def test_stores_that_are_packed_otherwise(tmp_path, chunks, other):
    bits = np.random.default_rng(2).random((N, REGIONS, SIZE, SIZE)) < 0.5
    masks = stored(tmp_path / "3.zarr", bits, chunks, **other)
    kept = KeptMasks()
    for row in range(N):
        np.testing.assert_array_equal(kept.mask(masks, row, 1), bits[row, 1])


def test_two_versions_do_not_meet_in_memory(tmp_path, masks):
    bits = np.random.default_rng(3).random((N, REGIONS + 2, SIZE, SIZE)) < 0.5
    other = stored(tmp_path / "2.zarr", bits, (3, REGIONS + 2, SIZE, SIZE // 8))
    kept = KeptMasks()
    for row in range(N):
        np.testing.assert_array_equal(kept.mask(other, row, 4), bits[row, 4])
        np.testing.assert_array_equal(kept.mask(masks, row, 2), expected(masks, row, 2))


def test_many_threads(tmp_path, monkeypatch):
    """Each chunk is read anew for nearly every face, into the same memory."""
    monkeypatch.setattr(kept_masks, "REGIONS_KEPT", 1)
    monkeypatch.setattr(kept_masks, "FACES_KEPT", 1)
    bits = np.random.default_rng(4).random((24, 8, 128, 128)) < 0.5
    masks = stored(tmp_path / "1.zarr", bits, (8, 8, 128, 16))
    kept = KeptMasks()
    asked = np.random.default_rng(5).integers(0, [24, 8], (200, 2)).tolist()
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda pair: kept.mask(masks, *pair), asked))
    for (row, region), mask in zip(asked, found, strict=True):
        np.testing.assert_array_equal(mask, bits[row, region])


def test_damage_is_said(masks):
    file = zarr.open_array(masks.path, path="regions").store.root / "regions/c/0/0/0/0"
    content = file.read_bytes()
    for damaged in (content[:-9], b"", b"x" * 100):
        file.write_bytes(damaged)
        with pytest.raises(InputError, match=r"1\.zarr: .*damaged.*dvc repro"):
            KeptMasks().mask(masks, 0, 0)
