"""Where the cells of a layer look, measured: for networks whose modules do not tell.

Where arithmetic over the layers fails (attention, layer norms over channels last, code that
torch.fx cannot follow), the derivative of single cells by the image's pixels shows what they depend
on. A cell's place is the centre of that mass,

    m(y, x) = sum over images, channels, w of (d (sum_k w_k f_k(cell)) / d image(y, x))^2

with a few fixed random weights w over the layer's channels, on noise. Cells in the middle of the
grid are taken, and of each a window that is as wide on both sides of its place as the image allows,
so that the image's border moves none of them.

Random paths make the centre of one network scatter by a pixel or two around that of all its paths;
networks that arithmetic can follow are therefore never measured.
"""

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from heed.explain.eager import eager
from heed.explain.hooks import first_tensor, hooked
from heed.explain.modes import evaluation_mode, recording
from heed.explain.placement import AxisPlacement, Placement, PlacementError
from heed.explain.split import Layer

IMAGES: Final = 4
"""Images of noise that the mass is a sum over."""

DRAWS: Final = 4
"""Random weights over the channels that it is a sum over."""

SLACK: Final = 0.2
"""Share of the stride by which the offsets of single cells may differ."""

LEAST_MOVE: Final = 0.5
"""Share of the way from one cell to another that the centre of all they see must move."""

WINDOWS: Final = 6
"""Steps in which the window follows the centre."""


def measured_placement(
    network: nn.Module, layer: Layer, shape: Callable[[Tensor], Tensor], image: Tensor
) -> Placement:
    """Where the cells of a layer lie in the image, by the gradient of single cells.

    Args:
        network: any module; modes, gradients and hooks are afterwards as they were.
        layer: of it.
        shape: from what the layer puts out to features (B, C, h, w).
        image: (1, C, H, W), one that the network takes: noise of its size, mean and deviation is
            what is measured on.

    Returns:
        Along y and x the stride, image by grid, and the offset.

    Raises:
        PlacementError: the network cannot be differentiated up to the layer, the grid has one
            cell, or cells do not lie a stride apart: they look at more than a place.

    Example:
        >>> _ = torch.manual_seed(0)
        >>> network = nn.Sequential(nn.Conv2d(3, 8, 7, stride=2, padding=3), nn.MaxPool2d(2))
        >>> place = measured_placement(
        ...     network, Layer("1", network[1]), lambda x: x, torch.rand(1, 3, 96, 96)
        ... ).x
        >>> place.stride, abs(place.offset - 1) < 0.5
        (4.0, True)
    """
    exact = torch.autocast(image.device.type, enabled=False)  # whatever the caller's is
    with evaluation_mode(network), eager(network), exact, recording(True):
        noise = _noise_like(image).requires_grad_()
        features = _features(network, layer, shape, noise)
        cells = _middle(features)
        masses = [_mass(features, cell, noise, layer.name) for cell in cells]
    size, grid = (image.shape[-2], image.shape[-1]), (features.shape[2], features.shape[3])
    y, x = (
        _fitted(
            [cell[axis] for cell in cells],
            [mass.sum(axis=1 - axis) for mass in masses],
            size[axis] / grid[axis],
            layer.name,
        )
        for axis in (0, 1)
    )
    return Placement(y, x)


def _noise_like(image: Tensor) -> Tensor:
    values = image.detach().float()
    mean, std = values.mean((-2, -1), keepdim=True), values.std((-2, -1), keepdim=True)
    generator = torch.Generator().manual_seed(0)
    noise = torch.randn(IMAGES, *image.shape[1:], generator=generator).to(image.device)
    # An image of one colour says nothing of how far its values reach.
    return (mean + noise * torch.where(std > 0, std, torch.ones_like(std))).to(image.dtype)


def _features(
    network: nn.Module, layer: Layer, shape: Callable[[Tensor], Tensor], images: Tensor
) -> Tensor:
    seen: list[Tensor] = []

    def keep(output: Any) -> None:
        seen.append(first_tensor(output, layer.name).clone())

    with hooked([(layer.module, keep)]):
        network(images)
    return shape(seen[-1])


def _middle(features: Tensor) -> list[tuple[int, int]]:
    """Cells along the diagonal of the grid's middle."""
    rows, columns = features.shape[2:]
    if rows < 2 or columns < 2:
        raise PlacementError(
            f"placement: a grid of {rows} x {columns} cells cannot be measured; expected at least "
            "2 x 2. Use placement='half_pixel'"
        )
    steps = np.linspace(0.25, 0.75, 4)
    return [(round(step * (rows - 1)), round(step * (columns - 1))) for step in steps]


def _mass(
    features: Tensor, cell: tuple[int, int], images: Tensor, name: str
) -> NDArray[np.float64]:
    channels = features.shape[1]
    weights = torch.randn(channels, DRAWS, generator=torch.Generator().manual_seed(1))
    values = (features[:, :, cell[0], cell[1]].float() @ weights.to(features.device)).sum(0)
    mass = np.zeros(images.shape[2:])
    try:
        for value in values:
            (gradient,) = torch.autograd.grad(value, images, retain_graph=True)
            mass += gradient.double().square().sum((0, 1)).cpu().numpy()
    except RuntimeError as error:
        raise PlacementError(
            f"placement: where the cells of {name!r} look cannot be measured, since the network "
            f"cannot be differentiated up to it ({str(error).splitlines()[0]}). Use "
            "placement='half_pixel'"
        ) from error
    return mass


def _fitted(
    cells: list[int], masses: list[NDArray[np.float64]], stride: float, name: str
) -> AxisPlacement:
    places = [
        _centre(mass, stride * (cell + 0.5) - 0.5) for cell, mass in zip(cells, masses, strict=True)
    ]
    whole = [float(np.arange(len(mass)) @ mass / mass.sum()) for mass in masses]
    moved = (whole[-1] - whole[0]) / (stride * (cells[-1] - cells[0]))
    offsets = [place - stride * cell for cell, place in zip(cells, places, strict=True)]
    if not (moved >= LEAST_MOVE and max(offsets) - min(offsets) <= SLACK * stride):  # or NaN
        raise PlacementError(
            f"placement: cells {cells} of {name!r} look at pixels "
            f"{', '.join(f'{centre:.0f}' for centre in whole)} on average, not {stride:g} "
            "pixels apart: they look at more than a place. Use placement='half_pixel'"
        )
    return AxisPlacement(float(stride), float(np.mean(offsets)))


def _centre(mass: NDArray[np.float64], place: float) -> float:
    """The centre of mass in a window around it that is as wide on both sides as there is room."""
    pixels = np.arange(len(mass))
    for _ in range(WINDOWS):
        reach = min(place, len(mass) - 1 - place)
        inside = np.abs(pixels - place) <= reach
        total = mass[inside].sum()
        if not total > 0:
            return float("nan")
        place = float(pixels[inside] @ mass[inside] / total)
    return place
