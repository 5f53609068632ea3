"""Random linear networks, of which everything is known."""

import numpy as np
import torch

from heed.metrics.perturbing.perturbations import Perturbations


class Linear:
    """z_j = sum of weights_j times the image, plus bias_j."""

    def __init__(self, seed, outputs=3, size=(4, 5), images=2, scale=0.3):
        rng = np.random.default_rng(seed)
        self.weights = rng.normal(scale=scale, size=(outputs, *size))
        self.bias = rng.normal(scale=scale, size=outputs)
        self.images = rng.normal(size=(images, 1, *size))

    def __call__(self, images):
        weights, bias = (torch.from_numpy(each) for each in (self.weights, self.bias))
        return torch.einsum("nyx,ayx->na", images[:, 0], weights) + bias

    def asked(self, filling="zero", **told):
        """About single pixels."""
        images = torch.from_numpy(self.images)
        return Perturbations(self, images, self.weights.shape[1:], filling, **told)

    @property
    def contributions(self):
        """Of each pixel to each answer, beside 0: (N, A, h, w)."""
        logits = np.einsum("nyx,ayx->na", self.images[:, 0], self.weights) + self.bias
        signs = np.where(logits < 0, -1, 1)
        return signs[:, :, None, None] * self.images * self.weights
