"""RISE (Petsiuk, Das and Saenko 2018) of all logits at once."""

from typing import Final

import torch
from torch import Tensor
from torch.nn import functional

from heed.base.errors import InputError
from heed.explain.method import PassMethod
from heed.explain.passes import Passes, masked


def rise(
    passes: Passes, masks: int = 1000, cells: int = 7, kept: float = 0.5, seed: int = 0
) -> tuple[Tensor, None]:
    """RISE of every logit: the mean of random masks, weighted by the logits of masked images.

        map_j = 1 / (M p) sum over masks m of z_j(x * m) m

    A mask is a grid of ``cells + 1`` by ``cells + 1`` cells, each 1 with probability p and else 0,
    enlarged bilinearly and shifted by up to a cell. Masks and passes are shared by all outputs. As
    the logit stands in the place of a probability, maps are signed; their noise falls with the root
    of M.

    Args:
        passes: the network is asked once a mask and image.
        masks: M, how many.
        cells: cells of a mask along each side of the image.
        kept: p, the share of cells that are shown.
        seed: of the masks, which are the same for each image.

    Returns:
        (B, A, H, W), signed, a value for each pixel of the image.
    """
    if masks < 1 or cells < 1 or not 0 < kept < 1:
        raise InputError(
            f"rise: found masks={masks}, cells={cells}, kept={kept}; expected at least 1 mask and "
            "cell, and a share between 0 and 1"
        )
    maps = []
    for pixels in passes.images:
        generator = torch.Generator().manual_seed(seed)
        height, width = pixels.shape[-2:]
        total: Tensor | None = None
        for start in range(0, masks, passes.batch_size):
            count = min(passes.batch_size, masks - start)
            drawn = _masks(count, cells, kept, (height, width), generator)
            drawn = drawn.to(pixels.device)
            scores = passes.network(masked(pixels, drawn))  # (m, A)
            part = scores.T @ drawn.flatten(1)
            total = part if total is None else total + part
        assert total is not None
        maps.append((total / (masks * kept)).unflatten(1, (height, width)))
    return torch.stack(maps), None


def _masks(
    count: int, cells: int, kept: float, size: tuple[int, int], generator: torch.Generator
) -> Tensor:
    """(count, 1, H, W) in 0..1."""
    height, width = size
    step = -(-height // cells), -(-width // cells)  # a cell in pixels, rounded up
    grid = (torch.rand(count, 1, cells + 1, cells + 1, generator=generator) < kept).float()
    large = functional.interpolate(
        grid, size=((cells + 1) * step[0], (cells + 1) * step[1]), mode="bilinear"
    )
    shifts = torch.rand(count, 2, generator=generator) * torch.tensor(step)
    return torch.stack(
        [
            each[:, y : y + height, x : x + width]
            for each, (y, x) in zip(large, shifts.long().tolist(), strict=True)
        ]
    )


ENTRY: Final = PassMethod(
    maps=rise,
    symmetry="odd",
    formula="mean over masks of z(x * m) m / p",
    source="Petsiuk, Das and Saenko, RISE, BMVC 2018",
    price="as many passes of the network as masks, shared by all outputs",
    on_image=True,
)
