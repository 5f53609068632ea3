"""The part of a logit's gradient that depends on the features.

With W and b the affine map behind the pooling and n the number of cells,

    z_j = b_j + 1/n sum over cells and channels k of W_jk relu(f_k)

so the gradient of every logit is known without a backward pass:

    dz_j / df_k = W_jk / n * gate_k

At the features before the last ReLU the gate is 1 where f_k > 0 and 0 elsewhere;
at the features after it the gate is 1 everywhere.
"""

import torch
from torch import Tensor

from heed.base.errors import InputError
from heed.explain.gradient import FactoredGradient
from heed.explain.names import Layer


def gate(features: Tensor, layer: Layer) -> Tensor:
    """The derivative of the features after the last ReLU by those at ``layer``.

    Where a feature is exactly 0 the derivative is taken to be 0, as PyTorch does.

    Args:
        features: (B, C, h, w), what ``layer`` put out.
        layer: ``before_relu`` or ``after_relu`` (the last ReLU of the network).

    Returns:
        (B, C, h, w) of 0 and 1 in the dtype of the features.

    Raises:
        ValueError: for another layer, or where features after the ReLU are negative.

    Example:
        >>> import torch
        >>> gate(torch.tensor([[[[-1.0, 0.0, 2.0]]]]), "before_relu").tolist()
        [[[[0.0, 0.0, 1.0]]]]
    """
    if layer == "before_relu":
        return (features > 0).to(features.dtype)
    if layer == "after_relu":
        if bool((features < 0).any()):
            raise InputError("layer after_relu: a feature is negative; these are not rectified")
        return torch.ones_like(features)
    raise InputError(f"infer.layer: found {layer!r}; expected before_relu or after_relu")


def affine_gradient(features: Tensor, weights: Tensor, layer: Layer) -> FactoredGradient:
    """The gradient of all logits of an affine head.

    Args:
        features: (B, C, h, w), what ``layer`` put out.
        weights: W, (A, C), one row per logit, on pooled features.
        layer: where the features were taken.

    Returns:
        W / n and the gate.

    Raises:
        ValueError: as :func:`gate`.
    """
    cells = features.shape[2] * features.shape[3]
    return FactoredGradient(weights / cells, gate(features, layer))
