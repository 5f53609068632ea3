"""Targets: which function of a logit a map explains.

A network answers each attribute with one logit z. Explaining z itself shows what
speaks for "present"; explaining |z| shows what speaks for the class that was
predicted. The derivative of each of these functions with respect to z is a sign,
so each target's map is the map of +z or of -z.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from heed.base.errors import InputError
from heed.explain.names import Target


def target_signs(
    target: Target | int, logits: NDArray[np.floating[Any]], labels: NDArray[np.integer[Any]]
) -> NDArray[np.int8]:
    """The derivative of the explained function with respect to the logit z.

    ====== =========== ============== =====================================
    target function    sign           the map shows what supports
    ====== =========== ============== =====================================
    1      z           +1             "present"
    2      abs(z)      sign z         the predicted class
    3      abs(z) t    sign z * t     the true class t up to the sign of z
    4      z t         t              the true class
    ====== =========== ============== =====================================

    Target 2 is the one of Bieri (2023) and of "Biased Binary Attribute Classifiers
    Ignore the Majority Classes" (2024). The sign of 0 is 0: there abs(z) has no
    derivative, and the map is empty.

    Args:
        target: one of the four.
        logits: (N, A), finite.
        labels: (N, A), the true classes t, -1 or +1.

    Returns:
        (N, A) int8, each -1, 0 or +1.

    Raises:
        ValueError: for another target, shapes that differ, logits that are not
            finite or labels that are neither -1 nor +1.

    Example:
        >>> import numpy as np
        >>> logits, labels = np.array([[2.0, -1.0, 0.0]]), np.array([[1, 1, -1]])
        >>> target_signs(2, logits, labels).tolist()  # |z|: what supports the predicted class
        [[1, -1, 0]]
    """
    if logits.shape != labels.shape:
        raise InputError(f"logits are {logits.shape} and labels {labels.shape}; expected the same")
    if not np.isfinite(logits).all():
        raise InputError("a logit is not finite; were the network's weights trained to the end?")
    if not np.isin(labels, (-1, 1)).all():
        found = np.setdiff1d(labels, (-1, 1))[0]
        raise InputError(f"a label is {found}; expected -1 (absent) or +1 (present)")
    predicted, true = np.sign(logits).astype(np.int8), labels.astype(np.int8)
    signs = {
        Target.LOGIT: np.ones_like(true),
        Target.ABSOLUTE: predicted,
        Target.ABSOLUTE_BY_LABEL: predicted * true,
        Target.BY_LABEL: true,
    }
    if target not in signs:
        raise InputError(f"cam.target: found {target!r}; expected 1, 2, 3 or 4")
    return signs[Target(target)]


def signed_maps(
    signs: NDArray[np.integer[Any]],
    positive: NDArray[np.float32],
    negative: NDArray[np.float32] | None = None,
) -> NDArray[np.float32]:
    """The maps of what is explained: of z where its sign is +1, of -z where it is -1.

    Args:
        signs: (...), of :func:`target_signs`.
        positive: (..., h, w), the maps of z.
        negative: (..., h, w), those of -z; None where they are those of z with the sign changed.

    Returns:
        (..., h, w) float32; 0 where the sign is 0.

    Example:
        >>> z, minus = np.full((3, 1, 1), 5, np.float32), np.full((3, 1, 1), 7, np.float32)
        >>> signed_maps(np.array([1, -1, 0]), z).ravel().tolist()
        [5.0, -5.0, 0.0]
        >>> signed_maps(np.array([1, -1, 0]), z, minus).ravel().tolist()
        [5.0, 7.0, 0.0]
    """
    signs = signs[..., None, None]
    if negative is None:
        return (positive * signs).astype(np.float32, copy=False)
    return np.where(signs > 0, positive, np.where(signs < 0, negative, np.float32(0)))
