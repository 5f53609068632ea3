import numpy as np
import pytest
import zarr

from heed.base.errors import InputError
from heed.explain.stored_maps import StoredMaps, stored_methods


@pytest.fixture
def group(tmp_path):
    group = zarr.open_group(tmp_path / "1.zarr", mode="w")
    for number, name in enumerate(("gradcam", "layercam", "layercam.minus"), start=1):
        group.create_array(name, data=np.full((3, 2, 1, 1), number, np.float32))
    return zarr.open_group(tmp_path / "1.zarr", mode="r")


def test_one_array_serves_both_signs_of_an_odd_method(group):
    signs = np.array([[1, -1], [0, 1]], np.int8)
    maps = StoredMaps.of(group, "gradcam", "1.zarr")
    assert maps.shape == (3, 2, 1, 1)
    assert maps.negative is None
    assert maps.signed(slice(1, 3), signs)[..., 0, 0].tolist() == [[1, -1], [0, 1]]


def test_others_have_an_array_for_each_sign(group):
    signs = np.array([[1, -1], [0, 1]], np.int8)
    found = StoredMaps.of(group, "layercam", "1.zarr").signed(slice(0, 2), signs)
    assert found.dtype == np.float32
    assert found[..., 0, 0].tolist() == [[2, 3], [0, 2]]


def test_a_method_that_was_not_stored_is_named_beside_those_that_were(group):
    assert stored_methods(group.array_keys()) == ["gradcam", "layercam"]
    with pytest.raises(
        InputError, match=r"found cam, but 1\.zarr holds gradcam, layercam; add cam"
    ):
        StoredMaps.of(group, "cam", "1.zarr")
