"""Maps of all logits of a network that Heed does not build itself, by several methods at once."""

from collections.abc import Callable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from heed.base.errors import InputError
from heed.explain.affine import affine_head
from heed.explain.any_network import looked_at
from heed.explain.devices import check_precision, coming_back, computing, rounded, sent
from heed.explain.eager import eager
from heed.explain.engine import Engine
from heed.explain.finite import check_finite
from heed.explain.forward import Explained
from heed.explain.images import floating
from heed.explain.layers import chosen_layers, seen_layers, unwrapped
from heed.explain.method import GradientMethod, Method
from heed.explain.modes import evaluation_mode, recording
from heed.explain.names import Precision
from heed.explain.placement import Placement
from heed.explain.shapes import reshaper
from heed.explain.split import Split
from heed.networks.other import AUTO, OtherNetwork

if TYPE_CHECKING:
    from collections.abc import Iterator


class LayerError(InputError):
    """A layer that is not there, or whose output is no grid that maps can be made on."""


Places = dict[str, Placement]
"""Where the cells of layers look, by the layers' names."""


class OtherExplainer:
    """Maps of a network of any kind, through the engine of :func:`heed.explain`.

    The network is cut at its layer. Where its head is affine behind the pooling, its maps follow
    from the forward pass; else the head is differentiated, for all logits at once.

    Args:
        network: on any device, in any mode; each call runs it in eval mode and then restores the
            mode of every module.
        methods: what to map with, by name, all of them functions of features and gradient.
        image: (1, S, S, 3) uint8, one of the images, by which the layer is found.
        outputs: the number A of logits that it must have.
        precision: of what comes before the layer, see :class:`heed.explain.forward.Explainer`.
        places: where layers look, as far as it was found out for other weights of the same
            network; what is found out here is added.

    Raises:
        ValueError: the network has no such layer or other outputs, its maps are no square grid of
            more than one cell, or it has no maps of a method.

    Example:
        >>> from heed.explain.catalogue import METHODS
        >>> from heed.networks.other import other_network
        >>> images = np.zeros((2, 64, 64, 3), np.uint8)
        >>> network = other_network("torchvision:squeezenet1_1", outputs=5)
        >>> methods = {"layercam": METHODS["layercam"]}
        >>> explainer = OtherExplainer(network, methods, images[:1], outputs=5)
        >>> explainer.layer, explainer(images).maps["layercam.minus"].shape
        ('classifier.2', (2, 5, 3, 3))
    """

    def __init__(
        self,
        network: OtherNetwork,
        methods: Mapping[str, Method],
        image: NDArray[np.uint8],
        outputs: int,
        precision: Precision = "float32",
        places: Places | None = None,
    ) -> None:
        if not methods:
            raise InputError("infer.methods: found none; expected at least one")
        self._places = {} if places is None else places
        self.network, self.module = network, unwrapped(network.network)
        self.methods: dict[str, GradientMethod] = {}
        for name, method in methods.items():
            if not isinstance(method, GradientMethod):
                raise InputError(
                    f"infer.methods: {name} needs more than features and their gradient "
                    f"({method.price}); heed.explain computes it"
                )
            self.methods[name] = method
        check_precision(precision, network.mean.device, "infer.precision")
        self.precision = precision
        self._image = self._pixels(image)
        with self._running():
            split = self._split(outputs)
            self._engine = _Several(split, next(iter(self.methods.values())), None)
            self._engine.affine = affine_head(split, self._image)
            self.cells = self._checked_grid()

    @property
    def layer(self) -> str:
        """The name of the layer that maps are taken at."""
        return self._engine.split.layers[0].name

    @property
    def affine(self) -> bool:
        """Whether the head was affine behind the pooling so far: then logits have a bias."""
        return self._engine.affine is not None

    def __call__(self, images: NDArray[np.uint8], batch_size: int = 64) -> Explained:
        """Explain images.

        Args:
            images: (B, S, S, 3) uint8, RGB.
            batch_size: how many of them pass the network at once.

        Returns:
            Logits and maps; the contribution is NaN where the head is not affine.

        Raises:
            ValueError: a logit is not finite, or the network has no maps of a method.
        """
        return self.begin(images, batch_size)()

    def begin(
        self, images: NDArray[np.uint8], batch_size: int = 64, first: int = 0
    ) -> Callable[[], Explained]:
        """Begin to explain images: all but the way of the results from their device.

        Args:
            images: as they are called with.
            batch_size: how many of them pass the network at once.
            first: the number of the first one, for messages.

        Returns:
            A function that waits for the result, and gives it.

        Raises:
            ValueError: as for a call.
        """
        parts: list[Callable[[], list[NDArray[Any]]]] = []
        with self._running():
            for start in range(0, len(images), batch_size):
                pixels = self._pixels(images[start : start + batch_size])
                parts.append(coming_back(self._engine.several(pixels, self.methods, first + start)))

        def finish() -> Explained:
            return Explained.joined([part() for part in parts], self.methods)

        return finish

    def placement(self) -> Placement:
        """Where the cells of the maps look.

        Raises:
            PlacementError: that cannot be told.
        """
        if self.layer not in self._places:
            split, grid = self._engine.split, (self.cells, self.cells)
            with self._running():
                found = looked_at(split, split.layers[0], self._image, False, grid)
            self._places[self.layer] = found
        return self._places[self.layer]

    @contextmanager
    def _running(self) -> "Iterator[None]":
        device = self.network.mean.device
        with (
            eager(self.module),
            evaluation_mode(self.network),
            computing(device),
        ):
            yield

    def _pixels(self, images: NDArray[np.uint8]) -> Tensor:
        if images.ndim != 4 or images.shape[3] != 3 or images.dtype != np.uint8:
            raise InputError(
                f"images are {images.dtype} {images.shape}; expected uint8 (B, S, S, 3), RGB"
            )
        network = self.network
        pixels = floating(sent(torch.from_numpy(images), network.mean.device))  # (B, 3, S, S)
        precise = [p.dtype for p in network.parameters() if p.is_floating_point()]
        return network.normalised(pixels).to(precise[0] if precise else torch.float32)

    def _split(self, outputs: int) -> Split:
        network = self.network
        # By auto no tokens: the last ones may lead nowhere.
        shape = reshaper(None) if network.layer == AUTO else as_grid
        try:
            seen, answer = seen_layers(self.module, self._image, shape)
            layers = chosen_layers(network.layer, self.module, seen)
        except InputError as error:
            raise LayerError(f"{network.name}: {error}") from error
        logits = network.logits(answer)
        if logits.shape != (1, outputs):
            raise InputError(
                f"{network.name}: found logits {tuple(logits.shape)} of one image; expected "
                f"(1, {outputs})"
            )
        return Split(self.module, layers, network.logits, shape, precision=self.precision)

    def _checked_grid(self) -> int:
        """The side of the maps, once each method was asked for its maps of one image."""
        name = self.network.name
        try:
            *_, maps = self._engine.several(self._image, self.methods, 0)
        except InputError as error:
            raise InputError(
                f"infer.methods: the maps of {name} at {self.layer}: {error}"
            ) from error
        rows, columns = maps.shape[2:]
        size = self._image.shape[-1]
        if rows != columns or rows == 1 or rows > size:
            raise LayerError(
                f"{name}: the maps of {self.layer} have {rows} x {columns} cells for "
                f"{size} x {size} pixels; expected a square grid of more than one cell: name "
                "another layer"
            )
        return int(rows)


