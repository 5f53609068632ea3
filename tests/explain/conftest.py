"""Networks with random weights that answer, and images to show them."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import nn

from heed.networks.catalogue import build
from heed.networks.network import Network


def clouds(size: int) -> NDArray[np.uint8]:
    """(8, size, size, 3): coloured clouds, so that no two cells of the grid are alike."""
    generator = np.random.default_rng(7)
    coarse = generator.integers(0, 256, (8, 12, 12, 3), dtype=np.uint8)
    return np.stack([cv2.resize(c, (size, size), interpolation=cv2.INTER_CUBIC) for c in coarse])


@pytest.fixture(scope="session")
def images() -> NDArray[np.uint8]:
    """Of the size that the networks are made for, whose grid is 7x7."""
    return clouds(224)


@pytest.fixture(scope="session")
def images_for(images: NDArray[np.uint8]) -> Callable[[str], NDArray[np.uint8]]:
    """By a network's name the images to show it: a large one has a grid of 5x5, to save time."""
    small = clouds(160)
    return lambda name: images if name == "nano" else small


@pytest.fixture(scope="session")
def random_network(images_for: Callable[[str], NDArray[np.uint8]]) -> Callable[[str], Network]:
    """By name a network in eval mode with random weights and live features.

    With the batch norm statistics of initialisation a deep random network answers
    the same to every image. Here they are measured on the images, then disturbed.
    The first attribute's weights speak against it in all cells of all images.
    """
    made: dict[str, Network] = {}

    def make(name: str) -> Network:
        if name not in made:
            images = images_for(name)
            torch.manual_seed(3)
            network = build(name, 40)
            norms = [module for module in network.modules() if isinstance(module, nn.BatchNorm2d)]
            for norm in norms:
                norm.momentum = 1.0
                nn.init.uniform_(norm.weight, 0.7, 1.3)
                nn.init.uniform_(norm.bias, -0.3, 0.3)
            with torch.no_grad():
                network.train()(as_pixels(images[:4]))
                for norm in norms:
                    norm.momentum = 0.1
                    assert norm.running_mean is not None
                    assert norm.running_var is not None
                    norm.running_mean += 0.1 * torch.randn_like(norm.running_mean)
                    norm.running_var *= torch.empty_like(norm.running_var).uniform_(0.7, 1.3)
                _speak_against_first_attribute(network.eval(), as_pixels(images))
            made[name] = network
        return made[name]

    return make


def _speak_against_first_attribute(network: Network, pixels: torch.Tensor) -> None:
    """Find weights whose maps, of both methods at both layers, are negative in every cell."""
    features = network.features(pixels)
    rectified = features.relu()
    positive_share = (features > 0).float().mean(dim=(2, 3), keepdim=True)
    # Maps are products of the weights with these vectors, one per image and cell.
    vectors = torch.cat([positive_share * features, rectified]).permute(0, 2, 3, 1).flatten(0, 2)
    *before, last = (network.head.get_submodule(name) for name in network.head.layer_names)
    for layer in before:
        assert isinstance(layer, nn.Linear)
        vectors = vectors @ layer.weight.T
    vectors = nn.functional.normalize(vectors, dim=1)
    weights = -vectors.mean(dim=0)
    for _ in range(2000):  # the perceptron's rule
        answers = vectors @ weights
        if answers.max() < -0.01 * weights.norm():
            break
        weights -= 0.1 * vectors[answers.argmax()]
    else:
        raise AssertionError("found no weights that speak against an attribute everywhere")
    assert isinstance(last, nn.Linear)
    last.weight[0] = nn.functional.normalize(weights, dim=0) * last.weight[1].norm()


def as_pixels(images: NDArray[np.uint8]) -> torch.Tensor:
    """(B, S, S, 3) uint8 to what networks take, (B, 3, S, S) in 0..1."""
    return torch.from_numpy(images).permute(0, 3, 1, 2).contiguous().float() / 255


@pytest.fixture(name="as_pixels", scope="session")
def _as_pixels() -> Callable[[NDArray[np.uint8]], torch.Tensor]:
    return as_pixels
