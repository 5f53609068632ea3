import numpy as np
import pytest

from heed.explain.placement import Placement
from heed.explain.postprocess import normalise
from heed.masks.packing import pack
from heed.metrics.grid.located import located
from heed.metrics.grid.order import BITS
from heed.metrics.grid.prepared_masks import prepare
from heed.metrics.pixel_roc_auc import pixel_roc_auc
from heed.metrics.pointing_game import pointing_game
from tests.placements import uneven

SIZE = 56
REGION_OF = np.array([0, 1, 2, 1, 0, 2, 2, 1, 0, 1])


def made(images, seed=0):
    """Maps of which two are empty, and masks of which the last is."""
    rng = np.random.default_rng(seed)
    maps = rng.normal(size=(3, 10, 7, 7)).astype(np.float32)
    maps[0, 0] = maps[2, 3] = -1
    masks = np.zeros((images, 3, SIZE, SIZE), bool)
    for image, region in np.ndindex(images, 2):
        top, left = rng.integers(0, SIZE // 2, 2)
        masks[image, region, top : top + 9, left : left + 20] = True
    return maps, masks


@pytest.mark.parametrize("images", [1, 3])
@pytest.mark.parametrize("placement", [None, uneven(SIZE, 7)], ids=["half_pixel", "uneven"])
@pytest.mark.parametrize("tolerance", [0, 0.7, 4, 5.5, 100])
def test_scores_are_those_of_the_pixels(images, placement, tolerance):
    maps, masks = made(images)
    prepared = prepare(pack(masks), REGION_OF, cells=7, placement=placement)
    found = located(maps, prepared, tolerance)
    pixels = normalise(maps, SIZE, placement or Placement.half_pixel(SIZE, 7))
    own = masks[:, REGION_OF]
    np.testing.assert_array_equal(found.pointing_game, pointing_game(pixels, own, tolerance))
    np.testing.assert_allclose(found.pixel_roc_auc, pixel_roc_auc(pixels, own), atol=5e-4)
    empty_mask = REGION_OF == 2
    assert np.isnan(found.pointing_game[:, empty_mask]).all()
    assert np.isnan(found.pixel_roc_auc[:, empty_mask]).all()
    assert found.pointing_game[0, 0] == found.pointing_game[2, 3] == 0  # of empty maps
    assert found.pixel_roc_auc[0, 0] == found.pixel_roc_auc[2, 3] == 0.5
    assert np.nanmean(found.pointing_game) < 1


def test_pixels_that_do_not_count_are_left_out():
    maps, masks = made(3)
    counts = np.random.default_rng(1).random((3, SIZE, SIZE)) < 0.7
    prepared = prepare(pack(masks), REGION_OF, cells=7, counted=pack(counts))
    found = located(maps, prepared, tolerance=2)
    pixels = normalise(maps, SIZE)
    for image, attribute in np.ndindex(3, 10):
        mask = masks[image, REGION_OF[attribute]] & counts[image]
        alone = pixels[image, attribute] * counts[image], mask
        np.testing.assert_array_equal(
            found.pointing_game[image, attribute], pointing_game(*alone, tolerance=2)
        )
        line = [each[counts[image]][None] for each in (pixels[image, attribute], mask)]
        np.testing.assert_allclose(
            found.pixel_roc_auc[image, attribute], pixel_roc_auc(*line), atol=5e-4
        )


def test_at_full_size_the_last_bits_hardly_count():
    maps = np.random.default_rng(3).normal(size=(1, 3, 7, 7)).astype(np.float32)
    maps[0, 1] -= 1.5  # a few cells above 0
    masks = np.zeros((1, 1, 224, 224), bool)
    masks[..., 60:120, 40:150] = True
    found = located(maps, prepare(pack(masks), np.zeros(3, int), cells=7)).pixel_roc_auc
    np.testing.assert_allclose(found, pixel_roc_auc(normalise(maps, 224), masks), atol=5e-5)


def coarse(pixels):
    """Without their last bits; what is below 2 ** -24 counts as 0."""
    bits = pixels.view(np.int32) >> BITS << BITS
    return np.where(pixels < 2**-24, np.float32(0), bits.view(np.float32))


@pytest.mark.parametrize("placement", [None, uneven(SIZE, 7)], ids=["half_pixel", "uneven"])
def test_flat_tops_and_values_that_are_equal(placement):
    """Many pixels are as high as the highest, among them such far from one another."""
    rng = np.random.default_rng(5)
    maps = rng.choice([-1, 0, 1e-9, 0.25, 1], size=(20, 10, 7, 7)).astype(np.float32)
    masks = rng.random((20, 3, SIZE, SIZE)) < 0.002
    masks[0, 0] = True
    masks[1, 1] = False
    found = located(maps, prepare(pack(masks), REGION_OF, 7, placement), 3)
    pixels = normalise(maps, SIZE, placement)
    own = masks[:, REGION_OF]
    tops = (pixels == pixels.max((-2, -1), keepdims=True)).sum((-2, -1))
    assert tops.max() > 20
    np.testing.assert_array_equal(found.pointing_game, pointing_game(pixels, own, 3))
    np.testing.assert_allclose(
        found.pixel_roc_auc, pixel_roc_auc(coarse(pixels), own), rtol=0, atol=1e-12
    )
