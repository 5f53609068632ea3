"""Networks of faces: a body that makes features, and a linear layer that decides from them.

The body is one of torchvision's networks, or a small one of the same plan
(:mod:`heed.recognition.small_plans`). The linear layer has an output for each person, or for each
of anything else that faces are told apart by: with an output for each attribute, and the losses of
:mod:`heed.training`, the same network is a baseline of attributes.
"""

import json
import os
from collections.abc import Mapping, Sequence
from typing import Final

import torch
from torch import Tensor, nn
from torchvision import models

from heed.base.settings import validated
from heed.networks.of_torchvision import start_from_imagenet
from heed.networks.state import WeightsError, check_state
from heed.networks.weights_file import metadata_of, read_state, save_state
from heed.recognition.settings import SMALL, FaceNetworkParams
from heed.recognition.small_plans import (
    SevenBySeven,
    small_bottleneck,
    small_plain,
    small_residual,
)

NAME: Final = "face"
"""The network that its files name."""

RECIPE: Final = "recipe"
OUTPUTS: Final = "outputs"
"""Keys of a file's metadata: what the network is made of, and the number of its outputs."""

IMAGENET_MEAN, IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
MIDDLE, QUARTER = (0.5, 0.5, 0.5), (0.25, 0.25, 0.25)
"""What small networks subtract and divide by: pixels in 0..1 become -2..2."""

_SMALL_BODIES = {
    "small_residual": small_residual,
    "small_bottleneck": small_bottleneck,
    "small_plain": small_plain,
}


class FaceNetwork(nn.Module):
    """A body, and a linear layer on its features.

    Args:
        params: what it is made of.
        body: maps normalised images (B, 3, S, S) to features (B, D).
        width: D.
        outputs: number of logits.
        mean: subtracted from the R, G and B channel of images in 0..1.
        std: what the channels are then divided by.
    """

    mean: Tensor
    std: Tensor

    def __init__(
        self,
        params: FaceNetworkParams,
        body: nn.Module,
        width: int,
        outputs: int,
        mean: Sequence[float] = IMAGENET_MEAN,
        std: Sequence[float] = IMAGENET_STD,
    ) -> None:
        super().__init__()
        self.params = params
        self.body = body
        self.head = nn.Linear(width, outputs)
        # Constants, not weights: they follow the device, but are not saved.
        self.register_buffer("mean", torch.tensor(mean).view(3, 1, 1), persistent=False)
        self.register_buffer("std", torch.tensor(std).view(3, 1, 1), persistent=False)

    def forward(self, images: Tensor) -> Tensor:
        """Logits (B, A) of RGB images (B, 3, S, S) in 0..1."""
        logits: Tensor = self.head(self.features(images))
        return logits

    def features(self, images: Tensor) -> Tensor:
        """What the last layer decides from, (B, D), of RGB images in 0..1."""
        features: Tensor = self.body((images - self.mean) / self.std)
        return features


def new_face_network(
    params: FaceNetworkParams, outputs: int, pretrained: str | os.PathLike[str] | None = None
) -> FaceNetwork:
    """A network with random weights, or with those of ImageNet in its body.

    Args:
        params: what it is made of.
        outputs: number of logits, e.g. of persons.
        pretrained: file of ImageNet weights, as ``heed import-weights FILE --network
            torchvision:NAME -o OUT.safetensors`` makes it of torchvision's; None: random ones, as
            torch's seed decides. The last layer is random in any case.

    Raises:
        WeightsError: these are no weights of that network of torchvision's.

    Example:
        >>> params = FaceNetworkParams(plan="small_residual", width=8, depth=1)
        >>> network = new_face_network(params, outputs=5)
        >>> images = torch.zeros(2, 3, 112, 112)
        >>> network(images).shape, network.features(images).shape
        (torch.Size([2, 5]), torch.Size([2, 32]))
    """
    if params.plan in SMALL:
        if pretrained is not None:
            raise WeightsError(
                f"{pretrained}: found weights for {params.plan}, which no ImageNet weights fit; "
                "set none, or choose a network of torchvision"
            )
        assert params.width is not None and params.depth is not None  # noqa: PT018
        body, width = _SMALL_BODIES[params.plan](params.width, params.depth)
        return FaceNetwork(params, body, width, outputs, MIDDLE, QUARTER)
    whole: nn.Module = models.get_model(params.plan, weights=None)
    if pretrained is not None:
        state, _ = read_state(pretrained)
        start_from_imagenet(whole, f"torchvision:{params.plan}", state, str(pretrained))
    if params.plan == "vgg16":
        whole.avgpool = SevenBySeven()
    return FaceNetwork(params, whole, _without_last_layer(whole), outputs)


def save_face_network(
    network: FaceNetwork, path: str | os.PathLike[str], *, guard: bool = True
) -> None:
    """Write a network's weights, and what it is made of.

    Args:
        network: any.
        path: of the file, safetensors.
        guard: see :func:`heed.base.files.written_whole`.
    """
    recipe = json.dumps(network.params.model_dump(), sort_keys=True)
    more = {RECIPE: recipe, OUTPUTS: str(network.head.out_features)}
    save_state(network.state_dict(), NAME, path, guard=guard, more=more)


def load_face_network(path: str | os.PathLike[str]) -> FaceNetwork:
    """Read a network that :func:`save_face_network` has written, in eval mode.

    Raises:
        WeightsError: the file is missing, damaged, or of another network.
        ParamsError: what it says that it is made of is not known.
    """
    said = metadata_of(path)
    if said.get("network") != NAME or not said.get(OUTPUTS, "").isdecimal():
        raise WeightsError(
            f"{path}: found weights of {said.get('network', 'no network that is named')!r}; "
            f"expected {NAME!r}, as heed.recognition writes it: name another file, or train again"
        )
    params = validated(FaceNetworkParams, RECIPE, _recipe(path, said), path)
    network = new_face_network(params, int(said[OUTPUTS]))
    state, _ = read_state(path)
    check_state(network.state_dict(), state, str(path), "Train the network again")
    network.load_state_dict(state)
    return network.eval()


def _recipe(path: str | os.PathLike[str], said: Mapping[str, str]) -> object:
    try:
        return json.loads(said.get(RECIPE, ""))
    except ValueError:
        raise WeightsError(
            f"{path}: found the metadata {RECIPE} {said.get(RECIPE)!r}; expected what the network "
            "is made of, as JSON: train the network again"
        ) from None


def _without_last_layer(network: nn.Module) -> int:
    """Take the last linear layer out of a network of torchvision; returns how many it is given."""
    name, last = [(n, m) for n, m in network.named_modules() if isinstance(m, nn.Linear)][-1]
    network.set_submodule(name, nn.Identity())
    return last.in_features
