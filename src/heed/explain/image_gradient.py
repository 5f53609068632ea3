"""Maps from the gradient of the logits by the images: a backward pass through all of a network."""

from contextlib import nullcontext

import torch
from torch import Tensor
from torch.nn import functional

from heed.base.errors import InputError
from heed.explain.guided import GuidedRectifiers
from heed.explain.logits import one_row_an_image
from heed.explain.method import ImageMethod
from heed.explain.modes import recording
from heed.explain.split import Cut, Split


def image_maps(
    method: ImageMethod,
    split: Split,
    images: Tensor,
    times: tuple[Tensor, Tensor | None] | None = None,
) -> tuple[Tensor, Tensor | None]:
    """Maps in pixels of all logits, output by output: the passes share one graph.

    Args:
        method: what to make of the gradient.
        split: the network.
        images: (B, C, H, W), as the network takes them.
        times: maps (B, A, h, w) of z that multiply those of the gradient, and those of -z where
            they are not their negatives.

    Returns:
        (B, A, H, W) of z, float32, and of -z where no symmetry tells them.

    Raises:
        ValueError: the images are no pixels, or the logits cannot be differentiated by them.
    """
    cut = _graph(split, images, method.guided)
    outputs = cut.logits.shape[1]
    signs = (1, -1) if method.symmetry == "none" else (1,)
    found: list[Tensor] = []
    for sign in signs:
        maps = images.new_zeros((len(images), outputs, *images.shape[-2:]), dtype=torch.float32)
        for output in range(outputs):
            gradient = _gradient(split, cut, output, sign)
            maps[:, output] = method.maps(images.float(), gradient.float())
        if times is not None:
            cells = times[0] if sign == 1 else -times[0] if times[1] is None else times[1]
            maps *= functional.interpolate(cells.relu(), size=images.shape[-2:], mode="bilinear")
        found.append(maps)
    return found[0], found[1] if len(found) > 1 else None


def _graph(split: Split, images: Tensor, guided: bool) -> Cut:
    """One pass whose logits can be differentiated by the images."""
    if images.ndim != 4 or not images.is_floating_point():
        raise InputError(
            f"images: found {images.dtype} {tuple(images.shape)}; this method differentiates by "
            "pixels, and expects floating point (N, C, H, W)"
        )
    with recording(True):
        leaf = images.detach().clone().requires_grad_()
        rectifiers = GuidedRectifiers()
        try:
            with rectifiers if guided else nullcontext():
                # A copy: a first layer that works in place would change the leaf.
                logits = one_row_an_image(split.read(split.network(leaf.clone())), images)
        except (InputError, torch.OutOfMemoryError):
            raise
        except RuntimeError as error:  # as it ran without autograd before
            raise InputError(
                "the network runs, but not where autograd records "
                f"({str(error).split('. ')[0]}); use a method without a gradient, such as "
                "'occlusion' or 'rise', or, where the weights were made under "
                "torch.inference_mode(), make them anew outside of it"
            ) from error
        if not logits.requires_grad:
            raise InputError(
                "no logit can be differentiated by the images; the network detaches something on "
                "the way, or computes under torch.no_grad()"
            )
        if guided:
            rectifiers.check()
        return Cut(logits, (leaf,))


def _gradient(split: Split, cut: Cut, output: int, sign: int) -> Tensor:
    """Of sign times a logit, for all images at once: (B, C, H, W)."""
    seed = torch.zeros_like(cut.logits)
    seed[:, output] = sign
    (gradient,) = split.one_by_one(cut, seed[None])
    if gradient is None:
        raise InputError(
            f"output {output}: it does not depend on the images; the network detaches something "
            "on the way"
        )
    return gradient[0]