@dataclass
class _Several(Engine):
    """The engine of heed.explain, asked for the maps of several methods of one pass."""

    def several(
        self, batch: Tensor, methods: Mapping[str, GradientMethod], first: int
    ) -> list[Tensor]:
        """Logits, contributions, and maps as :meth:`Explained.joined` takes them."""
        cut = self.split.values(batch) if self.affine is not None else self._graph(batch)
        logits = cut.logits.detach().float()
        with rounded(batch.device, self.split.precision):
            check_finite(self.split.network, batch, logits, first)
        features = [self.split.shape(leaf).detach().float() for leaf in cut.leaves]
        if self.affine is not None and not bool(self.affine.explains(features[0], logits)):
            # What else the logits depend on differs between images: another branch, the batch.
            self.affine = None
            return self.several(batch, methods, first)
        bias = torch.nan if self.affine is None else self.affine.bias
        maps = []
        with recording(False):
            for method in methods.values():
                ((of_z, minus),) = self._by_gradient(method, cut, features)
                maps += [of_z.detach()] if minus is None else [of_z.detach(), minus.detach()]
        return [logits, logits - bias, *maps]


def as_grid(output: Tensor) -> Tensor:
    """Features (B, C, h, w) of what a layer puts out; of tokens (B, T, D) the last h * h are them.

    Example:
        >>> as_grid(torch.zeros(2, 1 + 14 * 14, 768)).shape
        torch.Size([2, 768, 14, 14])
    """
    return reshaper("tokens")(output) if output.ndim == 3 else output
