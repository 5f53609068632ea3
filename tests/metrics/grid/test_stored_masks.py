import numpy as np
import pytest
import zarr

from heed.metrics.grid.stored_masks import StoredMasks


@pytest.fixture
def written(tmp_path):
    def write(images: int) -> np.ndarray:
        packed = np.random.default_rng(0).integers(0, 256, (images, 2, 32, 4), dtype=np.uint8)
        group = zarr.open_group(tmp_path / "masks.zarr", mode="w")
        group.attrs.update(images_sha256="abc", region_of_attribute=[1, 0] * 20)
        group.create_array("regions", data=packed, chunks=(2, 2, 32, 4))
        return packed

    return write


def test_masks_of_each_face_come_in_slices(written, tmp_path) -> None:
    packed = written(5)
    masks = StoredMasks(tmp_path / "masks.zarr")
    assert (masks.shared, masks.images_sha256) == (False, "abc")
    np.testing.assert_array_equal(masks.packed(slice(1, 4)), packed[1:4])
    prepared = masks.prepared(slice(1, 4), 7)
    np.testing.assert_array_equal(prepared.packed, packed[1:4])
    assert prepared.region_of_attribute.tolist() == [1, 0] * 20


def test_masks_of_two_faces_are_not_shared(written, tmp_path) -> None:
    packed = written(2)
    masks = StoredMasks(tmp_path / "masks.zarr")
    assert not masks.shared
    np.testing.assert_array_equal(masks.packed(slice(1, 2)), packed[1:])


def test_shared_masks_are_prepared_once_for_every_slice(written, tmp_path) -> None:
    packed = written(1)
    masks = StoredMasks(tmp_path / "masks.zarr")
    assert masks.shared
    np.testing.assert_array_equal(masks.packed(slice(256, 512)), packed)
    assert masks.prepared(slice(0, 256), 7) is masks.prepared(slice(256, 512), 7)
    assert masks.prepared(slice(0, 256), 4).cell_weights.shape[-1] == 16
