"""Maps of what a network answered on the spot: as pixels, and what they score."""

import numpy as np
from numpy.typing import NDArray

from heed.base.errors import InputError
from heed.explain.names import of_minus
from heed.explain.placement import Placement
from heed.explain.postprocess import normalise
from heed.explain.signs import signed_maps
from heed.explain.targets import signs
from heed.explorer.conditions import Conditions
from heed.explorer.own_networks import Answer
from heed.metrics.acceptable_mask_ratio import ratio_of_counts
from heed.metrics.maps_and_masks import share_in_mask


def cam_of_answer(
    answer: Answer,
    place: int,
    conditions: Conditions,
    placement: Placement,
    size: int,
    label: int | None = None,
) -> NDArray[np.float32]:
    """A map as pixels, as it would be scored: (S, S) float32, 0 everywhere or in 0..1.

    Args:
        answer: of a network, about one image.
        place: of the attribute among its logits.
        conditions: by which method and of which target.
        placement: where the cells lie.
        size: side S of the image in pixels.
        label: -1 or +1; needed by the targets ``predicted_true`` and ``true``.

    Raises:
        InputError: the answer has no map by that method; or the target is none, or needs a label.
    """
    if conditions.method not in answer.maps:
        raise InputError(
            f"method: found {conditions.method!r}; expected one of infer.methods in params.yaml"
        )
    labels = None if label is None else np.array([[label]], np.int8)
    sign = signs(conditions.target, answer.logits[None, place : place + 1], labels)[0, 0]
    negative = answer.maps.get(of_minus(conditions.method))
    raw = signed_maps(
        np.asarray(sign),
        answer.maps[conditions.method][place],
        None if negative is None else negative[place],
    )
    return normalise(raw, size, placement)


def scores_of_cam(
    cam: NDArray[np.float32],
    mask: NDArray[np.bool_] | None,
    counted: NDArray[np.bool_] | None,
    threshold: float,
) -> dict[str, float]:
    """Active area, AMR and PE of a map.

    Args:
        cam: (S, S), 0..1.
        mask: (S, S), where a classifier should look; None: AMR and PE are NaN.
        counted: (S, S), pixels that count; None: all.
        threshold: pixels above it are active.

    Returns:
        ``active_area``, ``amr``, ``proportional_energy``.

    Example:
        >>> cam = np.float32([[1, 0], [1, 0]])
        >>> scores_of_cam(cam, np.array([[True, False], [False, False]]), None, 0.5)
        {'active_area': 0.5, 'amr': 0.375, 'proportional_energy': 0.5}
    """
    counted = np.ones(cam.shape, np.bool_) if counted is None else counted
    active, pixels = (cam > threshold) & counted, counted.sum()
    found = {
        "active_area": float(active.sum() / pixels),
        "amr": float("nan"),
        "proportional_energy": float("nan"),
    }
    if mask is None:
        return found
    mask = mask & counted
    of_mask = mask.sum()
    amr = ratio_of_counts((active & mask).sum(), active.sum(), of_mask, pixels)
    energy = share_in_mask(cam[mask].sum(dtype=float), cam[counted].sum(dtype=float), of_mask)
    return found | {"amr": float(amr), "proportional_energy": float(energy)}
