"""Networks that Heed does not build itself: torchvision's classifiers, and anybody's own.

Heed's own are a trunk and an affine head (:mod:`heed.networks.network`). Of another it is only
known that it makes logits of images; where and how its maps are taken is found out by asking it.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from heed.base.errors import InputError
from heed.networks.of_python import OUTPUTS, RAISED, NetworkError, made_by, source_digest, told
from heed.networks.of_torchvision import classifier
from heed.networks.settings import PYTHON, TORCHVISION, MeanAndStd, mean_and_std
from heed.networks.state import State

AUTO: Final = "auto"
"""The layer that maps are taken at: the last one with a grid of more than one cell."""


ASKED: Final = 2
"""Images that a network is asked about, to see how it answers."""


class OtherNetwork(nn.Module):
    """A network of any kind, which is given normalised pixels and answers with logits.

    Args:
        name: ``torchvision:NAME`` or ``python:MODULE:FUNCTION``.
        network: the network itself, from normalised images (B, 3, S, S) to logits (B, A); in a
            dictionary, or as an attribute, they are called ``logits``.
        layer: where its maps are taken: the name of one of its modules, or ``auto``.
        normalise: what is done to pixels in 0..1.
        source: digest of its code, for a function of one's own.
        outputs: the number that it was made for, where its weights do not tell.
    """

    mean: Tensor
    std: Tensor

    def __init__(
        self,
        name: str,
        network: nn.Module,
        layer: str = AUTO,
        normalise: MeanAndStd | None = None,
        source: str | None = None,
        outputs: int | None = None,
    ) -> None:
        super().__init__()
        self.name, self.layer, self.source, self.outputs = name, layer, source, outputs
        self.network = network
        self.normalise = mean_and_std(name, normalise)
        # Constants, not weights: they follow the device, but are not saved with the weights.
        for key, values in (("mean", self.normalise.mean), ("std", self.normalise.std)):
            self.register_buffer(key, torch.tensor(values).view(3, 1, 1), persistent=False)

    def forward(self, images: Tensor) -> Tensor:
        """Logits (B, A) of RGB images (B, 3, S, S) in 0..1."""
        return self.logits(self.network(self.normalised(images)))

    def normalised(self, images: Tensor) -> Tensor:
        """RGB images in 0..1 as the network wants them."""
        return (images - self.mean) / self.std

    def logits(self, answer: Any) -> Tensor:
        """The logits (B, A) in what the network answers.

        Raises:
            NetworkError: it answers with something else.
        """
        found: Any = answer.get("logits") if isinstance(answer, Mapping) else answer
        found = getattr(found, "logits", found)
        if not isinstance(found, Tensor) or found.ndim != 2 or not found.is_floating_point():
            is_tensor = isinstance(found, Tensor)
            what = f"{found.dtype} {tuple(found.shape)}" if is_tensor else type(answer).__name__
            raise NetworkError(
                f"{self.name}: answers with {what}; expected logits, a tensor (images, outputs) in "
                "floating point, or a dictionary or dataclass that has them as logits. Let the "
                "function return a module that makes them"
            )
        return found

    def published_state(self) -> dict[str, Tensor]:
        """The network's own state dict; tensors that are shared have copies of their own."""
        state = self.network.state_dict()
        return {key: value.clone() for key, value in state.items() if isinstance(value, Tensor)}

    def load_published_state(self, state: State) -> None:
        """Load a state dict with the keys of :meth:`published_state`."""
        self.network.load_state_dict(state, strict=False)

    @property
    def metadata(self) -> dict[str, str]:
        """What a file of its weights says beside its name, all of it text."""
        said = {
            "layer": self.layer,
            "mean": json.dumps(self.normalise.mean),
            "std": json.dumps(self.normalise.std),
        }
        if self.source is not None:
            said["source"] = self.source
        if self.outputs is not None:
            said[OUTPUTS] = str(self.outputs)
        return said


def other_network(
    name: str, outputs: int | None, layer: str = AUTO, normalise: MeanAndStd | None = None
) -> OtherNetwork:
    """Make a network that Heed does not build itself.

    Args:
        name: ``torchvision:NAME``, or ``python:MODULE:FUNCTION``, whose code is run.
        outputs: number of logits, which a classifier of torchvision's needs; what a function of
            one's own makes of it is its own affair.
        layer: where its maps are taken.
        normalise: what is done to pixels in 0..1; without it what :func:`mean_and_std` says.

    Returns:
        It, on the CPU, in training mode and float32, with random weights or with those that the
        function gave it.

    Raises:
        NetworkError: there is no such network, or what the function returns is none.

    Example:
        >>> network = other_network("torchvision:squeezenet1_1", outputs=5)
        >>> network(torch.rand(2, 3, 64, 64)).shape, network.mean.flatten()
        (torch.Size([2, 5]), tensor([0.4850, 0.4560, 0.4060]))
    """
    if name.startswith(TORCHVISION):
        if outputs is None:
            raise InputError(f"outputs: found none for {name}; expected their number")
        return OtherNetwork(name, classifier(name, outputs), layer, normalise)
    if not name.startswith(PYTHON):
        raise InputError(f"network: found {name!r}; expected {TORCHVISION}NAME or {PYTHON}…")
    source = source_digest(name)
    precision = torch.get_default_dtype()
    try:
        made = made_by(name, outputs)
    finally:  # that of all other networks, which the function may have set for its own
        torch.set_default_dtype(precision)
    if not isinstance(made, nn.Module):
        raise NetworkError(f"{name}: returns {type(made).__name__}; expected a torch.nn.Module")
    if isinstance(made, torch.jit.ScriptModule):
        raise NetworkError(
            f"{name}: returns TorchScript, whose layers take no hooks; return the module that it "
            "was made of"
        )
    if any(is_lazy(each) for each in made.parameters()):
        raise NetworkError(
            f"{name}: returns a network with layers that have no size yet (nn.Lazy…); ask it about "
            "an image of noise before it is returned"
        )
    return OtherNetwork(name, made.cpu().float().train(), layer, normalise, source, outputs)


def check_answer(network: OtherNetwork, outputs: int, size: int) -> None:
    """Ask a network about images of noise, and see whether it answers with logits.

    Args:
        network: in any mode.
        outputs: the number A of logits that it must have.
        size: side S of the images.

    Raises:
        NetworkError: it does not take such images, or makes other logits of them.
    """
    try:
        logits = answer(network, size)
    except NetworkError:
        raise
    except RAISED as error:
        raise NetworkError(
            f"{network.name}: asked about crops of {size}x{size} pixels it raised {told(error)}. "
            "Does it take images of this size (crop.size)?"
        ) from error
    if logits.shape != (ASKED, outputs):
        raise NetworkError(
            f"{network.name}: makes logits {tuple(logits.shape)} of {ASKED} images; expected "
            f"({ASKED}, {outputs}), an output for each of the {outputs} attributes, in their order"
        )


def answer(network: OtherNetwork, size: int) -> Tensor:
    """The logits of two images of noise, in eval mode and without a draw of random numbers.

    Args:
        network: in any mode, which each of its modules has again afterwards.
        size: side S of the images.

    Returns:
        (2, A), detached.
    """
    pixels = torch.rand(ASKED, 3, size, size, generator=torch.Generator().manual_seed(0))
    modes = [(module, module.training) for module in network.modules()]
    network.eval()
    try:
        with torch.random.fork_rng(devices=[]), torch.no_grad():
            logits: Tensor = network(pixels.to(network.mean.device))
    finally:
        for module, training in modes:
            module.training = training
    return logits
