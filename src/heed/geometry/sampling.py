"""How a crop is made from a photograph: the choices that the pixels depend on."""

from typing import Final, Literal, NamedTuple, TypeAlias

Fill: TypeAlias = Literal["nearest", "columns"]
"""What pixels beyond the photograph are filled with. ``nearest``: the nearest pixel of its edge.
``columns``: AFFACT's own rule, see :func:`heed.geometry.filling.fill_columns`."""

Rounding: TypeAlias = Literal["nearest", "down"]
"""How sampled values become whole numbers; AFFACT's own code rounds down."""


class Sampling(NamedTuple):
    """How a crop is made from a photograph.

    The crops that the official weights of AFFACT were trained on are those of
    ``Sampling("columns", "down", reduced_decoding=False)``.

    Attributes:
        fill: what the pixels beyond the photograph are filled with.
        rounding: of the sampled values.
        reduced_decoding: decode a large JPEG at a fraction of its size, see
            :func:`heed.geometry.photograph.reduction_for`.
    """

    fill: Fill = "nearest"
    rounding: Rounding = "nearest"
    reduced_decoding: bool = True


DEFAULT: Final = Sampling()
"""Fill with the nearest pixel, round to the nearest number, decode no more than is needed."""
