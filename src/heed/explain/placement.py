"""Where in the image the cells of a map lie: cell i of an axis at pixel stride * i + offset.

Pixels are counted from 0, and whole numbers are their centres. Two rules say where a cell lies:

- *receptive field*: at the centre of the pixels that the cell depends on. Strides, paddings and
  kernels of the network decide it, see :mod:`heed.explain.receptive_field`. Five layers of stride 2
  that pad both sides alike, as in a ResNet, give 32 i: the first cell looks at the image's corner.
- *half pixel*: at the centre of the cell's block, where the image is divided into as many blocks
  as there are cells: offset = (stride - 1) / 2. It is how images are resized, and what
  pytorch-grad-cam and the tools like it do. For the ResNet it draws all maps 15.5 pixels too far
  to the right and too low.

A placement travels with the maps that it is of, so that nothing that draws or scores them needs
the network.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from heed.base.errors import InputError

PlacementRule = Literal["receptive_field", "half_pixel"]
"""Which rule says where in the image the cells of maps lie."""

PLACEMENT_RULES: Final[tuple[PlacementRule, ...]] = get_args(PlacementRule)

CHOSEN: Final = "placement"
PLACEMENTS: Final = "placements"
"""Attributes of stored maps: the rule that they are drawn by, and the placement by each rule."""


class PlacementError(InputError):
    """A placement that is not known, or that does not fit the maps or the image."""


class AxisPlacement(NamedTuple):
    """Cell i lies at pixel ``stride * i + offset`` of one axis."""

    stride: float
    offset: float

    def check(self, size: int, cells: int) -> None:
        """Refuse a placement by which a cell is seen by no pixel.

        Between two cells, pixels are mixtures of both; so a cell is seen from less than a stride
        away.

        Args:
            size: pixels along the axis.
            cells: cells along the axis.

        Raises:
            PlacementError: the stride is below 1, or a cell lies outside of the image by a stride
                or more.
        """
        last = self.stride * (cells - 1) + self.offset
        if not self.stride >= 1:
            raise PlacementError(
                f"placement: found a stride of {self.stride:g} pixels; expected at least 1"
            )
        if not (-self.stride < self.offset and last < size - 1 + self.stride):
            raise PlacementError(
                f"placement: {cells} cells at {self.stride:g} i + {self.offset:g} lie at pixels "
                f"{self.offset:g} to {last:g}; expected all of them less than {self.stride:g} "
                f"pixels outside of 0 to {size - 1}. Is it the placement of another network?"
            )

    def places(self, size: int, cells: int) -> NDArray[np.float64]:
        """Where pixels lie among the cells: 0 at the first cell, 1 at the second one.

        Args:
            size: pixels along the axis.
            cells: cells along the axis.

        Returns:
            (size,) float64; below 0 and above ``cells - 1`` beyond the outermost cells.

        Example:
            >>> AxisPlacement(2, 1).places(size=5, cells=2).tolist()
            [-0.5, 0.0, 0.5, 1.0, 1.5]
        """
        pixels = np.arange(size, dtype=np.float64)
        if self == half_pixel_axis(size, cells):  # OpenCV's own order of operations
            return (pixels + 0.5) * (cells / size) - 0.5
        return (pixels - self.offset) / self.stride


@dataclass(frozen=True)
class Placement:
    """Where the cells of a map lie, along y and along x.

    Example:
        >>> Placement.half_pixel(size=224, cells=7).x
        AxisPlacement(stride=32.0, offset=15.5)
    """

    y: AxisPlacement
    x: AxisPlacement

    @classmethod
    def half_pixel(cls, size: int | tuple[int, int], cells: int | tuple[int, int]) -> "Placement":
        """Each cell at the centre of its block.

        Args:
            size: the side of the image in pixels; height and width where they differ.
            cells: the side of the maps in cells; height and width where they differ.
        """
        height, width = (cells, cells) if isinstance(cells, int) else cells
        tall, wide = (size, size) if isinstance(size, int) else size
        return cls(half_pixel_axis(tall, height), half_pixel_axis(wide, width))

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Placement":
        """A placement from what :meth:`attributes` gives."""
        y, x = zip(stored["stride"], stored["offset"], strict=True)
        return cls(AxisPlacement(*map(float, y)), AxisPlacement(*map(float, x)))

    def attributes(self) -> dict[str, list[float]]:
        """The placement as JSON takes it: stride and offset, each y before x.

        Example:
            >>> Placement(AxisPlacement(32, 0), AxisPlacement(32, 0)).attributes()
            {'stride': [32.0, 32.0], 'offset': [0.0, 0.0]}
        """
        return {
            "stride": [float(self.y.stride), float(self.x.stride)],
            "offset": [float(self.y.offset), float(self.x.offset)],
        }


def half_pixel_axis(size: int, cells: int) -> AxisPlacement:
    """Cells at the centres of ``cells`` equal blocks of ``size`` pixels."""
    stride = size / cells
    return AxisPlacement(stride, (stride - 1) / 2)


def stored_placements(attributes: Mapping[str, Any]) -> dict[str, Placement]:
    """The placement of stored maps by each rule that is known for them.

    Args:
        attributes: of the group of maps.
    """
    return {rule: Placement.of(each) for rule, each in attributes.get(PLACEMENTS, {}).items()}


def stored_placement(
    attributes: Mapping[str, Any], file: str, rule: PlacementRule | None = None
) -> Placement:
    """The placement that is stored with maps.

    Args:
        attributes: of the group of maps.
        file: where they are stored, for messages.
        rule: by which rule; without one, by that which the maps were stored to be drawn by.

    Raises:
        PlacementError: the maps have none by this rule.
    """
    placements = stored_placements(attributes)
    name = attributes.get(CHOSEN) if rule is None else rule
    if name not in placements:
        if not placements:
            raise PlacementError(
                f"{file}: found maps without a placement, of an earlier version of Heed; "
                "run `dvc repro`"
            )
        raise PlacementError(
            f"cam.placement: found {name}, but {file} has {', '.join(placements)} alone: where the "
            "network's cells look could not be told from its layers (the stage infer said why); "
            "set cam.placement to half_pixel"
        )
    return placements[name]
