"""Eigen-CAM (Muhammad and Yeasin 2020): one map an image, for all logits."""

from typing import Final

import torch
from torch import Tensor

from heed.explain.method import FeatureMethod


def eigencam(features: Tensor) -> Tensor:
    """The first principal component of the features, over the cells.

    Cells are the samples, channels the variables, centred: the map is the projection of each cell
    on the direction in which cells differ most. It does not depend on the output. The direction's
    sign is arbitrary; it is chosen so that the features' mean change is not negative along it
    (the weights of the channels sum to at least 0), while the grad-cam package takes what LAPACK
    happens to give.

    Args:
        features: (B, C, h, w).

    Returns:
        (B, h, w), signed.
    """
    cells = features.flatten(2).transpose(1, 2)  # (B, h * w, C)
    centred = cells - cells.mean(dim=1, keepdim=True)
    _, _, directions = torch.linalg.svd(centred, full_matrices=False)
    first = directions[:, 0]  # (B, C)
    first = torch.where(first.sum(dim=1, keepdim=True) < 0, -first, first)
    return (centred @ first[:, :, None])[..., 0].unflatten(1, features.shape[2:])


ENTRY: Final = FeatureMethod(
    maps=eigencam,
    symmetry="even",
    formula="first principal component of A",
    source="Muhammad and Yeasin, Eigen-CAM, IJCNN 2020",
    price="a singular value decomposition an image; no gradient",
)
