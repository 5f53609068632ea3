"""Test set C: the ten crops of each image.

Chavannes & Rutishauser 2021. The crops are those of AlexNet: the corners, the centre,
and the same of the mirrored image.
"""

import torch
from torch import Tensor
from torchvision.transforms.functional import ten_crop

from heed.base.errors import InputError


def ten_crops(images: Tensor, size: int) -> Tensor:
    """Cut ten squares out of each image.

    In torchvision's order: top left, top right, bottom left, bottom right, centre; then the
    same five of the mirrored image.

    Args:
        images: (B, 3, H, W).
        size: side of the squares in pixels.

    Returns:
        (B, 10, 3, size, size) of the same dtype.

    Raises:
        ValueError: the images are smaller than the squares.
    """
    height, width = images.shape[-2:]
    if min(height, width) < size:
        raise InputError(
            f"found images of {height} rows and {width} columns; expected at least {size} of "
            "each, the side of their crops: set test_sets.ten_crop_size to crop.size or more"
        )
    return torch.stack(ten_crop(images, size), dim=1)
