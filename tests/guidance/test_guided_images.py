"""Images with regions by row, and both mirrored together."""

import numpy as np
import pytest
import torch

from heed.base.errors import InputError
from heed.guidance.guided_images import GuidedBatch, GuidedImages, mirrored
from heed.training.crops import Batch, LabelledCrops

RNG = np.random.default_rng(0)
CROPS = LabelledCrops(
    RNG.integers(0, 256, (5, 8, 8, 3), dtype=np.uint8), np.where(RNG.random((5, 3)) < 0.5, 1, -1)
)


def test_a_batch_has_what_belongs_to_its_rows() -> None:
    regions, weights = RNG.random((5, 2, 4, 4)), 1 + RNG.random((5, 2, 4, 4))
    found = GuidedImages(CROPS, regions, weights)[Batch(0, [3, 0])]
    np.testing.assert_array_equal(found.crops, CROPS.images[[3, 0]])
    np.testing.assert_array_equal(found.labels, CROPS.labels[[3, 0]])
    np.testing.assert_array_equal(found.regions, regions[[3, 0]].astype(np.float32))
    np.testing.assert_array_equal(found.cell_weights, weights[[3, 0]].astype(np.float32))
    assert found.regions.dtype == found.cell_weights.dtype == np.float32


def test_regions_and_weights_may_be_the_same_for_all() -> None:
    region, weights = RNG.random((2, 4, 4)), RNG.random((4, 4))
    images = GuidedImages(CROPS, region, weights)
    found = images[Batch(0, [1, 4])]
    for row in range(2):
        np.testing.assert_array_equal(found.regions[row], region.astype(np.float32))
        for output in range(2):
            np.testing.assert_array_equal(
                found.cell_weights[row, output], weights.astype(np.float32)
            )
    assert (GuidedImages(CROPS, region)[Batch(0, [0])].cell_weights == 1).all()
    assert images.regions.strides[0] == 0  # not a copy for each image


def test_only_the_rows_of_a_batch_are_read() -> None:
    class Stored:
        shape, read = (5, 1, 4, 4), []

        def __getitem__(self, rows):
            self.read.append(rows)
            return np.zeros((len(rows), 1, 4, 4))

    GuidedImages(CROPS, Stored())[Batch(0, [2])]
    assert Stored.read == [[2]]


def test_mirrored_images_have_mirrored_regions() -> None:
    images = GuidedImages(CROPS, RNG.random((5, 2, 4, 3)), RNG.random((5, 2, 4, 3)))
    batch = GuidedBatch(*(torch.from_numpy(part) for part in images[Batch(0, [0, 1])]))
    found = mirrored(batch, torch.tensor([True, False]))
    for part, before in zip(found, batch, strict=True):
        assert torch.equal(part[1], before[1])
    assert torch.equal(found.crops[0], batch.crops[0].flip(1))  # (S, S, 3): x is the second axis
    assert torch.equal(found.regions[0], batch.regions[0].flip(-1))
    assert torch.equal(found.cell_weights[0], batch.cell_weights[0].flip(-1))
    assert torch.equal(found.labels, batch.labels)


def test_what_does_not_fit_is_refused() -> None:
    good = np.zeros((5, 1, 4, 4))
    for told, message in (
        ((np.zeros((4, 1, 4, 4)),), r"regions: found shape \(4, 1, 4, 4\) for 5 images"),
        ((np.zeros((4, 4)),), r"regions: found shape \(4, 4\)"),
        ((good, np.zeros((5, 2, 4, 4))), "cell_weights: found shape"),
        ((good, np.zeros((1, 3, 4))), "cell_weights: found shape"),
        ((good, np.ones((3, 3))), r"cell_weights: found shape \(3, 3\) for regions"),
        ((good, 3.0), r"cell_weights: found shape \(\) for regions"),
        ((good, torch.ones(4)), r"cell_weights: found shape \(4,\) for regions"),
        ((None,), "regions: found ndarray of object; expected numbers"),
        ((np.full((1, 4, 4), "in"),), "regions: found ndarray of <U2; expected numbers"),
        (([[[1.0, 0.0], [1.0]]],), "regions: found a ragged list"),
    ):
        with pytest.raises(InputError, match=message):
            GuidedImages(CROPS, *told)
    for told, message in (
        ((good + 1.5,), "regions: found 1.5, a value outside of 0..1"),
        ((good + np.nan,), "regions: found nan, a value outside of 0..1"),
        ((np.full((1, 4, 4), 255, np.uint8),), "regions: found 255, a value outside of 0..1"),
        ((good, good - 1), "cell_weights: found -1, a value that is negative"),
        ((good, good + np.inf), "cell_weights: found inf, a value that is negative or not finite"),
    ):
        with pytest.raises(InputError, match=message):
            GuidedImages(CROPS, *told)[Batch(0, [0])]


@pytest.mark.parametrize("kind", [torch.tensor, np.ndarray.tolist, lambda array: array > 0])
@pytest.mark.parametrize("shape", [(2, 4, 4), (5, 2, 4, 4)])
def test_regions_and_weights_may_be_tensors_lists_and_masks(kind, shape) -> None:
    regions, weights = RNG.integers(0, 2, shape), RNG.integers(0, 2, shape[-2:])
    batch = Batch(0, [4, 0])
    expected = GuidedImages(CROPS, regions, weights)[batch]
    found = GuidedImages(CROPS, kind(regions), kind(weights))[batch]
    np.testing.assert_array_equal(found.regions, expected.regions)
    np.testing.assert_array_equal(found.cell_weights, expected.cell_weights)
    grown = torch.rand(2, 4, 4, requires_grad=True)
    found = GuidedImages(CROPS, grown)[batch]
    np.testing.assert_array_equal(found.regions[1], grown.detach().numpy())


@pytest.mark.parametrize("labels", [np.zeros((5, 2)), np.full((5, 2), np.nan), np.ones(5)])
def test_images_of_your_own_have_labels_of_minus_one_and_one(labels) -> None:
    class Own:
        def __init__(self, labels):
            self.labels = labels

        def __len__(self):
            return len(self.labels)

    with pytest.raises(InputError, match=r"images: found labels of shape .*; expected"):
        GuidedImages(Own(labels), np.ones((1, 4, 4)))
