"""Where images and masks come from: the files of a masked data set, or crops of CelebA's faces."""

from pathlib import Path
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from heed.geometry.affine import apply
from heed.geometry.alignment import alignment
from heed.geometry.landmarks import from_table
from heed.geometry.photograph import crop
from heed.masked_folder.boxes import read_boxes
from heed.masked_folder.pixels import box_mask, square_image, square_mask
from heed.masks.drawing import for_landmarks
from heed.masks.mask_version import MASK_SCALE
from heed.methods.settings import CelebAParams, DataParams


class ImageSource(Protocol):
    """Images and masks as squares of S pixels, by the row of the table of images."""

    def image(self, row: int) -> NDArray[np.uint8]:
        """(S, S, 3) uint8 RGB."""

    def mask(self, row: int) -> NDArray[np.bool_]:
        """(S, S) bool; empty where the image has none."""


class FolderImages:
    """Those of a masked data set, scaled to fit.

    Args:
        table: of :func:`heed.masked_folder.inventory.take_inventory`.
        data: the folder and the side.
    """

    def __init__(self, table: pd.DataFrame, data: DataParams) -> None:
        self.root, self.side = Path(data.folder), data.side
        self.images, self.masks = table["image"].tolist(), table["mask"].tolist()
        self.sizes = list(zip(table["width"].tolist(), table["height"].tolist(), strict=True))
        self.boxes = read_boxes(self.root, dict(zip(self.images, self.sizes, strict=True)))

    def image(self, row: int) -> NDArray[np.uint8]:
        """See :class:`ImageSource`."""
        return square_image(self.root / self.images[row], self.side)

    def mask(self, row: int) -> NDArray[np.bool_]:
        """See :class:`ImageSource`."""
        if (boxes := self.boxes.get(self.images[row])) is not None:
            return box_mask(boxes, self.side, self.sizes[row])
        if self.masks[row]:
            return square_mask(self.root / self.masks[row], self.side, self.sizes[row])
        return np.zeros((self.side, self.side), np.bool_)


class CelebAFaces:
    """CelebA's faces, aligned and cut out as the audit does it, and masks from their landmarks.

    Args:
        table: of :func:`heed.methods.celeba_faces.chosen_faces`.
        data: the folder, the attribute and the side.
        params: the version of the masks.
    """

    def __init__(self, table: pd.DataFrame, data: DataParams, params: CelebAParams) -> None:
        self.root, self.side, self.attribute = Path(data.folder), data.side, data.positive
        self.version, self.paths = params.mask_version, table["path"].tolist()
        points = from_table(table)
        self.to_crop = alignment(points, self.side, MASK_SCALE, table["image"].tolist())
        self.landmarks = apply(self.to_crop, points)

    def image(self, row: int) -> NDArray[np.uint8]:
        """See :class:`ImageSource`."""
        path = self.root / self.paths[row]
        return crop(path.read_bytes(), self.to_crop[row], self.side, str(path))

    def mask(self, row: int) -> NDArray[np.bool_]:
        """See :class:`ImageSource`."""
        return for_landmarks(self.landmarks[row], self.version, self.side, self.attribute)


def image_source(table: pd.DataFrame, data: DataParams, params: CelebAParams) -> ImageSource:
    """The source that ``data.source`` names."""
    return (
        CelebAFaces(table, data, params) if data.source == "celeba" else FolderImages(table, data)
    )
