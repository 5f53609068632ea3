"""Crops in which part of the face is concealed, to see what a network answers without it.

Yang et al. 2019 (arXiv 1905.00593) test their networks on faces with sunglasses, and train
baselines on faces of which nothing is left but the mouth. The files of
:mod:`heed.guidance.concealments` each register one such kind.
"""

from typing import Final, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.base.errors import InputError
from heed.base.registry import Registry

Crops = NDArray[np.uint8]
"""(n, S, S, 3) uint8, RGB."""


class Concealment(Protocol):
    """A way to conceal part of each face."""

    def __call__(self, crops: Crops, landmarks: ArrayLike) -> Crops:
        """Conceal it.

        Args:
            crops: (n, S, S, 3) uint8, RGB; they stay as they are.
            landmarks: (n, 5, 2) or (n, 68, 2) x, y in pixels of the crops.

        Returns:
            (n, S, S, 3) uint8.
        """


CONCEALMENTS: Final[Registry[Concealment]] = Registry("heed.guidance.concealments")
"""The kinds by name."""


def concealed(kind: str, crops: Crops, landmarks: ArrayLike) -> Crops:
    """Crops with part of each face concealed.

    Args:
        kind: one of :data:`CONCEALMENTS`: ``sunglasses`` or ``mouth_only``, as it is by default.
        crops: (n, S, S, 3) uint8, RGB; they stay as they are. With many images some at a time:
            what comes back takes as much memory again.
        landmarks: (n, 5, 2) or (n, 68, 2) x, y in pixels of the crops.

    Returns:
        (n, S, S, 3) uint8, the same whenever the same is given.

    Raises:
        InputError: there is no such kind, or the crops are no such array or not as many as the
            faces.
        LandmarksError: a landmark is not finite, or landmarks coincide so that nothing can be
            placed by them; the message names the face.

    Example:
        >>> face = [[92.0, 100.0], [132.0, 100.0], [112.0, 124.0], [96.0, 140.0], [128.0, 140.0]]
        >>> white = np.full((1, 224, 224, 3), 255, np.uint8)
        >>> dark = concealed("sunglasses", white, [face])
        >>> dark[0, 100, 92].tolist(), dark[0, 140, 112].tolist()  # the left eye, the mouth
        ([20, 20, 24], [255, 255, 255])
    """
    if kind not in CONCEALMENTS:
        raise InputError(f"concealed: found {kind!r}; expected one of {', '.join(CONCEALMENTS)}")
    return CONCEALMENTS[kind](crops, landmarks)
