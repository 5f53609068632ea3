"""Variable importance in projection (VIP): how much of a target each feature explains through PLS.

With SS_a = q_a^2 t_a't_a, the sum of squares of the target that component a explains, and weights
w_a of norm 1 over p features,

    VIP_j = sqrt(p sum_a SS_a w_ja^2 / sum_a SS_a)

(Wold et al. 1993, 2001). The mean of VIP^2 over the features is 1, so 1 is what a feature has that
matters as much as the others. Equation 2.4 of Diniz & Schwartz (2020) lacks the square of the
weight and the denominator.
"""

from collections.abc import Sequence
from numbers import Integral

import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.arguments.arrays import real_numbers
from heed.arguments.numbers import check_count
from heed.base.errors import InputError


def vip_of_weights(
    weights: ArrayLike, explained: ArrayLike, *, features: int | None = None
) -> NDArray[np.floating]:
    """VIP of features from their weights.

    Args:
        weights: (..., p, K) W, columns of norm 1; in a block of features, their rows of it.
        explained: (..., K) sum of squares of the target that each component explains.
        features: p, where the weights are those of a block; None if they are of all features.

    Returns:
        (..., p) at least 0, of the weights' dtype. A target that no component explains has 0.

    Raises:
        InputError: NaN or infinite numbers, a negative sum of squares, or no real numbers.

    Example:
        >>> vip_of_weights([[0.6, 0.8], [0.8, -0.6]], [3.0, 0.0]).round(3).tolist()
        [0.849, 1.131]
    """
    w = real_numbers("weights", weights)
    w = w if w.dtype == np.float32 else w.astype(np.float64)
    squares = real_numbers("explained", explained).astype(np.float64)
    if not np.isfinite(squares).all() or (squares < 0).any() or not np.isfinite(w).all():
        raise InputError(
            "vip: found NaN, an infinite number or a negative sum of squares; expected those of a "
            "fit"
        )
    p = w.shape[-2] if features is None else features
    total = squares.sum(axis=-1, keepdims=True)
    shares = (p * squares / np.where(total > 0, total, 1)).astype(w.dtype)
    return np.sqrt(np.matmul(w**2, shares[..., None])[..., 0])


def channels_of(shape: Sequence[int]) -> NDArray[np.intp]:
    """The channel of each feature of a flattened layer.

    Args:
        shape: of one sample's features, channels first: (C, h, w). A layer without space, (C,), has
            no channels in the paper's sense; each of its neurons counts as one.

    Returns:
        (p,) channel 0..C-1 of each feature in the order of ``flatten``.

    Example:
        >>> channels_of((2, 1, 3)).tolist(), channels_of((3,)).tolist()
        ([0, 0, 0, 1, 1, 1], [0, 1, 2])
    """
    whole = all(isinstance(each, Integral) and each > 0 for each in shape)
    if not len(shape) or not whole:
        raise InputError(
            f"shape: found {tuple(shape)}; expected (C, h, w) or (C,), positive whole numbers"
        )
    return np.repeat(np.arange(shape[0]), int(np.prod(shape[1:])))


def channel_vip(vip: ArrayLike, channels: NDArray[np.intp]) -> NDArray[np.float64]:
    """Mean VIP over the neurons of each channel (Diniz & Schwartz 2020).

    Args:
        vip: (..., p).
        channels: (p,) the channel of each feature, 0..C-1, none of them empty.

    Returns:
        (..., C) float64.

    Raises:
        InputError: another number of features, or a channel without neurons.

    Example:
        >>> channel_vip([1.0, 3.0, 0.0], channels_of((1, 1, 2)).tolist() + [1]).tolist()
        [2.0, 0.0]
    """
    values, groups = real_numbers("vip", vip), real_numbers("channels", channels)
    if groups.shape != values.shape[-1:]:
        raise InputError(f"channels: found the shape {groups.shape}; expected {values.shape[-1:]}")
    if groups.dtype.kind not in "iu" or groups.min(initial=0) < 0:
        raise InputError(
            f"channels: found {groups.dtype} from {groups.min(initial=0)} on; expected whole "
            "numbers from 0 on, as channels_of gives them"
        )
    counts = np.bincount(groups)
    if not counts.all():
        raise InputError(f"channels: found no neuron of channel {np.flatnonzero(counts == 0)[0]}")
    rows = values.reshape(-1, len(groups))
    sums = np.array([np.bincount(groups, weights=row) for row in rows])
    return (sums / counts).reshape(*values.shape[:-1], len(counts))


def top_units(scores: ArrayLike, count: int) -> NDArray[np.intp]:
    """The units with the highest scores, best first; of equal ones the first in order.

    Args:
        scores: (u,), of neurons or channels.
        count: how many; all of them where there are fewer.

    Returns:
        (min(count, u),) indices.

    Raises:
        InputError: NaN, or no positive count.

    Example:
        >>> top_units([0.5, 2.0, 0.5, 1.0], 3).tolist()
        [1, 3, 0]
    """
    values = real_numbers("scores", scores)
    if values.ndim != 1 or np.isnan(values).any():
        raise InputError(f"scores: found {values.shape} with NaN, or not one axis; expected (u,)")
    check_count("count", count)
    if values.dtype.kind in "bu":  # their negatives below are none
        values = values.astype(np.float64)
    if count >= len(values):
        return np.argsort(-values, kind="stable")
    # Sorted are those above the least that may be among them, not millions of units.
    least = np.partition(values, len(values) - count)[len(values) - count]
    able = np.flatnonzero(values >= least)
    return able[np.argsort(-values[able], kind="stable")][:count]
