"""Forward passes that stop behind the last layer that is asked for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from heed.base.errors import InputError
from heed.explain.devices import computing
from heed.explain.eager import eager
from heed.explain.hooks import first_tensor
from heed.explain.images import device_of, in_batches, named_images
from heed.explain.modes import evaluation_mode, recording
from heed.layers.calls import Call, Watch
from heed.layers.layer import Layer

Take = Callable[[slice, Tensor], None]
"""Is given which samples, and their features (B, features) on the network's device. The tensor is
the network's own, which may write into it later: whoever wants to keep values copies them."""


@dataclass(frozen=True)
class Passes:
    """A network and the images that pass it.

    Attributes:
        network: any torch module, no wrapper.
        images: (N, ...) as :func:`heed.explain` takes them; an array, a tensor, or
            :class:`heed.base.arrays.StoredImages`, of which a batch alone is read.
        rows: (n,) which of them, in this order.
        batch_size: images that pass at once.
    """

    network: nn.Module
    images: Any
    rows: NDArray[np.int64]
    batch_size: int

    def run(self, takes: Mapping[Layer, Take]) -> None:
        """Pass all images once, and hand on what some layers put out.

        Args:
            takes: each layer with what is given its features, batch by batch.

        Raises:
            InputError: a batch does not come to one of the layers, or finds another shape there; a
                feature is not finite.
        """
        catcher = _Catcher(takes)
        watch = Watch(self.network, catcher.see)
        with (
            evaluation_mode(self.network),
            eager(self.network),
            computing(device_of(self.network)),
            recording(False),
            watch,
        ):
            for start in range(0, len(self.rows), self.batch_size):
                rows = self.rows[start : start + self.batch_size]
                samples = slice(start, start + len(rows))
                (batch,) = in_batches(self.images[rows], self.network, len(rows), None)
                with named_images(self.network, batch):
                    catcher.one_pass(self.network, batch, samples)


class _Done(Exception):  # noqa: N818 (nothing went wrong)
    """Ends a pass whose last layer is done."""


class _Catcher:
    def __init__(self, takes: Mapping[Layer, Take]) -> None:
        self._wanted: dict[Call, tuple[Layer, Take]] = {
            layer.call: (layer, take) for layer, take in takes.items()
        }
        self._waiting: set[Call] = set()
        self._samples = slice(0)

    def one_pass(self, network: nn.Module, batch: Tensor, samples: slice) -> None:
        self._waiting, self._samples = set(self._wanted), samples
        try:
            network(batch)
        except _Done:
            return
        for call in self._wanted:
            if call in self._waiting:
                raise InputError(
                    f"layer {self._wanted[call][0].name!r}: images {samples.start} to "
                    f"{samples.stop - 1} do not come to it; expected the way through the network "
                    "that the example took, of which the layers were listed. List them of such "
                    "images, or name a layer that all come to"
                )

    def see(self, call: Call, inputs: tuple[Any, ...], output: Any) -> Any:
        if call not in self._waiting:
            return output
        layer, take = self._wanted[call]
        take(self._samples, self._features(layer, output))
        self._waiting.discard(call)
        if not self._waiting:
            raise _Done
        return output

    def _features(self, layer: Layer, output: Any) -> Tensor:
        features = first_tensor(output, layer.name)
        samples = self._samples
        expected = (samples.stop - samples.start, *layer.shape)
        if tuple(features.shape) != expected:
            raise InputError(
                f"layer {layer.name!r}: found {tuple(features.shape)} for images {samples.start} "
                f"to {samples.stop - 1}; expected {expected}: list the layers of images so large"
            )
        features = features.detach().float().flatten(1)
        if not torch.isfinite(torch.stack(features.aminmax())).all():  # takes no memory
            wrong = torch.isfinite(features).all(dim=1).logical_not().nonzero()[0].item()
            raise InputError(
                f"layer {layer.name!r}: found NaN or infinity in the features of image "
                f"{samples.start + int(wrong)}; are the network's weights finite, and its images?"
            )
        return features


def rows_of(images: Any, rows: Sequence[int] | NDArray[np.integer] | None) -> NDArray[np.int64]:
    """Which images are meant: all, or these rows of them.

    Raises:
        InputError: none, or one that is not there; images that are no array or tensor.
    """
    if not hasattr(images, "shape") or not hasattr(images, "__len__"):
        raise InputError(
            f"images: found {type(images).__name__}; expected one array or tensor of images, such "
            "as (N, H, W, 3) uint8: np.stack makes one of images of one size"
        )
    chosen = np.arange(len(images)) if rows is None else np.asarray(rows)
    if chosen.ndim != 1 or not len(chosen) or not np.issubdtype(chosen.dtype, np.integer):
        raise InputError(
            f"rows: found {chosen.dtype} {chosen.shape} of {len(images)} images; expected whole "
            "numbers (n,), n > 0"
        )
    if chosen.min() < 0 or chosen.max() >= len(images):
        raise InputError(
            f"rows: found {chosen.min()} to {chosen.max()}; expected 0 to {len(images) - 1}"
        )
    return chosen.astype(np.int64)
