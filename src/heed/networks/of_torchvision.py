"""torchvision's classifiers by name (``torchvision:vgg11_bn``), with as many outputs as are wanted.

Weights are random; none is ever downloaded.
"""

from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

import torch
from torch import Tensor

from heed.networks.names import TORCHVISION
from heed.networks.of_python import NetworkError
from heed.networks.state import State, check_state

if TYPE_CHECKING:
    from torch import nn

IMAGENET_CLASSES: Final = 1000

WITH_MORE_HEADS: Final = ("googlenet", "inception_v3")
"""Those that answer with the logits of several heads while they are trained, unless told not to."""

OTHER_HEADS: Final = ("aux1.", "aux2.", "AuxLogits.")
"""Begin the names of the weights of these other heads, which published files hold too."""


def classifier(name: str, outputs: int) -> "nn.Module":
    """One of torchvision's classifiers, with random weights and in training mode.

    Args:
        name: ``torchvision:NAME``, see ``torchvision.models.list_models``.
        outputs: number of logits.

    Raises:
        NetworkError: torchvision has no classifier of this name.

    Example:
        >>> classifier("torchvision:squeezenet1_1", 5)(torch.zeros(2, 3, 64, 64)).shape
        torch.Size([2, 5])
    """
    from torchvision import models  # here: it takes a second to import, and a nano needs none of it

    short, known = name.removeprefix(TORCHVISION), models.list_models(module=models)
    if short not in known:
        near = get_close_matches(short, known, 3)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        raise NetworkError(
            f"found {name}, but torchvision has no classifier {short}{hint} "
            "(torchvision.models.list_models(module=torchvision.models) lists them)"
        )
    alone = {"aux_logits": False, "init_weights": True} if short in WITH_MORE_HEADS else {}
    network: nn.Module = models.get_model(short, weights=None, num_classes=outputs, **alone)
    return network


def start_from_imagenet(network: "nn.Module", name: str, state: State, source: str) -> None:
    """Load ImageNet weights into a classifier, all but those of the layer with the outputs.

    Args:
        network: of :func:`classifier`.
        name: as there.
        state: a state dict of the same classifier with ImageNet's 1000 outputs.
        source: where it is from, for messages.

    Raises:
        WeightsError: it is not such a state dict.
    """
    expected = imagenet_state(name)
    remedy = f"Make it with: heed import-weights FILE --network {name} -o OUT.safetensors"
    check_state(expected, state, f"{source} ({name})", remedy)
    own = network.state_dict()
    network.load_state_dict(
        {k: state[k] if state[k].shape == own[k].shape else own[k] for k in own}
    )


def outputs_in(state: State, name: str) -> int:
    """How many logits these weights of a classifier make."""
    expected = imagenet_state(name)
    others = [k for k in expected if k in state and state[k].shape != expected[k].shape]
    # The layer with the outputs alone depends on their number, which is its first axis.
    return len(state[others[-1]]) if others and state[others[-1]].ndim else IMAGENET_CLASSES


def imagenet_state(name: str) -> dict[str, Tensor]:
    """The state dict of a classifier with ImageNet's outputs: names and shapes, without values."""
    with torch.device("meta"):
        return classifier(name, IMAGENET_CLASSES).state_dict()
