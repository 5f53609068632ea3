import numpy as np
import pytest
import torch
from pytorch_grad_cam.metrics.road import NoisyLinearImputer
from scipy.ndimage import gaussian_filter

from heed.metrics.perturbing.fillings import base, imputed

IMAGES = np.random.default_rng(0).random((2, 4, 24, 30)).astype(np.float32)


def test_bases_are_zero_the_mean_colour_and_a_gaussian_blur():
    assert not base(IMAGES, "zero", 3).any()
    mean = base(IMAGES, "mean", 3)
    np.testing.assert_allclose(mean[1, 2], IMAGES[1, 2].mean(), rtol=1e-5)
    blurred = base(IMAGES, "blur", 3)
    expected = gaussian_filter(IMAGES[1, 3], 3, mode="reflect", truncate=4)
    np.testing.assert_allclose(blurred[1, 3], expected, atol=2e-3)
    assert blurred.std() < 0.2 * IMAGES.std()
    with pytest.raises(ValueError, match="filling: found 'grey'; expected one of 'blur'"):
        base(IMAGES, "grey", 3)


@pytest.mark.parametrize("filling", ["blur", "mean", "zero"])
def test_how_images_lie_in_memory_does_not_matter(filling):
    last = np.ascontiguousarray(IMAGES.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2)
    np.testing.assert_allclose(base(last, filling, 3), base(IMAGES, filling, 3), rtol=1e-5)


@pytest.mark.parametrize("share", [0.02, 0.5, 0.97])
def test_imputation_equals_the_grad_cam_packages(share):
    missing = np.random.default_rng(1).random((24, 30)) < share
    expected = NoisyLinearImputer(noise=0)(
        torch.from_numpy(IMAGES[0]), torch.from_numpy(~missing).float()
    )
    found = imputed(IMAGES[0], missing)
    np.testing.assert_allclose(found, expected.numpy(), atol=1e-5)
    np.testing.assert_array_equal(found[:, ~missing], IMAGES[0][:, ~missing])


def test_imputation_of_nothing_of_all_and_of_a_slope():
    nothing = np.zeros((24, 30), bool)
    np.testing.assert_array_equal(imputed(IMAGES[0], nothing), IMAGES[0])
    everything = imputed(IMAGES[0], ~nothing)
    np.testing.assert_allclose(everything[1], IMAGES[0, 1].mean(), rtol=1e-5)
    slope = np.broadcast_to(np.linspace(0, 1, 30, dtype=np.float32), (1, 24, 30))
    hole = nothing.copy()
    hole[5:15, 8:20] = True
    np.testing.assert_allclose(imputed(slope, hole), slope, atol=1e-6)  # is harmonic
