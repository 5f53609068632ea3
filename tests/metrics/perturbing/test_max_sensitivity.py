import warnings

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


def test_a_method_may_write_over_its_maps_and_its_images():
    buffer, images = np.empty((3, 3, 6, 7)), IMAGES.clone()

    def explain(given):
        buffer[:] = linear(given)
        given.zero_()
        return buffer

    expected = max_sensitivity(linear, IMAGES)
    np.testing.assert_array_equal(max_sensitivity(explain, images), expected)
    assert torch.equal(images, IMAGES)


def test_tensors_with_a_gradient_are_taken():
    images = IMAGES.clone().requires_grad_()
    maps = lambda given: (given * 2).requires_grad_()  # noqa: E731
    expected = max_sensitivity(lambda given: 2 * given.numpy(), IMAGES)
    np.testing.assert_allclose(max_sensitivity(maps, images), expected)
    assert max_sensitivity(lambda given: given.bfloat16(), IMAGES).shape == (3, 2)


def test_infinite_maps_are_missing():
    def broken(images):
        maps = linear(images)
        maps[1, 0], maps[2, 1, 3, 3] = np.inf, -np.inf
        return maps

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = max_sensitivity(broken, IMAGES)
    assert np.argwhere(np.isnan(found[:, :2])).tolist() == [[1, 0], [2, 1]]


@pytest.mark.parametrize("shape", [(0, 4, 7, 7), (3, 0, 7, 7)])
def test_no_maps_have_no_sensitivity(shape):
    found = max_sensitivity(lambda _: np.ones(shape), IMAGES[: shape[0]])
    assert found.shape == shape[:2]


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"radius": 0}, "radius: found 0"),
        ({"radius": np.inf}, "radius: found inf"),
        ({"draws": 0}, "draws: found 0"),
        ({"draws": 2.5}, "draws: found 2.5"),
        ({"images": IMAGES.byte()}, r"images: found torch\.uint8"),
        ({"images": IMAGES.numpy()}, "images: found ndarray"),
        ({"images": IMAGES[0]}, r"images: found torch\.float32 \(2, 6, 7\)"),
        ({"explain": lambda given: given.mean((1, 2, 3))}, r"found maps \(3,\); expected \(N, A"),
        ({"explain": lambda given: given[:2]}, r"found maps \(2, 2, 6, 7\).* N = 3 images"),
        ({"explain": lambda given: 1j * given}, "found values of complex64"),
    ],
)
def test_what_does_not_fit_is_refused(told, message):
    with pytest.raises(ValueError, match=message):
        max_sensitivity(**{"explain": linear, "images": IMAGES, **told})


def test_a_shape_that_changes_between_draws_is_refused():
    shapes = iter([(3, 2, 6, 7), (3, 2, 6, 7), (3, 2, 7, 6)])
    with pytest.raises(ValueError, match=r"found maps \(3, 2, 6, 7\) and, asked again, \(3, 2, 7"):
        max_sensitivity(lambda _: np.ones(next(shapes)), IMAGES)
