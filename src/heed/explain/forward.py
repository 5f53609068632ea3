"""One forward pass: logits, what of them comes from the image, and the maps of all of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from heed.base.errors import InputError
from heed.explain.devices import LOWER, check_precision, coming_back, computing, rounded, sent
from heed.explain.finite import check_finite
from heed.explain.gate import affine_gradient
from heed.explain.images import floating
from heed.explain.layers import unwrapped
from heed.explain.method import GradientMethod, Method
from heed.explain.modes import evaluation_mode
from heed.explain.names import Layer, Precision, of_minus
from heed.explain.placement import Placement
from heed.explain.receptive_field import receptive_field
from heed.networks.network import Network


@dataclass(frozen=True)
class Explained:
    """What one forward pass says about B images."""

    logits: NDArray[np.float32]
    """(B, A)."""
    contribution: NDArray[np.float32]
    """(B, A), z - b: the part of each logit that comes from the image; b is its bias."""
    maps: dict[str, NDArray[np.float32]]
    """Per method (B, A, h, w): the map of +z, neither rectified nor scaled; and that of -z, by
    the name :func:`heed.explain.names.of_minus`, where it is not the negative of it."""

    @classmethod
    def joined(
        cls, parts: Sequence[Sequence[NDArray[Any]]], methods: Mapping[str, Method]
    ) -> "Explained":
        """What is said of several batches, as of one.

        Args:
            parts: of each batch its logits, contributions, and maps in the order of
                :func:`names_of_maps`.
            methods: what was mapped with, by name.
        """
        logits, contribution, *maps = (np.concatenate(each) for each in zip(*parts, strict=True))
        return cls(logits, contribution, dict(zip(names_of_maps(methods), maps, strict=True)))


class Explainer:
    """Maps of all logits of a network, without a backward pass.

    The affine head is collapsed once, here: make a new explainer after changing
    the network's weights.

    Args:
        network: a trunk with an affine head, on any device, in any mode and precision, alone or in
            a wrapper (DataParallel, ``torch.compile``), which is looked through; each call runs it
            in eval mode and then restores the mode of every module. Any other network is for
            :func:`heed.explain`.
        methods: what to map with, by name, see :data:`heed.explain.catalogue.METHODS`.
        layer: where the maps are taken, ``before_relu`` or ``after_relu``.
        precision: of the trunk: ``float32`` (that of its weights, without TF32), ``tf32``,
            ``bfloat16`` or ``float16`` where its device has it.

    Raises:
        NotAffineError: if the head is not affine behind the pooling.
        ValueError: for another layer, no methods, or a method that needs more than the gradient.

    Example:
        >>> from heed.explain.catalogue import METHODS
        >>> from heed.networks.catalogue import build
        >>> methods = {"gradcam": METHODS["gradcam"]}
        >>> explainer = Explainer(build("nano", outputs=5), methods, "before_relu")
        >>> explainer(np.zeros((2, 96, 96, 3), np.uint8)).maps["gradcam"].shape
        (2, 5, 3, 3)
    """

    affine: Final = True
    """Its head always is, behind the pooling: logits have a bias."""

    def __init__(
        self,
        network: nn.Module,
        methods: Mapping[str, Method],
        layer: Layer,
        precision: Precision = "float32",
    ) -> None:
        network = unwrapped(network)
        if not isinstance(network, Network):
            raise InputError(
                f"network: found {type(network).__name__}; expected one of Heed's, whose head is "
                "known to be affine; heed.explain takes any"
            )
        if layer not in ("before_relu", "after_relu"):
            raise InputError(f"infer.layer: found {layer!r}; expected before_relu or after_relu")
        if not methods:
            raise InputError("infer.methods: found none; expected at least one")
        for name, method in methods.items():
            if not isinstance(method, GradientMethod):
                raise InputError(
                    f"infer.methods: {name} needs more than features and their gradient "
                    f"({method.price}); heed.explain computes it"
                )
        self.network = network
        self.methods = {name: m for name, m in methods.items() if isinstance(m, GradientMethod)}
        self.layer = layer
        for key, tensor in network.head.state_dict().items():
            if not torch.isfinite(tensor).all():
                raise InputError(
                    f"the weights of {network.name} are not finite: head.{key} holds NaN or "
                    "infinity; were they trained to the end?"
                )
        self.weights, self.bias = network.effective_head()
        check_precision(precision, self.weights.device, "infer.precision")
        self.precision = precision

    def __call__(self, images: NDArray[np.uint8], batch_size: int = 64) -> Explained:
        """Explain images.

        Args:
            images: (B, S, S, 3) uint8, RGB, S a multiple of 32.
            batch_size: how many of them pass the network at once.

        Raises:
            ValueError: for images of another shape or dtype, or a logit that is not
                finite: naming its image, and the first layer that is not.
        """
        return self.begin(images, batch_size)()

    def begin(
        self, images: NDArray[np.uint8], batch_size: int = 64, first: int = 0
    ) -> Callable[[], Explained]:
        """Begin to explain images; a GPU computes while the program goes on.

        Args:
            images: as they are called with.
            batch_size: how many of them pass the network at once.
            first: the number of the first one, for messages.

        Returns:
            A function that waits for the result, and gives it or raises.
        """
        _check(images)
        device = self.weights.device
        with (
            torch.inference_mode(),
            evaluation_mode(self.network),
            computing(device),
        ):
            parts = [
                coming_back(self._explain(images[start : start + batch_size]))
                for start in range(0, len(images), batch_size)
            ]

        def finish() -> Explained:
            found = Explained.joined([part() for part in parts], self.methods)
            self._check_finite(images, found.logits, first)
            return found

        return finish

    def placement(self) -> Placement:
        """Where the cells of the maps look.

        Raises:
            PlacementError: that cannot be told.
        """
        return receptive_field(self.network.trunk)

    def _explain(self, images: NDArray[np.uint8]) -> list[Tensor]:
        """Logits, contributions, and maps in the order of :func:`names_of_maps`."""
        device = self.weights.device
        pixels = floating(sent(torch.from_numpy(images), device))  # (B, 3, S, S)
        with rounded(device, self.precision):
            features = self.network.features(pixels.to(self.network.mean.dtype))
        if self.precision in LOWER:
            features = features.float()
        at_layer = features if self.layer == "before_relu" else self.network.head.relu(features)
        at_layer = at_layer.float()
        gradient = affine_gradient(at_layer, self.weights, self.layer)
        maps = []
        for method in self.methods.values():
            maps.append(method.maps(at_layer, gradient))
            if not method.odd:
                maps.append(method.maps(at_layer, gradient.negative()))
        # After the maps: a head whose ReLU works in place overwrites the features.
        logits = self.network.head(features).float()
        return [logits, logits - self.bias, *maps]

    def _check_finite(
        self, images: NDArray[np.uint8], logits: NDArray[np.float32], first: int
    ) -> None:
        wrong = np.flatnonzero(~np.isfinite(logits).all(axis=1))
        if not len(wrong):
            return
        row = slice(wrong[0], wrong[0] + 1)
        device = self.weights.device
        pixels = floating(torch.from_numpy(images[row]).to(device)).to(self.network.mean.dtype)
        with evaluation_mode(self.network), rounded(device, self.precision):
            check_finite(self.network, pixels, torch.from_numpy(logits[row]), first + wrong[0])


def names_of_maps(methods: Mapping[str, Method]) -> list[str]:
    """What the maps of some methods are called: of z, and of -z where they are not its negative."""
    return [
        each
        for name, method in methods.items()
        for each in ([name] if method.odd else [name, of_minus(name)])
    ]


def logits_of(
    network: nn.Module, images: NDArray[np.uint8], batch_size: int = 64
) -> NDArray[np.float32]:
    """What a network answers, in eval mode; afterwards each module has its own mode again.

    Args:
        network: from images in 0..1, (B, 3, S, S), to logits, on any device.
        images: (B, S, S, 3) uint8, RGB, B > 0, S of a size that the network takes.
        batch_size: how many of them pass the network at once.

    Returns:
        (B, A).

    Example:
        >>> from heed.networks.catalogue import build
        >>> logits_of(build("nano", outputs=5), np.zeros((2, 96, 96, 3), np.uint8)).shape
        (2, 5)
    """
    device = next(iter((*network.parameters(), *network.buffers()))).device
    found = []
    with torch.inference_mode(), evaluation_mode(network):
        for start in range(0, len(images), batch_size):
            batch = torch.from_numpy(images[start : start + batch_size])
            found.append(network(floating(batch.to(device))).cpu().numpy())
    return np.concatenate(found)


def _check(images: NDArray[np.uint8]) -> None:
    if images.ndim != 4 or images.shape[3] != 3 or images.shape[1] != images.shape[2]:
        raise InputError(f"images are {images.shape}; expected (B, S, S, 3)")
    if images.dtype != np.uint8:
        raise InputError(f"images are {images.dtype}; expected uint8, RGB in 0..255")
    if not len(images) or not images.shape[1] or images.shape[1] % 32:
        raise InputError(f"images are {images.shape}; expected B > 0 and S a multiple of 32")
