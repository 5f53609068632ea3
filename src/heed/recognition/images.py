"""Face images as a training and a test want them, read while they are needed.

Shorter side scaled to a number of pixels, then a square: cut at random and sometimes turned grey
for training, the middle otherwise. Memory does not grow with the number of images.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray
from torch.utils.data import Dataset, Sampler

from heed.arguments.arrays import real_numbers
from heed.arguments.numbers import check_count
from heed.base.errors import InputError
from heed.geometry.photograph import REDUCED_DECODING, PhotographError, decode, dimensions

# One stream of random numbers per use, so that e.g. greyness leaves the places of crops alone.
_ORDER, _CHANGES = 1, 2


class Draws(NamedTuple):
    """Images that are read at once.

    Attributes:
        epoch: counted from 0.
        first: number of the first of them within the epoch. An image may be drawn several times in
            one, and is cut out anew each time.
        rows: numbers of the images.
    """

    epoch: int
    first: int
    rows: list[int]


class FaceImages(Dataset[tuple[NDArray[np.uint8], NDArray[np.int64]]]):
    """Images with the class of the person on each, indexed by :class:`Draws`.

    Args:
        paths: of N image files.
        classes: (N,) whole numbers; -1 where the person has none.
        side: pixels of the shorter side after scaling.
        crop: S, side of the square.
        grey: share that is turned grey, in training.
        seed: of places and greyness; None: the middle, and never grey.
    """

    def __init__(
        self,
        paths: Sequence[str | Path],
        classes: ArrayLike,
        *,
        side: int,
        crop: int,
        grey: float = 0.0,
        seed: int | None = None,
    ) -> None:
        self.paths = list(paths)
        self.classes = _whole(classes)
        if self.classes.shape != (len(self.paths),):
            raise InputError(
                f"found {len(self.paths)} images and classes {self.classes.shape}; expected one "
                "class for each image"
            )
        for name, number in (("side", side), ("crop", crop)):
            check_count(name, number)
        if crop > side:
            raise InputError(f"crop: found {crop}; expected at most the side, {side}")
        self.side, self.crop, self.grey, self.seed = side, crop, grey, seed

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, draws: Draws) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        """Read a batch: (B, S, S, 3) uint8 RGB, and (B,) classes.

        Raises:
            PhotographError: naming an image that cannot be decoded.
        """
        squares = np.empty((len(draws.rows), self.crop, self.crop, 3), np.uint8)
        for place, row in enumerate(draws.rows):
            image = scaled(self.paths[row], self.side)
            down, across, grey = self._drawn(draws.epoch, draws.first + place)
            top = round(down * (image.shape[0] - self.crop))
            left = round(across * (image.shape[1] - self.crop))
            square = image[top : top + self.crop, left : left + self.crop]
            squares[place] = _grey(square) if grey else square
        return squares, self.classes[draws.rows]

    def _drawn(self, epoch: int, number: int) -> tuple[float, float, bool]:
        """Where the square lies, as shares of the room for it, and whether it is grey."""
        if self.seed is None:
            return 0.5, 0.5, False
        down, across, grey = np.random.default_rng([self.seed, _CHANGES, epoch, number]).random(3)
        return float(down), float(across), bool(grey < self.grey)


class InOrder(Sampler[Draws]):
    """Every image once, in its order.

    Args:
        count: N, the number of images.
        size: images of a batch; the last may have fewer.
    """

    def __init__(self, count: int, size: int) -> None:
        check_count("count", count, least=0)
        check_count("size", size)
        self.count, self.size = count, size

    def __len__(self) -> int:
        return -(-self.count // self.size)

    def __iter__(self) -> Iterator[Draws]:
        for first in range(0, self.count, self.size):
            yield Draws(0, first, list(range(first, min(first + self.size, self.count))))


class UniformIdentities(Sampler[Draws]):
    """As many draws as there are images, in which every person is as frequent as any other.

    Persons come in rounds, each of all persons in a new order; then one of the person's images is
    drawn, any one as likely. The order follows from seed and epoch alone, so that a resumed
    training goes on as if it had never stopped.

    Args:
        classes: (N,) the person on each image, from 0 and without gaps.
        size: draws of a batch. The last batch of an epoch takes what is left, and is left out if
            that is a single draw, of which batch normalisation cannot learn.
        seed: of everything that is drawn.
    """

    def __init__(self, classes: ArrayLike, size: int, seed: int) -> None:
        check_count("size", size)
        check_count("seed", seed, least=0)
        numbers = _whole(classes)
        if numbers.ndim != 1 or numbers.min(initial=0) < 0:
            raise InputError(
                f"classes: found {numbers.shape} from {numbers.min(initial=0)} on; expected (N,) "
                "from 0 on, without images that have no person"
            )
        self.counts = np.bincount(numbers) if len(numbers) else np.zeros(0, np.int64)
        if not len(numbers) or not self.counts.all():
            raise InputError("classes: found a person without images; expected one image or more")
        self._rows = np.argsort(numbers, kind="stable")
        self._starts = np.cumsum(self.counts) - self.counts
        self.count = len(numbers) - (len(numbers) > 1 and len(numbers) % size == 1)
        self.size, self.seed, self.epoch = size, seed, 0

    def set_epoch(self, epoch: int) -> None:
        """Choose the order; Lightning calls this at the start of each epoch."""
        self.epoch = epoch

    def __len__(self) -> int:
        return -(-self.count // self.size)

    def __iter__(self) -> Iterator[Draws]:
        rows = self.rows()
        for first in range(0, self.count, self.size):
            yield Draws(self.epoch, first, rows[first : first + self.size].tolist())

    def rows(self) -> NDArray[np.intp]:
        """The draws of the epoch, (count,)."""
        rng = np.random.default_rng([self.seed, _ORDER, self.epoch])
        rounds = -(-self.count // len(self.counts))
        persons = np.concatenate([rng.permutation(len(self.counts)) for _ in range(rounds)])
        persons = persons[: self.count]
        chosen = np.floor(rng.random(self.count) * self.counts[persons]).astype(np.intp)
        return self._rows[self._starts[persons] + chosen]

    def whole(self, index: int) -> int:
        """Draws of a batch."""
        return min(self.size, self.count - index * self.size)


def scaled(path: str | Path, side: int) -> NDArray[np.uint8]:
    """Read an image and scale it so that its shorter side has a number of pixels.

    Args:
        path: of the file.
        side: pixels.

    Returns:
        (h, w, 3) uint8 RGB with min(h, w) = side. EXIF orientation is ignored.

    Raises:
        PhotographError: the file is not there, or cannot be decoded.
    """
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise PhotographError(
            f"{path}: found no file that can be read ({error.strerror}); expected an image: put it "
            "back, or list the images again"
        ) from None
    shorter = min(dimensions(content, str(path)))
    # A reduction while decoding averages pixels; what is left is scaled by area as well.
    reduction = next(f for f in REDUCED_DECODING if f == 1 or shorter // f >= side)
    image = decode(content, str(path), reduction)
    height, width = image.shape[:2]
    factor = side / min(height, width)
    if factor == 1:
        return image
    size = (max(side, round(width * factor)), max(side, round(height * factor)))
    interpolation = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(image, size, interpolation=interpolation), np.uint8)


def _whole(classes: ArrayLike) -> NDArray[np.int64]:
    numbers = real_numbers("classes", classes)
    if numbers.size and not (numbers == np.floor(numbers)).all():
        raise InputError(f"classes: found {numbers.dtype} with fractions; expected whole numbers")
    return numbers.astype(np.int64)


def _grey(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    grey = cv2.cvtColor(np.ascontiguousarray(image), cv2.COLOR_RGB2GRAY)
    return np.repeat(np.asarray(grey, np.uint8)[..., None], 3, axis=2)
