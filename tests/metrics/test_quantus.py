"""Metrics held to those of Quantus that are right.

Left out are its localisation by area (it takes another area than it says), its pointing game where
a mask is empty (which it counts as a hit), and its monotonicity (which fills the base in with the
base, so that every map passes). Its base "black" is the lowest value of the images. It is not in
requirements.lock: it asks for opencv-python, which would take the place of opencv-python-headless;
CONTRIBUTING.md says how it is installed.
"""

from functools import partial
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from heed.metrics.gini_index import gini_index
from heed.metrics.perturbing.deletion_and_insertion import deletion_auc
from heed.metrics.perturbing.faithfulness import faithfulness
from heed.metrics.perturbing.max_sensitivity import max_sensitivity
from heed.metrics.perturbing.perturbations import Perturbations
from heed.metrics.pixel_roc_auc import pixel_roc_auc
from heed.metrics.pointing_game import pointing_game
from heed.metrics.proportional_energy import proportional_energy

quantus: Any = pytest.importorskip(
    "quantus", reason="Quantus is not installed: see CONTRIBUTING.md", exc_type=ImportError
)

RNG = np.random.default_rng(0)
IMAGES = RNG.normal(size=(6, 1, 8, 8)).astype(np.float32)
MAPS = RNG.random((6, 1, 8, 8)).astype(np.float32)
MASKS = RNG.random((6, 1, 8, 8)) < 0.3
LABELS = np.array([0, 1, 2, 0, 1, 2])

TOLD: dict[str, Any] = {
    "abs": False, "normalise": False, "disable_warnings": True, "display_progressbar": False,
    "return_aggregate": False,
}  # fmt: skip


def network():
    torch.manual_seed(0)
    return nn.Sequential(nn.Flatten(), nn.Linear(64, 3)).eval()


def theirs(metric, **told):
    given = {"x_batch": IMAGES, "y_batch": LABELS, "a_batch": MAPS, "s_batch": MASKS}
    return np.asarray(metric(model=network(), channel_first=True, **given | told), float)


def of_labels(values):
    """(N, A) of the class that each image is asked about."""
    return values[np.arange(len(LABELS)), LABELS]


def maps_of_classes():
    """The same map for each class, (N, A, h, w)."""
    return np.repeat(MAPS, 3, axis=1)


def asked():
    return Perturbations(network(), torch.from_numpy(IMAGES), (8, 8), "zero", answers="classes")


def test_gini_index_is_its_sparseness():
    found = gini_index(MAPS[:, 0])
    np.testing.assert_allclose(found, theirs(quantus.Sparseness(**TOLD)), rtol=1e-5)


def test_proportional_energy_is_its_relevance_mass_accuracy():
    found = proportional_energy(MAPS[:, 0], MASKS[:, 0])
    np.testing.assert_allclose(found, theirs(quantus.RelevanceMassAccuracy(**TOLD)), rtol=1e-5)


def test_pixel_roc_auc_is_its_auc():
    found = pixel_roc_auc(MAPS[:, 0], MASKS[:, 0])
    np.testing.assert_allclose(found, theirs(quantus.AUC(**TOLD)), rtol=1e-6)


def test_pointing_game_is_its_where_masks_have_pixels():
    found = pointing_game(MAPS[:, 0], MASKS[:, 0], tolerance=0)
    np.testing.assert_array_equal(found, theirs(quantus.PointingGame(**TOLD)))
    assert 0 < found.sum() < 6


def test_deletion_is_its_pixel_flipping():
    metric = quantus.PixelFlipping(features_in_step=1, perturb_baseline=0.0, **TOLD)
    curves = theirs(metric, softmax=True)  # from the first hidden pixel on
    whole = torch.from_numpy(IMAGES)
    with torch.no_grad():
        own = of_labels(network()(whole).softmax(-1).numpy())
    expected = np.trapezoid(np.concatenate([own[:, None], curves], axis=1), dx=1 / 64, axis=1)
    np.testing.assert_allclose(
        of_labels(deletion_auc(maps_of_classes(), asked())), expected, rtol=1e-5
    )


def test_faithfulness_is_its_faithfulness_estimate():
    metric = quantus.FaithfulnessEstimate(
        features_in_step=1, perturb_baseline=0.0, similarity_func=quantus.correlation_pearson,
        **TOLD,
    )  # fmt: skip
    found = of_labels(faithfulness(maps_of_classes(), asked()))
    np.testing.assert_allclose(found, theirs(metric, softmax=True), atol=1e-4)


def test_max_sensitivity_is_its_with_the_same_noise():
    def squares(images):
        return np.asarray(images) ** 2

    draws = iter(range(20))

    def noise(arr, **_):
        rng = np.random.default_rng([5, next(draws)])
        return arr + rng.uniform(-0.3, 0.3, IMAGES.shape).reshape(arr.shape)

    metric = quantus.MaxSensitivity(nr_samples=20, perturb_func=noise, **TOLD)
    told = {"a_batch": squares(IMAGES), "explain_func": lambda inputs, **_: squares(inputs)}
    expected = theirs(metric, **told)
    found = max_sensitivity(partial(squares), torch.from_numpy(IMAGES), 0.3, draws=20, seed=5)
    np.testing.assert_allclose(found[:, 0], expected, rtol=1e-4)
