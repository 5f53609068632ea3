"""Masks that are given as boxes, in a table."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from heed.masked_folder.layout import BOXES, MASKS, MaskedFolderError

COLUMNS: Final = ("image", "left", "top", "width", "height")

Boxes = dict[str, NDArray[np.float64]]
"""By image its boxes (B, 4): left, top, width, height in pixels, x right and y down."""


def read_boxes(root: str | os.PathLike[str], sizes: Mapping[str, tuple[int, int]]) -> Boxes:
    """Read ``masks/boxes.csv``; without the file there are none.

    Args:
        root: of the data set.
        sizes: by image its width and height; an image of the table is one of these.

    Raises:
        MaskedFolderError: naming the line, for another column, an unknown image, what is no number,
            and a box without pixels or beyond its image.
    """
    path = Path(root, MASKS, BOXES)
    if not path.is_file():
        return {}
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, skip_blank_lines=False)
    except (ValueError, UnicodeDecodeError) as error:
        raise MaskedFolderError(
            f"{path}: found no table ({error}); expected comma-separated values with the heading "
            f"{','.join(COLUMNS)}: save it so"
        ) from None
    if missing := [name for name in COLUMNS if name not in table.columns]:
        raise MaskedFolderError(
            f"{path}: found the columns {', '.join(table.columns)}; expected {', '.join(COLUMNS)}: "
            f"add {missing[0]}, or rename its column"
        )
    if not isinstance(table.index, pd.RangeIndex):  # pandas takes the first value for a name
        raise MaskedFolderError(
            f"{path}: found more values in a line than the heading has names; expected as many: "
            "remove the commas at the ends of the lines, or name the column"
        )
    found: dict[str, list[list[float]]] = {}
    for number, row in enumerate(table.itertuples(index=False), start=2):
        if not any(str(value).strip() for value in row if value == value):
            continue  # an empty line, which counts as one
        image, *texts = (str(getattr(row, name)) for name in COLUMNS)
        if image not in sizes:
            raise MaskedFolderError(
                f"{path}: line {number}: found the image {image!r}; expected one of the data set, "
                "as test/<class>/<name>: correct the path, or remove the line"
            )
        found.setdefault(image, []).append(_box(path, number, texts, sizes[image]))
    return {image: np.array(boxes) for image, boxes in found.items()}


def _box(path: Path, line: int, texts: list[str], size: tuple[int, int]) -> list[float]:
    try:
        left, top, width, height = map(float, texts)
    except ValueError:
        raise MaskedFolderError(
            f"{path}: line {line}: found {', '.join(texts)}; expected four numbers, in pixels: "
            "correct the line"
        ) from None
    inside = left >= 0 and top >= 0 and left + width <= size[0] and top + height <= size[1]
    if not (inside and width > 0 and height > 0):
        raise MaskedFolderError(
            f"{path}: line {line}: found a box of {width:g} x {height:g} at {left:g}, {top:g}; "
            f"expected one within the image of {size[0]} x {size[1]} pixels: correct the line"
        )
    return [left, top, width, height]
