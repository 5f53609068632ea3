"""The drawn images as files, in the layout that :mod:`heed.masked_folder` reads."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from heed.base.errors import HeedError
from heed.base.files import write_csv
from heed.base.partitions import PARTITIONS
from heed.fundus.eye import Eye, draw_eye
from heed.fundus.picture import disc_mask, photograph
from heed.masked_folder.layout import MASKS

CLASSES: Final = ("glaucoma", "healthy")
"""The folders of the two classes."""

EYES: Final = "eyes.csv"
"""The table of what was drawn, beside them."""

QUALITY: Final = 92
"""Of the JPEG files."""


@dataclass(frozen=True)
class Recipe:
    """What decides every byte of a collection.

    Attributes:
        counts: images of the train, validation and test partition, half of each class.
        side: of an image in pixels.
        sharpness: see :class:`heed.fundus.settings.FundusParams`.
        unevenness: likewise.
        seed: likewise.
    """

    counts: tuple[int, int, int]
    side: int
    sharpness: float
    unevenness: float
    seed: int

    def eye(self, partition: int, number: int) -> Eye:
        """The eye of an image.

        Args:
            partition: place in :data:`heed.base.partitions.PARTITIONS`.
            number: of the image in its partition; the even ones have glaucoma.
        """
        rng = np.random.default_rng([self.seed, partition, number])
        return draw_eye(rng, number % 2 == 0, self.sharpness, self.unevenness)


def write_collection(
    recipe: Recipe, folder: Path, *, workers: int, advance: Callable[[int], object]
) -> None:
    """Write ``<partition>/<class>/<number>.jpg``, the masks of rim and cup, and ``eyes.csv``.

    The bytes do not depend on the number of threads.

    Args:
        recipe: what is drawn.
        folder: an empty folder.
        workers: threads that draw.
        advance: told how many images more are written, e.g. ``progress.update``.
    """
    rows: list[dict[str, object]] = []
    with ThreadPoolExecutor(workers) as threads:
        for partition, name in enumerate(PARTITIONS):
            for kind in CLASSES:
                (folder / name / kind).mkdir(parents=True)
                (folder / MASKS / name / kind).mkdir(parents=True)
            draw = partial(_write, recipe, folder, partition)
            for row in threads.map(draw, range(recipe.counts[partition])):
                rows.append(row)
                advance(1)
    write_csv(pd.DataFrame(rows), folder / EYES)


def _write(recipe: Recipe, folder: Path, partition: int, number: int) -> dict[str, object]:
    eye = recipe.eye(partition, number)
    kind = CLASSES[0] if eye.glaucoma else CLASSES[1]
    place = Path(PARTITIONS[partition], kind, f"{number:05d}")
    image = photograph(eye, recipe.side)
    mask = disc_mask(eye, recipe.side)
    _encode(folder / f"{place}.jpg", image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    _encode(folder / MASKS / f"{place}.png", np.uint8(255) * mask.astype(np.uint8), [])
    return {
        "image": f"{place.as_posix()}.jpg",
        "cup_to_disc_ratio": round(eye.ratio, 6),
        "severity": round(eye.severity, 6),
        "blur": round(eye.blur, 6),
        "exposure": round(eye.exposure, 6),
    }


def _encode(path: Path, pixels: NDArray[np.uint8], options: list[int]) -> None:
    done, content = cv2.imencode(path.suffix, np.ascontiguousarray(pixels), options)
    if not done:
        raise HeedError(f"{path}: OpenCV could not encode an image of shape {pixels.shape}")
    path.write_bytes(content.tobytes())
