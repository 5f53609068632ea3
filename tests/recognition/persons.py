"""A folder of persons who differ in colour, as a script of a user's might make it."""

from pathlib import Path

import cv2
import numpy as np

NAMES = ("Ann", "Bo", "Cy", "Di")


def write(path: Path, pixels: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    done, content = cv2.imencode(path.suffix, pixels)
    assert done
    path.write_bytes(content.tobytes())


def face(person: int, rng: np.random.Generator, size: tuple[int, int] = (44, 36)) -> np.ndarray:
    """Noise with a stripe whose place is the person's; height and width are ``size``."""
    pixels = rng.integers(0, 120, (*size, 3), np.uint8)
    pixels[8 + 7 * person : 13 + 7 * person] = 230
    return pixels


def folder_of_persons(root: Path, each: int = 4, names: tuple[str, ...] = NAMES) -> Path:
    """Images in LFW's layout: name/name_0001.jpg and on."""
    rng = np.random.default_rng(0)
    for number, name in enumerate(names):
        for image in range(1, each + 1):
            write(root / name / f"{name}_{image:04d}.jpg", face(number, rng))
    return root
