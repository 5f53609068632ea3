import numpy as np
import pytest
import torch
from pytorch_grad_cam.metrics.road import NoisyLinearImputer

from heed.metrics.perturbing import fillings, perturbations
from heed.metrics.perturbing.road import road, road_difference
from tests.metrics.perturbing.linear import Linear


@pytest.mark.parametrize("first", ["most", "least"])
def test_it_is_what_the_packages_imputation_leaves(first, monkeypatch):
    monkeypatch.setattr(perturbations, "NOISE", 0.0)
    linear = Linear(0, size=(6, 7))
    maps = np.random.default_rng(1).normal(size=(2, 3, 6, 7))
    found = road(maps, linear.asked("linear"), [0.3, 0.8], first)
    for image, output in np.ndindex(2, 3):
        order = np.argsort(maps[image, output].ravel() * (-1 if first == "most" else 1))
        for number, count in enumerate((13, 34)):  # of 42
            kept = np.ones(42)
            kept[order[:count]] = 0
            shown = NoisyLinearImputer(noise=0)(
                torch.from_numpy(linear.images[image]).float(),
                torch.from_numpy(kept.reshape(6, 7)),
            )
            logit = (linear.weights[output] * shown.numpy()[0]).sum() + linear.bias[output]
            whole = (linear.weights[output] * linear.images[image, 0]).sum() + linear.bias[output]
            expected = 1 / (1 + np.exp(-np.sign(whole) * logit))
            assert found[image, output, number] == pytest.approx(expected, abs=1e-4)


def by_hand(image, missing):
    """Every missing pixel the weighted mean of its neighbours: all equations, solved at once."""
    height, width = missing.shape
    system, known = np.eye(height * width), np.where(missing, 0, image).reshape(len(image), -1)
    for y, x in np.argwhere(missing):
        near = {
            v * width + u: 1 / 6 if v == y or u == x else 1 / 12
            for v in range(max(y - 1, 0), min(y + 2, height))
            for u in range(max(x - 1, 0), min(x + 2, width))
            if (v, u) != (y, x)
        }
        for neighbour, weight in near.items():
            system[y * width + x, neighbour] = -weight / sum(near.values())
    return np.linalg.solve(system, known.T).T.reshape(image.shape)


@pytest.mark.parametrize("first", ["most", "least"])
def test_blocks_of_colour_images_and_classes_by_hand(first, monkeypatch):
    monkeypatch.setattr(perturbations, "NOISE", 0.0)
    rng = np.random.default_rng(0)
    images, weights = rng.normal(size=(2, 3, 8, 9)), rng.normal(scale=0.3, size=(4, 3, 8, 9))
    network = lambda few: torch.einsum("ncyx,acyx->na", few, torch.from_numpy(weights))  # noqa: E731
    asked = perturbations.Perturbations(
        network, torch.from_numpy(images), (4, 3), "linear", answers="classes"
    )
    maps = rng.normal(size=(2, 4, 4, 3))
    found = road(maps, asked, [0.25, 0.5], first)
    for image, output in np.ndindex(2, 4):
        falling = np.argsort(-maps[image, output].ravel())
        for number, count in enumerate((3, 6)):  # of 12
            gone = np.zeros(12, bool)
            gone[falling[:count] if first == "most" else falling[-count:]] = True
            missing = np.kron(gone.reshape(4, 3), np.ones((2, 3))) > 0
            logits = (weights * by_hand(images[image], missing)).sum((1, 2, 3))
            expected = np.exp(logits[output]) / np.exp(logits).sum()
            assert found[image, output, number] == pytest.approx(expected, abs=1e-4)


def test_imputed_pixels_alone_have_noise_of_the_size_that_is_said():
    image = torch.rand(1, 2, 40, 50, generator=torch.Generator().manual_seed(0))
    shown = []
    network = lambda few: shown.append(few) or few.mean((2, 3))  # noqa: E731
    asked = perturbations.Perturbations(network, image, (4, 5), "linear")
    kept = np.arange(20)[None, None] % 2 == 0
    asked.logits(kept)
    missing = np.kron(~kept.reshape(4, 5), np.ones((10, 10))) > 0
    noise = shown[0][0].numpy() - by_hand(image[0].numpy(), missing)
    assert not noise[:, ~missing].any()
    assert noise[:, missing].std() == pytest.approx(fillings.NOISE, rel=0.05)
    assert abs(noise[:, missing].mean()) < 0.1 * fillings.NOISE


def test_the_right_order_leaves_less_than_its_opposite():
    linear = Linear(3, size=(6, 7), images=5)
    asked, right = linear.asked("linear"), linear.contributions
    found = road_difference(right, asked)
    assert found.mean() > 0.1
    np.testing.assert_allclose(road_difference(-right, asked), -found)
    least, most = road(right, asked, first="least"), road(right, asked, first="most")
    np.testing.assert_allclose(found, (least - most).mean(-1))


def test_uniform_empty_missing_and_other_fillings():
    linear = Linear(2)
    maps = linear.contributions
    maps[0, 0], maps[0, 1], maps[1, 2, 0, 0] = 0, 0.1, np.nan
    found = road_difference(maps, linear.asked("linear"), [0.5])
    assert np.isnan(found[[0, 0, 1], [0, 1, 2]]).all()
    assert np.isnan(found).sum() == 3
    with pytest.raises(ValueError, match="filling 'blur'; expected 'linear'"):
        road(maps, linear.asked("blur"))
    with pytest.raises(ValueError, match="shares: found"):
        road(maps, linear.asked("linear"), [1.0])
    with pytest.raises(ValueError, match=r"shares: found 0\.5; expected numbers"):
        road(maps, linear.asked("linear"), 0.5)
    with pytest.raises(ValueError, match="first: found 'last'"):
        road(maps, linear.asked("linear"), [0.5], "last")
    assert fillings.NOISE > 0
