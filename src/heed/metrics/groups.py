"""The groups of faces over which scores are averaged, per attribute."""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.base.errors import InputError

GROUPS: Final[tuple[str, ...]] = (
    "all",
    "gt_positive",
    "gt_negative",
    "correct",
    "incorrect",
    "predicted_positive",
    "predicted_negative",
    "predicted_majority",
    "predicted_minority",
)
"""In the order of every array with a group axis.

By ground truth and by correctness as in Bieri (2023); by predicted class, and by
whether that class is the training partition's majority, as in the follow-up
(arXiv 2403.14435).
"""

GROUP_INDEX: Final[dict[str, int]] = {name: index for index, name in enumerate(GROUPS)}


def membership(labels: ArrayLike, logits: ArrayLike, majority: ArrayLike) -> NDArray[np.bool_]:
    """Which faces belong to which group, per attribute.

    With z a logit and t its label: correct is z t > 0 and incorrect z t < 0, so
    that a face with z = 0 is in neither (Bieri 2023). Predicted positive is
    z >= 0. Predicted majority means that the predicted class is the majority
    class of the training partition.

    Args:
        labels: (N, A) int8, -1 or +1.
        logits: (N, A) float32.
        majority: majority class per attribute, (A,) int8, -1 or +1.

    Returns:
        (9, N, A) bool, groups in the order of :data:`GROUPS`.

    Raises:
        ValueError: if the shapes do not belong together.

    Example:
        >>> import numpy as np
        >>> labels, logits = np.array([[1], [-1], [1]]), np.array([[2.0], [0.5], [-1.0]])
        >>> found = membership(labels, logits, majority=np.array([-1]))
        >>> for name in ("correct", "incorrect", "predicted_majority"):
        ...     print(name, found[GROUP_INDEX[name], :, 0].tolist())
        correct [True, False, False]
        incorrect [False, True, True]
        predicted_majority [False, False, True]
    """
    labels, majority = np.asarray(labels), np.asarray(majority)
    # In float64 no product overflows, whatever numbers the logits are.
    logits = np.asarray(logits, np.float64)
    if labels.shape != logits.shape or labels.shape[1:] != majority.shape:
        raise InputError(
            f"membership: found labels {labels.shape}, logits {logits.shape}, majority "
            f"{majority.shape}; expected (N, A), (N, A) and (A,)"
        )
    positive = logits >= 0
    predicted_majority = positive == (majority == 1)
    return np.stack(
        [
            np.ones(labels.shape, dtype=bool),
            labels == 1,
            labels == -1,
            logits * labels > 0,
            logits * labels < 0,
            positive,
            ~positive,
            predicted_majority,
            ~predicted_majority,
        ]
    )
