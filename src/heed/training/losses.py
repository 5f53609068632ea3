"""The loss of every image and attribute, before weighting and averaging."""

import torch
from torch import Tensor
from torch.nn import functional

from heed.training.settings import Loss


def element_losses(logits: Tensor, labels: Tensor, loss: Loss) -> Tensor:
    """Compute one loss per image and attribute.

    - ``bce``: binary cross-entropy of sigmoid(z) with targets 0 and 1, i.e.
      log(1 + exp(-z t)) for t = -1, +1, as in Chavannes & Rutishauser 2021.
    - ``mse``: squared error (z - t)^2 on targets t = -1, +1, the loss of MOON
      (Rudd et al. 2016) and of AFFACT (Günther et al. 2017).

    Both decide at z = 0.

    Args:
        logits: (B, A) float, the network's output z.
        labels: (B, A) of any dtype, -1 or +1.
        loss: which of the two.

    Returns:
        (B, A) of the dtype of ``logits``.

    Example:
        >>> element_losses(torch.tensor([[0.5]]), torch.tensor([[-1]]), "mse")
        tensor([[2.2500]])
    """
    if loss == "bce":
        targets = (labels > 0).to(logits.dtype)
        return functional.binary_cross_entropy_with_logits(logits, targets, reduction="none")
    return torch.square(logits - labels)
