"""What a method may ask that needs more passes: of the network, or of its head alone."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from heed.explain.affine import AffineHead


@dataclass(frozen=True)
class Passes:
    """A batch of images with what one pass said of them, and the network to ask again.

    Args:
        images: (B, ...), as the network takes them.
        features: (B, C, h, w), float32, of the layer.
        logits: (B, A), float32, of the outputs that are explained.
        affine: the head, where it is affine behind the pooling.
        network: from images (M, ...) to logits (M, A), float32; M is at most ``batch_size``.
        head: from the number of an image in the batch, and features (M, C, h, w) in the place of
            its own, to logits (M, A), float32; M is at most ``batch_size``.
        batch_size: how many images may pass at once.
    """

    images: Tensor
    features: Tensor
    logits: Tensor
    affine: AffineHead | None
    network: Callable[[Tensor], Tensor]
    head: Callable[[int, Tensor], Tensor]
    batch_size: int

    def scores(self, count: int, made: Callable[[int, int], Tensor]) -> Tensor:
        """Logits of many images that are made when they are needed.

        Args:
            count: how many there are.
            made: from start and stop to these images, (stop - start, ...).

        Returns:
            (count, A).
        """
        starts = range(0, count, self.batch_size)
        ends = (min(start + self.batch_size, count) for start in starts)
        return torch.cat([self.network(made(*each)) for each in zip(starts, ends, strict=True)])


def masked(pixels: Tensor, masks: Tensor) -> Tensor:
    """Images times masks.

    Args:
        pixels: (C, H, W). Whole numbers become floating-point ones, which masks would round to 0.
        masks: (M, 1, H, W) in 0..1.

    Returns:
        (M, C, H, W), in the precision of the pixels.
    """
    return pixels * (masks.to(pixels.dtype) if pixels.is_floating_point() else masks)
