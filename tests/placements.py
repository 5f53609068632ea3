"""A placement for tests, neither symmetric nor by the half-pixel rule, and maps that have it."""

from heed.explain.placement import CHOSEN, PLACEMENTS, AxisPlacement, Placement


def uneven(size: int, cells: int) -> Placement:
    """Cells at the upper ends of their blocks along y, a quarter of a block further along x."""
    stride = size / cells
    return Placement(AxisPlacement(stride, 0.0), AxisPlacement(stride, stride / 4))


def stored(size: int, cells: int) -> dict[str, object]:
    """The attributes of maps that are drawn by :func:`uneven`."""
    rules = {
        "receptive_field": uneven(size, cells).attributes(),
        "half_pixel": Placement.half_pixel(size, cells).attributes(),
    }
    return {PLACEMENTS: rules, CHOSEN: "receptive_field"}
