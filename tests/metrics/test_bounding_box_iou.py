from itertools import product

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import ndimage
from torchvision.ops import box_iou as of_torchvision
from torchvision.ops import masks_to_boxes

from heed.metrics.bounding_box_iou import bounding_box_iou, bounding_boxes, box_iou

shape = (5, 6)
some_maps = arrays(np.float32, shape, elements=st.sampled_from([0, 0.2, 0.4, 0.6, 0.8, 1]))
some_masks = arrays(bool, shape)


def slow(map_, mask, threshold, region):
    """By pixels in sets."""
    active = map_ > threshold
    if region == "largest":
        labels, count = ndimage.label(active, np.ones((3, 3)))
        sizes = [(labels == label).sum() for label in range(1, count + 1)]
        # Of equal ones SciPy counts row by row, as OpenCV may not: the caller leaves these out.
        active = labels == 1 + int(np.argmax(sizes)) if sizes else active
        if sorted(sizes)[-2:] == [max(sizes, default=0)] * 2:
            return None
    if not active.any():
        return 0.0
    boxes = []
    for each in (active, mask):
        ys, xs = np.nonzero(each)
        boxes.append(set(product(range(ys.min(), ys.max() + 1), range(xs.min(), xs.max() + 1))))
    return len(boxes[0] & boxes[1]) / len(boxes[0] | boxes[1])


@given(some_maps, some_masks.filter(np.any), st.sampled_from(["largest", "all"]))
def test_boxes_of_regions_are_those_of_sets_of_pixels(map_, mask, region):
    thresholds = [0.0, 0.3, 0.7]
    found = bounding_box_iou(map_, mask, thresholds, region)
    for threshold, one in zip(thresholds, found, strict=True):
        expected = slow(map_, mask, threshold, region)
        assert expected is None or one == pytest.approx(expected)


@given(arrays(bool, (3, *shape)).filter(lambda masks: masks.any(axis=(1, 2)).all()))
def test_boxes_and_their_overlap_are_torchvisions(masks):
    found = bounding_boxes(masks)
    theirs = masks_to_boxes(torch.from_numpy(masks)).numpy()  # up to the last pixel's own place
    np.testing.assert_array_equal(found - [0, 0, 1, 1], theirs)
    boxes = torch.from_numpy(found.astype(float))
    expected = of_torchvision(boxes, boxes).numpy()
    np.testing.assert_allclose(box_iou(found[:, None], found[None]), expected)


@pytest.mark.parametrize("region", ["largest", "all"])
def test_perfect_worst_uniform_and_empty(region):
    mask = np.zeros((8, 10), bool)
    mask[2:4, 3:7] = True
    maps = np.zeros((5, 8, 10))
    maps[0][mask], maps[1, 6:, :2], maps[2] = 1, 1, 1
    maps[4, 0, 0] = np.nan
    found = bounding_box_iou(maps, mask, [0.0, 0.5], region)
    np.testing.assert_allclose(found[:, 1], [1, 0, mask.mean(), 0, np.nan])
    np.testing.assert_array_equal(found[:, 0], found[:, 1])
    assert np.isnan(bounding_box_iou(maps, np.zeros((8, 10), bool), region=region)).all()


def test_a_speck_far_away_moves_the_box_of_all_and_not_that_of_the_largest():
    mask = np.zeros((8, 8), bool)
    mask[:4, :4] = True
    map_ = mask.astype(float)
    map_[7, 7] = 1
    assert bounding_box_iou(map_, mask, [0.5]).item() == 1
    assert bounding_box_iou(map_, mask, [0.5], "all").item() == 16 / 64
    with pytest.raises(ValueError, match="region: found 'first'"):
        bounding_box_iou(map_, mask, [0.5], "first")


def test_leading_axes_broadcast():
    rng = np.random.default_rng(0)
    maps, masks = rng.random((2, 3, 6, 7)), rng.random((3, 6, 7)) < 0.3
    found = bounding_box_iou(maps, masks)
    assert found.shape == (2, 3, 20)
    np.testing.assert_array_equal(found[1, 2], bounding_box_iou(maps[1, 2], masks[2]))
    assert np.isnan(box_iou([0, 0, 0, 0], [0, 0, 0, 0]))
