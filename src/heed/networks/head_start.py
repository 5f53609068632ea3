"""The last layer of a head, set so that a training starts from logits that are known."""

import torch
from torch import Tensor, nn

from heed.base.errors import InputError
from heed.networks.network import Network


def start_head(network: Network, logits: Tensor) -> None:
    """Make ``network`` answer every image with the same ``logits``.

    The weights W of the head's last layer become 0 and its bias b the logits, so that z = W a + b
    is b, whatever the features a are. As the gradient of a logit is W, the trunk begins to learn
    with the second step.

    Args:
        network: what to start; only the head's last layer changes.
        logits: (A,) float, one for each attribute.

    Raises:
        ValueError: if there are more or fewer logits than the network has outputs, or one of them
            is not finite.

    Example:
        >>> from heed.networks.catalogue import build
        >>> network = build("nano", outputs=2)
        >>> start_head(network, torch.tensor([-0.5, 0.25]))
        >>> network(torch.rand(3, 3, 64, 64)).unique(dim=0)
        tensor([[-0.5000,  0.2500]], grad_fn=<UniqueDimBackward0>)
    """
    layer = network.head.get_submodule(network.head.layer_names[-1])
    assert isinstance(layer, nn.Linear)
    if logits.shape != layer.bias.shape or not torch.isfinite(logits).all():
        raise InputError(
            f"logits to start from: found {tuple(logits.shape)}, {logits.tolist()}; expected "
            f"{layer.out_features} finite numbers, one for each output of {network.name}"
        )
    with torch.no_grad():
        layer.weight.zero_()
        layer.bias.copy_(logits)
