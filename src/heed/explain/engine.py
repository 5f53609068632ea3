"""The maps of any network, one batch after the other."""

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from heed.base.errors import InputError
from heed.explain.affine import AffineHead, affine_head
from heed.explain.devices import coming_back, rounded
from heed.explain.finite import check_finite
from heed.explain.gradient import DenseGradient, Gradient
from heed.explain.image_gradient import image_maps
from heed.explain.logits import REFUSALS
from heed.explain.method import FeatureMethod, GradientMethod, ImageMethod, Method, PassMethod
from heed.explain.modes import recording
from heed.explain.package import PackageMethod, package_maps
from heed.explain.passes import Passes
from heed.explain.split import Cut, Split

Maps = NDArray[np.float32]


@dataclass(frozen=True)
class Part:
    """What is known of one batch.

    Args:
        logits: (B, A).
        maps: per layer (B, A, h, w) of z, and of -z where no symmetry tells it.
    """

    logits: Maps
    maps: tuple[tuple[Maps, Maps | None], ...]


@dataclass
class Engine:
    """A network that is cut and ready.

    Args:
        split: the network.
        method: what to map with.
        affine: its head, where it is affine behind the pooling; forgotten at the first batch
            that shows it to be another.
        options: of the method.
        batch_size: how many images pass at once.
        ask: whether the head is still to be asked if it is affine.
        images: how many have passed.
        looked: whether it was looked if gradients are 0 everywhere, which is done once.
    """

    split: Split
    method: Method
    affine: AffineHead | None
    options: Mapping[str, Any] = field(default_factory=dict)
    batch_size: int = 32
    ask: bool = False
    images: int = 0
    looked: bool = False

    def __call__(self, batch: Tensor) -> Part:
        """Logits and maps of a batch (B, ...)."""
        return self.begin(batch)()

    def begin(self, batch: Tensor) -> Callable[[], Part]:
        """Begin with a batch (B, ...); a GPU computes while the program goes on.

        Returns:
            A function that waits for logits and maps, and gives them; or it raises.
        """
        by_features = self.method.times if isinstance(self.method, ImageMethod) else self.method
        backward = isinstance(by_features, GradientMethod) and self.affine is None
        cut = self._graph(batch) if backward else self.split.values(batch)
        logits = cut.logits.detach().float()
        features = [self.split.shape(leaf).detach().float() for leaf in cut.leaves]
        first, affine = self.images, self._affine(batch, cut)
        self.images += len(batch)
        holds = torch.isfinite(logits).all()
        if affine is not None:
            holds = holds & affine.explains(features[0], logits)
        if not isinstance(self.method, GradientMethod) and not bool(holds):
            return lambda: self._otherwise(batch, logits, first)  # before many passes are run
        with recording(False):
            if isinstance(self.method, GradientMethod):
                maps = self._by_gradient(self.method, cut, features)
            elif isinstance(self.method, FeatureMethod):
                maps = [(self.method.maps(each)[:, None], None) for each in features]
            elif isinstance(self.method, PassMethod):
                maps = [self._by_passes(self.method, batch, features, logits)]
            elif isinstance(self.method, ImageMethod):
                maps = [self._by_images(self.method, batch, cut, features)]
            else:
                maps = [self._by_package(batch)]
        of_z, of_minus = zip(*maps, strict=True)
        own = [each for each in of_minus if each is not None]
        arrive = coming_back([each.detach().float() for each in (logits, holds, *of_z, *own)])

        def finish() -> Part:
            z, held, *arrays = arrive()
            if not held:
                return self._otherwise(batch, logits, first)
            positive, negative = arrays[: len(of_z)], arrays[len(of_z) :]
            if not negative:
                return Part(z, tuple((each, None) for each in positive))
            return Part(z, tuple(zip(positive, negative, strict=True)))

        return finish

    def _affine(self, batch: Tensor, cut: Cut) -> AffineHead | None:
        """The head, where it is affine; it is asked when its first batch is there."""
        if self.ask:
            self.ask = False
            self.affine = affine_head(self.split, batch[:1], cut.leaves[0][:1])
        return self.affine

    def _otherwise(self, batch: Tensor, logits: Tensor, first: int) -> Part:
        """A batch whose logits are not finite, or not what the affine head makes of it."""
        with rounded(batch.device, self.split.precision):
            check_finite(self.split.network, batch, logits, first)
        # What else the logits depend on differs between images: another branch, the batch.
        passed, self.affine, self.images = self.images, None, first
        part = self(batch)
        self.images = passed
        return part

    def _graph(self, batch: Tensor) -> Cut:
        try:
            cut = self.split.graph(batch)
        except torch.OutOfMemoryError:
            raise
        except RuntimeError as error:
            self.split.values(batch)  # what fails here as well says why by itself
            raise InputError(
                f"behind layer {self.split.layers[0].name!r} the network runs, but not where "
                f"autograd records ({str(error).split('. ')[0]}); use a method without a "
                "gradient, such as 'eigencam' or 'scorecam', or, where the weights were made "
                "under torch.inference_mode(), make them anew outside of it"
            ) from error
        if not cut.logits.requires_grad and not self.split.everywhere:
            self.split = replace(self.split, everywhere=True)
            cut = self.split.graph(batch)
        if not cut.logits.requires_grad:
            names = ", ".join(repr(layer.name) for layer in self.split.layers)
            raise InputError(
                f"layer {names}: no logit can be differentiated by what it puts out; the network "
                "detaches it, or computes the logits under torch.no_grad()"
            )
        return cut

    def _by_gradient(
        self, method: GradientMethod, cut: Cut, features: list[Tensor]
    ) -> list[tuple[Tensor, Tensor | None]]:
        found: list[list[tuple[Tensor, Tensor | None]]] = [[] for _ in features]
        for gradients in self._gradients(cut, features):
            for each, gradient, parts in zip(features, gradients, found, strict=True):
                negative = None
                if method.symmetry == "none":
                    negative = method.maps(each, gradient.negative())
                parts.append((method.maps(each, gradient), negative))
        maps: list[tuple[Tensor, Tensor | None]] = []
        for parts in found:
            of_minus = [negative for _, negative in parts if negative is not None]
            negative = torch.cat(of_minus, dim=1) if of_minus else None
            maps.append((torch.cat([positive for positive, _ in parts], dim=1), negative))
        return maps

    def _gradients(self, cut: Cut, features: list[Tensor]) -> Iterator[Sequence[Gradient]]:
        if self.affine is not None:
            yield [self.affine.gradient(features[0])]
            return
        reached: set[int] = set()
        for _, gradients in self.split.gradients(cut):
            dense = [DenseGradient(self._features_of(gradient)) for gradient in gradients]
            if not self.looked:
                reached |= {i for i, each in enumerate(dense) if bool(each.values.any())}
            yield dense
        if not self.looked:
            self.looked = True
            self._warn_of_zeros(reached)

    def _warn_of_zeros(self, reached: set[int]) -> None:
        for number, layer in enumerate(self.split.layers):
            if number not in reached:
                warnings.warn(
                    f"layer {layer.name!r}: for the first images no output's gradient is other "
                    "than 0 in any cell, so that maps by it are 0. Behind the last attention of a "
                    "transformer the class token alone is read: name a layer before it, such as "
                    "the last block's ln_1; or are weights behind the layer still 0?",
                    stacklevel=2,
                )

    def _features_of(self, gradient: Tensor) -> Tensor:
        """Gradients (a, B, ...) in the shape of features, (a, B, C, h, w)."""
        return self.split.shape(gradient.flatten(0, 1)).unflatten(0, gradient.shape[:2]).float()

    def _by_passes(
        self, method: PassMethod, batch: Tensor, features: list[Tensor], logits: Tensor
    ) -> tuple[Tensor, Tensor | None]:
        _check_one(features)

        def head(image: int, asked: Tensor) -> Tensor:
            if self.split.alone is None:
                self.split = replace(self.split, alone=self._is_alone(batch, features[0], logits))
            return self.split.replaced(batch[image : image + 1], asked).float()

        def network(images: Tensor) -> Tensor:
            return self.split.logits(images).float()

        passes = Passes(batch, features[0], logits, self.affine, network, head, self.batch_size)
        return method.maps(passes, **self.options)

    def _by_images(
        self, method: ImageMethod, batch: Tensor, cut: Cut, features: list[Tensor]
    ) -> tuple[Tensor, Tensor | None]:
        times = None
        if method.times is not None:
            _check_one(features)
            (times,) = self._by_gradient(method.times, cut, features)
        return image_maps(method, self.split, batch, times)

    def _is_alone(self, batch: Tensor, features: Tensor, logits: Tensor) -> bool:
        """Whether the head makes the logits of these images of their features, and nothing else."""
        few = slice(self.batch_size)
        try:
            found = replace(self.split, alone=True).replaced(batch[:1], features[few]).float()
        except REFUSALS:
            return False
        return torch.allclose(found, logits[few], rtol=1e-4, atol=1e-4 * float(logits.abs().max()))

    def _by_package(self, batch: Tensor) -> tuple[Tensor, Tensor | None]:
        assert isinstance(self.method, PackageMethod)
        split = self.split
        layers = [layer.module for layer in split.layers]
        found = package_maps(
            self.method, split.network, layers, split.read, split.shape, batch, self.options
        )
        return torch.from_numpy(found[0]), torch.from_numpy(found[1])


def _check_one(features: Sequence[Tensor]) -> None:
    if len(features) != 1:
        raise InputError(f"layer: found {len(features)} layers; this method takes one")
