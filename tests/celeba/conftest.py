"""Tiny CelebA folders in every layout, and edits that spoil them."""

import functools
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from heed.celeba.attributes import ATTRIBUTES

LANDMARK_COLUMNS = [
    *("lefteye_x", "lefteye_y", "righteye_x", "righteye_y", "nose_x", "nose_y"),
    *("leftmouth_x", "leftmouth_y", "rightmouth_x", "rightmouth_y"),
]
BOX_COLUMNS = ["x_1", "y_1", "width", "height"]
ALIGNED_FACE = np.array([69, 111, 108, 111, 88, 136, 70, 151, 107, 152])
ALIGNED_SIZE = (178, 218)

# Per layout: folders of the annotations, the suffix, the image folder of each kind.
LAYOUTS = {
    "official": ("Anno", "Eval", ".txt", "Img/{}"),
    "official_png": ("Anno", "Eval", ".txt", "Img/{}_png"),
    "torchvision": ("celeba", "celeba", ".txt", "celeba/{}"),
    "flat": (".", ".", ".txt", "{}"),
    "kaggle": (".", ".", ".csv", "{0}/{0}"),
}


@functools.cache
def image_file(size: tuple[int, int], suffix: str = ".jpg") -> bytes:
    """A plain image of that width and height, as the bytes of a file."""
    buffer = io.BytesIO()
    Image.new("RGB", size, (90, 120, 150)).save(buffer, "PNG" if suffix == ".png" else "JPEG")
    return buffer.getvalue()


@dataclass
class TinyCelebA:
    """Seven faces of known content; ``write`` lays them out on disk.

    ``pixels`` has the widths and heights of the images by kind.
    """

    root: Path
    layout: str = "official"
    newline: str = "\n"
    trailing: str = ""
    counts: bool = True
    image_column: str = ""
    annotation_suffix: str = ".jpg"
    image_suffix: str = ".jpg"
    zero_labels: bool = False
    without: tuple[str, ...] = ()
    stems: list[str] = field(default_factory=lambda: [f"{i:06d}" for i in range(1, 8)])
    numbers: dict[str, np.ndarray] = field(default_factory=dict)

    def __post_init__(self) -> None:
        generator = np.random.default_rng(5)
        n = len(self.stems)
        aligned = ALIGNED_FACE + generator.integers(-3, 4, (n, 10))
        wild = aligned * generator.integers(2, 6, (n, 1)) + generator.integers(0, 99, (n, 1))
        self.numbers = {
            "list_attr_celeba": np.where(generator.random((n, 40)) < 0.3, 1, -1),
            "list_eval_partition": np.array([0, 0, 0, 1, 2, 2, 1])[:, None],
            "identity_CelebA": generator.integers(1, 10_177, (n, 1)),
            "list_bbox_celeba": generator.integers(1, 400, (n, 4)),
            "list_landmarks_align_celeba": aligned,
            "list_landmarks_celeba": wild,
        }
        boxes = self.numbers["list_bbox_celeba"]
        noses = wild.reshape(n, 5, 2)[:, 2]
        # Photographs with the nose near the middle, and all of landmarks and box inside.
        photographs = 2 * np.maximum(noses, (boxes[:, :2] + boxes[:, 2:]) // 2) + [[9, 99]]
        photographs[:, 0] = 2 * noses[:, 0] + generator.integers(-20, 20, n)
        boxes[:, 0] = noses[:, 0] - 20
        boxes[:, 2] = 40
        self.pixels = {
            "aligned": [ALIGNED_SIZE] * n,
            "wild": [(int(width), int(height)) for width, height in photographs],
        }

    def annotation(self, name: str) -> Path:
        anno, evaluation, suffix, _ = LAYOUTS[self.layout]
        folder = evaluation if name == "list_eval_partition" else anno
        return self.root / folder / f"{name}{suffix}"

    def images(self, kind: str) -> Path:
        name = {"wild": "img_celeba", "aligned": "img_align_celeba"}[kind]
        return self.root / LAYOUTS[self.layout][3].format(name)

    def write(self) -> "TinyCelebA":
        columns = {
            "list_attr_celeba": list(ATTRIBUTES),
            "list_bbox_celeba": BOX_COLUMNS,
            "list_landmarks_align_celeba": LANDMARK_COLUMNS,
            "list_landmarks_celeba": LANDMARK_COLUMNS,
        }
        csv_columns = {
            "list_eval_partition": ["partition"],
            "identity_CelebA": ["identity"],
        }
        kaggle = self.layout == "kaggle"
        # Rows of different files stand in different orders: only names may join them.
        for shift, (name, numbers) in enumerate(self.numbers.items()):
            if name in self.without:
                continue
            lines = []
            header = columns.get(name) or (csv_columns[name] if kaggle else None)
            if header and self.counts and not kaggle:
                lines.append(str(len(self.stems)))
            if header:
                column = ["image_id"] if kaggle else [self.image_column] * bool(self.image_column)
                lines.append(("," if kaggle else " ").join([*column, *header]))
            if name == "list_attr_celeba" and self.zero_labels:
                numbers = (numbers + 1) // 2
            for row in np.roll(np.arange(len(self.stems)), shift):
                texts = [self.stems[row] + self.annotation_suffix, *map(str, numbers[row])]
                lines.append(",".join(texts) if kaggle else texts[0] + _padded(texts[1:]))
            text = "".join(f"{line}{self.trailing}{self.newline}" for line in lines)
            path = self.annotation(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
        for kind in ("wild", "aligned"):
            folder = self.images(kind)
            if kind in self.without:
                continue
            folder.mkdir(parents=True)
            for number, (stem, size) in enumerate(zip(self.stems, self.pixels[kind], strict=True)):
                # what follows the image's end tells the files' sizes in bytes apart
                content = image_file(size, self.image_suffix) + bytes(7 * number)
                (folder / f"{stem}{self.image_suffix}").write_bytes(content)
        return self

    def edit(self, name: str, change: Callable[[list[str]], object]) -> Path:
        """Change the lines of one annotation file in place."""
        path = self.annotation(name)
        lines = path.read_text().split("\n")
        change(lines)
        path.write_text("\n".join(lines), newline="")
        return path


def _padded(texts: list[str]) -> str:
    return "".join(f" {text:>3}" for text in texts)


@pytest.fixture
def tiny(tmp_path: Path) -> Callable[..., TinyCelebA]:
    """A builder: ``tiny(layout="kaggle").write()``."""
    return lambda **changes: TinyCelebA(tmp_path / "faces", **changes)
