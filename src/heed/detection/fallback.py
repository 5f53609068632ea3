"""The box of each test face: the detector's, or CelebA's where it found none.

As in the code of Chavannes & Rutishauser 2021, whose detector missed 45 of CelebA's 19,962 test
faces. What is done to the detector's boxes is done to CelebA's as well: their code doubles both,
although CelebA's boxes are wider than a detector's.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from heed.detection.detection import Detection
from heed.geometry.boxes import COLUMNS

DETECTOR, CELEBA, NONE = SOURCES = ("detector", "celeba", "none")
MISSING: Final = np.full(len(COLUMNS), np.nan)


def face_boxes(
    images: Sequence[str], detections: Sequence[Detection | None], celeba: ArrayLike | None
) -> pd.DataFrame:
    """One box per face.

    Args:
        images: the n file names.
        detections: what the detector found in each.
        celeba: (n, 4) x, y, width, height by CelebA, NaN where it has none; None for aligned
            images, which its boxes do not belong to.

    Returns:
        Columns image, x, y, width, height (float64 pixels of the photograph, not enlarged),
        probability (NaN where not detected) and source: ``detector``, ``celeba``, or ``none``,
        whose box is NaN.
    """
    known = np.full((len(images), len(COLUMNS)), np.nan) if celeba is None else np.asarray(celeba)
    boxes, probabilities, sources = [], [], []
    for detection, box in zip(detections, known, strict=True):
        if detection is not None:
            boxes.append(detection.box)
            sources.append(DETECTOR)
        elif np.isfinite(box).all():
            boxes.append(box)
            sources.append(CELEBA)
        else:
            boxes.append(MISSING)
            sources.append(NONE)
        probabilities.append(np.nan if detection is None else detection.probability)
    table = pd.DataFrame(np.array(boxes, np.float64).reshape(-1, len(COLUMNS)), columns=COLUMNS)
    table.insert(0, "image", list(images))
    return table.assign(
        probability=np.array(probabilities, np.float64), source=pd.Series(sources, dtype=str)
    )


def summary(boxes: pd.DataFrame) -> str:
    """In how many images a face was found, and what the others have instead.

    Args:
        boxes: the table of :func:`face_boxes`.
    """
    found, known, without = ((boxes["source"] == source).sum() for source in SOURCES)
    share = f" ({found / len(boxes):.2%})" if len(boxes) else ""
    return (
        f"faces detected in {found} of {len(boxes)} images{share}; {known} have CelebA's box "
        f"instead, {without} have none and are left out of the sets C, D and T"
    )
