"""Occlusion (Zeiler and Fergus 2014) of all logits at once."""

from typing import Final

import torch
from torch import Tensor

from heed.base.errors import InputError
from heed.explain.method import PassMethod
from heed.explain.passes import Passes


def occlusion(
    passes: Passes, cells: tuple[int, int] | None = None, value: float = 0.0
) -> tuple[Tensor, None]:
    """How much each logit loses when a block of the image is covered.

        map_j[cell] = z_j(x) - z_j(x with the block of the cell set to a value)

    Args:
        passes: the network is asked once a cell and image, for all outputs.
        cells: how many blocks the image is divided into along y and x; by default as many as the
            layer has cells.
        value: what covered pixels become, in the units that the network takes.

    Returns:
        (B, A, h, w), signed.
    """
    pair = tuple(passes.features.shape[2:]) if cells is None else cells
    if not (isinstance(pair, tuple | list) and [type(each) for each in pair] == [int, int]):
        raise InputError(f"occlusion: found cells={pair!r}; expected two whole numbers, (y, x)")
    rows, columns = pair
    height, width = passes.images.shape[-2:]
    if not (1 <= rows <= height and 1 <= columns <= width):
        raise InputError(
            f"occlusion: found cells={(rows, columns)}; expected 1 to {height} and 1 to {width}"
        )
    maps = []
    for pixels, logits in zip(passes.images, passes.logits, strict=True):

        def covered(start: int, stop: int, pixels: Tensor = pixels) -> Tensor:
            images = pixels.repeat(stop - start, *[1] * pixels.ndim)
            for image, cell in zip(images, range(start, stop), strict=True):
                y, x = divmod(cell, columns)
                image[
                    ...,
                    y * height // rows : (y + 1) * height // rows,
                    x * width // columns : (x + 1) * width // columns,
                ] = value
            return images

        lost = logits - passes.scores(rows * columns, covered)  # (cells, A)
        maps.append(lost.T.unflatten(1, (rows, columns)))
    return torch.stack(maps), None


ENTRY: Final = PassMethod(
    maps=occlusion,
    symmetry="odd",
    formula="z(x) - z(x without the cell)",
    source="Zeiler and Fergus, Visualizing and Understanding Convolutional Networks, ECCV 2014",
    price="as many passes of the network as cells, shared by all outputs",
    on_image=True,
)
