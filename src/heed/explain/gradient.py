"""The gradient of logits with respect to features, in the two forms in which it is known.

Methods that use the gradient are written once, in terms of a few operations: means over cells,
positive parts, products with the features. Both forms carry them out:

- :class:`DenseGradient`: its values, from a vector-Jacobian product through any head.
- :class:`FactoredGradient`: a matrix and a gate, where the head is affine behind the pooling
  (:mod:`heed.explain.gate`). The gradient of A logits is then never formed: each operation is a
  product of the small matrix with the gated features, and costs nothing beside the forward pass.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor


class Gradient(Protocol):
    """The derivatives of A logits by the features (B, C, h, w) of B images."""

    def mean(self) -> "Gradient":
        """Per channel the mean over its cells; the result has one cell."""
        ...

    def pooled(self, weights: Tensor) -> "Gradient":
        """Per channel the sum over its cells of gradient times weights (B, C, h, w)."""
        ...

    def pooled_by(
        self, function: Callable[[Tensor, Tensor], Tensor], channels: Tensor
    ) -> "Gradient":
        """Per channel the sum over its cells of a function of the gradient.

        Args:
            function: of the gradient and of ``channels``, elementwise, broadcasting; 0 where the
                gradient is 0.
            channels: (B, C), a value for each channel of each image.
        """
        ...

    def positive(self) -> "Gradient":
        """The gradient where it is positive, else 0."""
        ...

    def negative(self) -> "Gradient":
        """The gradient of the logits with the sign changed."""
        ...

    def dot(self, features: Tensor) -> Tensor:
        """The sum over channels of gradient times features (B, C, h, w); returns (B, A, h, w)."""
        ...

    def positive_dot(self, features: Tensor) -> Tensor:
        """The sum over channels of those products that are positive; returns (B, A, h, w)."""
        ...


@dataclass(frozen=True)
class DenseGradient:
    """The gradient by its values.

    Args:
        values: (A, B, C, h, w), or (A, B, C, 1, 1) where it is the same in all cells.
    """

    values: Tensor

    def mean(self) -> "DenseGradient":
        """Per channel the mean over its cells."""
        return DenseGradient(self.values.mean(dim=(3, 4), keepdim=True))

    def pooled(self, weights: Tensor) -> "DenseGradient":
        """Per channel the sum over its cells of gradient times weights."""
        sums = torch.einsum("abchw,bchw->abc", self.values, weights)
        return DenseGradient(sums[..., None, None])

    def pooled_by(
        self, function: Callable[[Tensor, Tensor], Tensor], channels: Tensor
    ) -> "DenseGradient":
        """Per channel the sum over its cells of a function of the gradient."""
        values = function(self.values, channels[:, :, None, None])
        return DenseGradient(values.sum(dim=(3, 4), keepdim=True))

    def positive(self) -> "DenseGradient":
        """The gradient where it is positive, else 0."""
        return DenseGradient(self.values.relu())

    def negative(self) -> "DenseGradient":
        """The gradient of the logits with the sign changed."""
        return DenseGradient(-self.values)

    def dot(self, features: Tensor) -> Tensor:
        """The sum over channels of gradient times features."""
        if self.values.shape[3:] == (1, 1):  # one weight a channel: a product of matrices
            weights = self.values[..., 0, 0].transpose(0, 1)  # (B, A, C)
            return (weights @ features.flatten(2)).unflatten(2, features.shape[2:])
        return torch.einsum("abchw,bchw->bahw", self.values, features)

    def positive_dot(self, features: Tensor) -> Tensor:
        """The sum over channels of those products that are positive."""
        return (self.values * features).relu_().sum(dim=2).transpose(0, 1)


@dataclass(frozen=True)
class FactoredGradient:
    """The gradient as a product: ``matrix[j, k] * gate[b, k, cell]``.

    Args:
        matrix: (A, C): W / n, with n the number of cells that the pooling averages.
        gate: (B, C, h, w), or (B, C, 1, 1) where it is the same in all cells; not negative.
    """

    matrix: Tensor
    gate: Tensor

    def mean(self) -> "FactoredGradient":
        """Per channel the mean over its cells."""
        return FactoredGradient(self.matrix, self.gate.mean(dim=(2, 3), keepdim=True))

    def pooled(self, weights: Tensor) -> "FactoredGradient":
        """Per channel the sum over its cells of gradient times weights."""
        gate = (self.gate * weights).sum(dim=(2, 3), keepdim=True)
        return FactoredGradient(self.matrix, gate)

    def pooled_by(
        self, function: Callable[[Tensor, Tensor], Tensor], channels: Tensor
    ) -> DenseGradient:
        """Per channel the sum over its cells of a function of the gradient; the gate is 0 or 1."""
        passing = self.gate.sum(dim=(2, 3))  # (B, C): in how many cells the gradient is not 0
        values = function(self.matrix[:, None], channels) * passing  # (A, B, C)
        return DenseGradient(values[..., None, None])

    def positive(self) -> "FactoredGradient":
        """The gradient where it is positive, else 0."""
        return FactoredGradient(self.matrix.relu(), self.gate)

    def negative(self) -> "FactoredGradient":
        """The gradient of the logits with the sign changed."""
        return FactoredGradient(-self.matrix, self.gate)

    def dot(self, features: Tensor) -> Tensor:
        """The sum over channels of gradient times features."""
        gated = (features * self.gate).flatten(2)  # (B, C, h * w)
        return (self.matrix @ gated).unflatten(2, features.shape[2:])

    def positive_dot(self, features: Tensor) -> Tensor:
        """The sum over channels of those products that are positive."""
        of_positive = self.positive().dot(features.relu())
        return of_positive + self.negative().positive().dot((-features).relu())
