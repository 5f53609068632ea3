import numpy as np
import pytest
import torch

from heed.metrics.perturbing.max_sensitivity import max_sensitivity

IMAGES = torch.rand(3, 2, 6, 7, generator=torch.Generator().manual_seed(0))


def linear(images):
    return np.stack([images[:, 0], 2 * images[:, 1], 0 * images[:, 0]], axis=1)


def test_of_linear_maps_it_is_the_largest_noise_beside_the_image():
    seen = []

    def explain(images):
        seen.append(images.numpy().copy())
        return linear(images)

    found = max_sensitivity(explain, IMAGES, 0.1, draws=5, seed=3)
    own, *moved = seen
    assert len(moved) == 5
    np.testing.assert_array_equal(own, IMAGES)
    noise = np.stack(moved) - own
    assert 0.099 < abs(noise).max() <= 0.1 + 1e-6
    assert len(np.unique(noise.round(6))) > 0.9 * noise.size  # one for each image and draw
    for output in range(2):
        norms = np.linalg.norm(noise[:, :, output].reshape(5, 3, -1), axis=-1).max(axis=0)
        expected = norms / np.linalg.norm(own[:, output].reshape(3, -1), axis=-1)
        np.testing.assert_allclose(found[:, output], expected, rtol=1e-5)
    assert np.isnan(found[:, 2]).all()  # an empty map
    np.testing.assert_array_equal(found, max_sensitivity(linear, IMAGES, 0.1, draws=5, seed=3))
    fewer = max_sensitivity(linear, IMAGES, 0.1, draws=2, seed=3)
    assert (fewer[:, :2] <= found[:, :2]).all()
    np.testing.assert_array_equal(fewer[:2], max_sensitivity(linear, IMAGES[:2], 0.1, 2, 3))


def test_a_method_that_ignores_its_image_is_stable_and_missing_stays_missing():
    assert (max_sensitivity(lambda images: np.ones((3, 4, 7, 7)), IMAGES) == 0).all()

    def broken(images):
        maps = linear(images)
        maps[1, 0] = np.nan
        return maps

    found = max_sensitivity(broken, IMAGES)
    assert np.isnan(found[1, 0])
    assert np.isnan(found[:, :2]).sum() == 1


@pytest.mark.parametrize(
    ("told", "message"), [({"radius": 0}, "radius 0"), ({"draws": 0}, "0 draws")]
)
def test_no_noise_is_refused(told, message):
    with pytest.raises(ValueError, match=message):
        max_sensitivity(linear, IMAGES, **told)
    with pytest.raises(ValueError, match=r"torch\.uint8"):
        max_sensitivity(linear, IMAGES.byte())
