"""The maps of any network, one batch after the other."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from heed.base.errors import InputError
from heed.explain.affine import AffineHead
from heed.explain.finite import check_finite
from heed.explain.gradient import DenseGradient, Gradient
from heed.explain.method import FeatureMethod, GradientMethod, Method, PassMethod
from heed.explain.package import PackageMethod, package_maps
from heed.explain.passes import Passes
from heed.explain.split import Cut, Split, recording

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
    """

    split: Split
    method: Method
    affine: AffineHead | None
    options: Mapping[str, Any] = field(default_factory=dict)
    batch_size: int = 32
    images: int = 0

    def __call__(self, batch: Tensor) -> Part:
        """Logits and maps of a batch (B, ...)."""
        backward = isinstance(self.method, GradientMethod) and self.affine is None
        cut = self._graph(batch) if backward else self.split.values(batch)
        logits = cut.logits.detach().float()
        check_finite(self.split.network, batch, logits, self.images)
        features = [self.split.shape(leaf).float() for leaf in cut.leaves]
        if self.affine is not None and not self.affine.explains(features[0], logits):
            # What else the logits depend on differs between images: another branch, the batch.
            self.affine = None
            return self(batch)
        self.images += len(batch)
        with recording(False):
            if isinstance(self.method, GradientMethod):
                maps = self._by_gradient(self.method, cut, features)
            elif isinstance(self.method, FeatureMethod):
                maps = [(self.method.maps(each)[:, None], None) for each in features]
            elif isinstance(self.method, PassMethod):
                maps = [self._by_passes(self.method, batch, features, logits)]
            else:
                maps = [self._by_package(batch)]
        return Part(
            _array(logits),
            tuple((_array(of_z), None if of_minus is None else _array(of_minus))
                  for of_z, of_minus in maps),
        )  # fmt: skip

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
        for _, gradients in self.split.gradients(cut):
            yield [DenseGradient(self._features_of(gradient)) for gradient in gradients]

    def _features_of(self, gradient: Tensor) -> Tensor:
        """Gradients (a, B, ...) in the shape of features, (a, B, C, h, w)."""
        return self.split.shape(gradient.flatten(0, 1)).unflatten(0, gradient.shape[:2]).float()

    def _by_passes(
        self, method: PassMethod, batch: Tensor, features: list[Tensor], logits: Tensor
    ) -> tuple[Tensor, Tensor | None]:
        if len(features) != 1:
            raise InputError(f"layer: found {len(features)} layers; this method takes one")

        def head(image: int, asked: Tensor) -> Tensor:
            return self.split.replaced(batch[image : image + 1], asked).float()

        def network(images: Tensor) -> Tensor:
            return self.split.logits(images).float()

        passes = Passes(batch, features[0], logits, self.affine, network, head, self.batch_size)
        return method.maps(passes, **self.options)

    def _by_package(self, batch: Tensor) -> tuple[Tensor, Tensor | None]:
        assert isinstance(self.method, PackageMethod)
        split = self.split
        layers = [layer.module for layer in split.layers]
        found = package_maps(
            self.method, split.network, layers, split.read, split.shape, batch, self.options
        )
        return torch.from_numpy(found[0]), torch.from_numpy(found[1])


def _array(values: Tensor) -> Maps:
    found: Maps = values.detach().float().cpu().numpy()
    return found
