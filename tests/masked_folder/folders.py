"""A masked data set of a few small images, as a script of a user's might make it."""

from pathlib import Path

import cv2
import numpy as np

CLASSES = ("glaucoma", "healthy")


def write(path: Path, pixels: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    done, content = cv2.imencode(path.suffix, pixels)
    assert done
    path.write_bytes(content.tobytes())


def masked_folder(root: Path, per_class: int = 2, size: tuple[int, int] = (40, 30)) -> Path:
    """Images of width and height ``size`` with a bright square, whose place the test masks have."""
    width, height = size
    rng = np.random.default_rng(0)
    for partition in ("train", "validation", "test"):
        for number, kind in enumerate(CLASSES):
            for image in range(per_class):
                pixels = rng.integers(0, 90, (height, width, 3), np.uint8)
                across, down = rng.integers(2, width - 14), rng.integers(2, height - 14)
                pixels[down : down + 12, across : across + 12] = (200, 250)[number]
                write(root / partition / kind / f"{image}.png", pixels)
                if partition == "test":
                    mask = np.zeros((height, width), np.uint8)
                    mask[down : down + 12, across : across + 12] = 255
                    write(root / "masks" / partition / kind / f"{image}.png", mask)
    return root
