import numpy as np
import pytest

from heed.masks.packing import pack, sizes, unpack


def test_the_leftmost_pixel_is_the_highest_bit():
    row = np.zeros((1, 16), bool)
    row[0, [0, 9]] = True
    assert pack(row).tolist() == [[0b10000000, 0b01000000]]


def test_unpack_undoes_pack_and_sizes_count():
    masks = np.random.default_rng(0).random((3, 4, 32, 32)) < 0.3
    packed = pack(masks)
    assert packed.shape == (3, 4, 32, 4)
    assert packed.dtype == np.uint8
    np.testing.assert_array_equal(unpack(packed), masks)
    np.testing.assert_array_equal(sizes(packed), masks.sum(axis=(-2, -1)))


def test_any_non_zero_value_is_inside():
    assert sizes(pack(np.full((8, 8), 2.5))) == 64


def test_a_width_that_does_not_fill_its_bytes_is_an_error():
    with pytest.raises(ValueError, match="12 pixels wide; expected a multiple of 8"):
        pack(np.zeros((12, 12)))
