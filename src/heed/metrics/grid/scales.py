"""The scales of AMR and PE for given masks: what three maps without a network score."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from heed.masks.packing import sizes
from heed.metrics.acceptable_mask_ratio import ratio_of_counts
from heed.metrics.grid.best_map import best_cells, best_maps
from heed.metrics.grid.prepared_masks import PreparedMasks
from heed.metrics.grid.tally import tally
from heed.metrics.maps_and_masks import share_in_mask
from heed.metrics.scale import Scale
from heed.metrics.scores import scores


def scales_of(masks: PreparedMasks, threshold: float) -> dict[str, Scale]:
    """The scales of AMR and PE for the masks of some images.

    Args:
        masks: prepared for maps of g x g cells, wherever these are placed.
        threshold: pixels above it are active, 0..1, for AMR. Where some pixels do not count, the
            search for its best map does not know it: the ceiling is the score, over the pixels that
            count, of the map that is best for the mask as a part of the whole image.

    Returns:
        By name of the score, see :data:`SCALED`.

    Example:
        The mask of one image is a quarter of it, the four cells at the top left:

        >>> from heed.masks.packing import pack
        >>> from heed.metrics.grid.prepared_masks import prepare
        >>> mask = np.zeros((32, 32))
        >>> mask[:16, :16] = 1
        >>> scale = scales_of(prepare(pack(mask)[None, None], [0], cells=4), threshold=0.5)["amr"]
        >>> print(scale.uniform, scale.ceiling)  # .25 x .75, 1 x .75
        [[0.1875]] [[0.75]]
    """
    each = replace(masks, region_of_attribute=np.arange(masks.packed.shape[1]))
    energy = best_cells(each)  # (B, R, g, g)
    cells, shape = energy.shape[-1], energy.shape
    flat = masks.packed.reshape(-1, *masks.packed.shape[2:])
    ratio = best_maps(flat, cells, threshold, masks.placement).reshape(shape)
    of_ratio, of_energy, of_blob = (
        scores(tally(maps, each, threshold))
        for maps in (ratio, energy, np.broadcast_to(blob(cells), shape))
    )
    inside = sizes(masks.packed)
    pixels: Any = masks.size**2 if masks.counted is None else masks.counted.pixels
    found = {
        "amr": (ratio_of_counts(inside, pixels, inside, pixels), of_blob.amr, of_ratio.amr),
        "proportional_energy": (
            share_in_mask(inside, pixels, inside),
            of_blob.proportional_energy,
            of_energy.proportional_energy,
        ),
    }
    attributes = masks.region_of_attribute
    return {
        name: Scale(*(of_regions[:, attributes] for of_regions in three))
        for name, three in found.items()
    }


def blob(cells: int) -> NDArray[np.float32]:
    """A map that is high in the middle of its grid, (cells, cells) float32.

    A Gaussian whose standard deviation is a seventh of the grid's side: a cell of a 7 x 7 map.

    Example:
        >>> print(blob(3).round(2))
        [[0.   0.07 0.  ]
         [0.07 1.   0.07]
         [0.   0.07 0.  ]]
    """
    place = (np.arange(cells) - (cells - 1) / 2) / (cells / 7)
    along = np.exp(-(place**2) / 2)
    return np.outer(along, along).astype(np.float32)
