"""How well one set of masks agrees with another, face by face."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from heed.base.errors import InputError
from heed.masks.packing import Packed, sizes

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Overlap:
    """Agreement of masks M with references R, all (B, A); NaN where a share has no pixel.

    Attributes:
        iou: |M and R| / |M or R|.
        precision: |M and R| / |M|, the share of the mask that is inside the reference.
        coverage: |M and R| / |R|, the share of the reference that is inside the mask.
    """

    iou: Floats
    precision: Floats
    coverage: Floats


def overlap(
    masks: Packed,
    region_of_attribute: NDArray[np.intp],
    references: Packed,
    reference_of_attribute: NDArray[np.intp],
) -> Overlap:
    """Compare the masks of B faces, attribute by attribute.

    A face whose reference is empty tells nothing about the mask: all three are NaN.

    Args:
        masks: (B or 1, R, S, S / 8) uint8, packed.
        region_of_attribute: (A,), the region of each attribute among the masks.
        references: (B or 1, Q, S, S / 8) uint8, packed.
        reference_of_attribute: (A,), the region of each attribute among the references.

    Raises:
        ValueError: masks and references differ in size.
    """
    if masks.shape[-2:] != references.shape[-2:]:
        raise InputError(
            f"overlap: found masks of {masks.shape[-2:]} and references of "
            f"{references.shape[-2:]} (rows, bytes); expected the same crops"
        )
    mask_pixels = sizes(masks)[:, region_of_attribute]
    reference_pixels = sizes(references)[:, reference_of_attribute]
    shape = np.broadcast_shapes(mask_pixels.shape, reference_pixels.shape)
    both = np.empty(shape)
    for attribute in range(shape[1]):  # one at a time: all at once would copy every mask
        both[:, attribute] = sizes(
            masks[:, region_of_attribute[attribute]]
            & references[:, reference_of_attribute[attribute]]
        )
    known = np.broadcast_to(reference_pixels > 0, shape)

    def share(total: NDArray[np.int64]) -> Floats:
        whole = np.broadcast_to(total, shape)
        missing = np.full(shape, np.nan)
        return np.divide(both, whole, out=missing, where=known & (whole > 0))

    return Overlap(
        iou=share((mask_pixels + reference_pixels - both).astype(np.int64)),
        precision=share(mask_pixels),
        coverage=share(reference_pixels),
    )
