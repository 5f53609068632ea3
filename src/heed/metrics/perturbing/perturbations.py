"""Images of which some cells are hidden, and what a network says of them: each is asked once."""

from collections.abc import Callable
from contextlib import nullcontext
from typing import Literal

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor, nn

from heed.base.errors import InputError
from heed.explain.modes import evaluation_mode
from heed.metrics.perturbing.cells import Cells, cells_of, summed
from heed.metrics.perturbing.counts import check_count
from heed.metrics.perturbing.fillings import NOISE, Filling, base, imputed
from heed.metrics.real_numbers import real_numbers

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

Network = Callable[[Tensor], Tensor]
"""From images (B, C, H, W) to logits (B, A)."""

Answers = Literal["binary", "classes"]
"""What logits are: each a question of its own that is answered by yes or no, or one class each of
which one is right."""


class Perturbations:
    """What a network says of images of which only some cells are kept.

    Metrics that hide cells ask here. Which cells are hidden does not depend on the output, so that
    one pass serves all outputs; and what is asked twice, by two outputs, methods or metrics, passes
    once. Keep one for each batch of images, and hand it to all metrics.

    Args:
        network: from images (B, C, H, W) to logits (B, A). A torch module is run in eval mode, and
            afterwards has its own modes again.
        images: (N, C, H, W) floating point, as the network takes them, on its device. They are
            copied: what is done to them afterwards changes nothing.
        cells: height and width of the grid that divides the images into blocks; or (H, W) integers,
            from 0 on, of the cell that each pixel belongs to, such as
            :func:`heed.metrics.deletion.cells_of_pixels` gives where cells look.
        filling: what hidden cells show, see :data:`heed.metrics.perturbing.fillings.Filling`.
        answers: what the logits are.
        batch_size: how many images pass at once.
        seed: of the noise of the filling ``linear``.

    Attributes:
        passes: how many images have gone through the network.

    Raises:
        ValueError: the images are no pixels, the cells do not fit them, or nothing passes at once.

    Example:
        >>> network = lambda images: images.sum((2, 3))  # two outputs, of two channels
        >>> perturbations = Perturbations(network, torch.ones(1, 2, 4, 4), (2, 2), "zero")
        >>> perturbations.logits([[[True] * 4, [True, False, False, False]]])[0].tolist()
        [[16.0, 16.0], [4.0, 4.0]]
    """

    def __init__(
        self,
        network: Network,
        images: Tensor,
        cells: Cells,
        filling: Filling = "blur",
        *,
        answers: Answers = "binary",
        batch_size: int = 64,
        seed: int = 0,
    ) -> None:
        if not isinstance(images, Tensor) or images.ndim != 4 or not images.is_floating_point():
            what = f"{images.dtype} {tuple(images.shape)}" if isinstance(images, Tensor) else images
            raise InputError(
                f"images: found {what if isinstance(images, Tensor) else type(images).__name__}; "
                "expected a tensor (N, C, H, W) in floating point, as the network takes it"
            )
        if answers not in ("binary", "classes"):
            raise InputError(f"answers: found {answers!r}; expected 'binary' or 'classes'")
        check_count("batch_size", batch_size)
        images = images.detach().clone()
        self.network, self.images, self.filling = network, images, filling
        self.answers, self.batch_size, self.seed = answers, batch_size, seed
        self.of_pixels, self.grid = cells_of(cells, (images.shape[2], images.shape[3]))
        self.cells = int(self.of_pixels.max()) + 1
        self.passes = 0
        self._here = images.cpu().float().numpy()
        side = (self.of_pixels.size / self.cells) ** 0.5
        self._base = None if filling == "linear" else self._sent(base(self._here, filling, side))
        self._place = torch.from_numpy(self.of_pixels).to(images.device)
        self._known: list[dict[bytes, NDArray[np.float32]]] = [{} for _ in range(len(images))]
        self._outputs: int | None = None

    @property
    def own(self) -> Floats:
        """(N, A), the logits of the images as they are."""
        whole: Floats = self.logits(np.ones((len(self.images), 1, self.cells), np.bool_))[:, 0]
        return whole

    def logits(self, kept: ArrayLike) -> Floats:
        """The logits of images of which some cells are kept, and the others filled in.

        Args:
            kept: (N, S, n) bool: S choices of cells for each image, or (1, S, n) for all.

        Returns:
            (N, S, A) float64.

        Raises:
            ValueError: for another shape, or logits that are not one finite row an image.
        """
        chosen = np.asarray(kept, np.bool_)
        if chosen.ndim != 3 or chosen.shape[2] != self.cells or chosen.shape[0] not in (
            1, len(self.images)
        ):  # fmt: skip
            raise InputError(
                f"kept: found {chosen.shape}; expected ({len(self.images)}, S, {self.cells}) for "
                f"{len(self.images)} images of {self.cells} cells"
            )
        keys = [[row.tobytes() for row in image] for image in np.packbits(chosen, axis=-1)]
        if len(keys) == 1:
            keys, chosen = keys * len(self.images), np.broadcast_to(
                chosen, (len(self.images), *chosen.shape[1:])
            )  # fmt: skip
        new: dict[tuple[int, bytes], Bools] = {}
        for image, (asked, rows) in enumerate(zip(keys, chosen, strict=True)):
            for key, row in zip(asked, rows, strict=True):
                if key not in self._known[image]:
                    new.setdefault((image, key), row)
        self._ask(new)
        outputs = self._outputs
        if outputs is None:  # without a question: a black image says how many outputs
            outputs = self._pass(self.images.new_zeros(1, *self.images.shape[1:])).shape[1]
        found = [[self._known[image][key] for key in asked] for image, asked in enumerate(keys)]
        return np.array(found, np.float64).reshape(*chosen.shape[:2], outputs)

    def probabilities(self, logits: Floats) -> Floats:
        """How sure the network is of the answers that it gives to the whole images.

        Args:
            logits: (N, S, A) of images in part.

        Returns:
            (N, S, A). ``binary``: the probability of yes, or no, whichever output j answers for
            the whole image, sigmoid(sign(z_j) z); a logit of 0 is a yes. ``classes``: that of class
            j, by softmax.
        """
        if self.answers == "classes":
            powers = np.exp(logits - logits.max(axis=-1, keepdims=True, initial=-np.inf))
            return np.asarray(powers / powers.sum(axis=-1, keepdims=True))
        return np.asarray(0.5 * (1 + np.tanh(0.5 * self.signs()[:, None] * logits)))

    def signs(self) -> Floats:
        """(N, A), -1 where the answer for the whole image is no, else 1."""
        if self.answers == "classes":
            return np.ones_like(self.own)
        return np.where(self.own < 0, -1.0, 1.0)

    def in_cells(self, maps: ArrayLike) -> Floats:
        """Maps as one number a cell, in the order of the cells.

        Args:
            maps: (N, A, h, w) of the grid, or (N, A, H, W) in pixels, which are summed over the
                cells: what hiding a cell is said to cost is what its pixels cost together, and a
                larger cell has more of them. A map whose pixels are all equal is uniform whatever
                the sizes of cells. Where cells were given as numbers, h x w is any form of n cells,
                whose numbers are row by row.

        Returns:
            (N, A, n) float64.

        Raises:
            ValueError: for another shape, such as (w, h) for (h, w), or an infinite value.
        """
        values = real_numbers(maps, "maps").astype(np.float64, copy=False)
        images, outputs = self.own.shape
        if np.isinf(values).any():
            raise InputError("maps: found an infinite value; expected finite ones, or NaN")
        if values.ndim == 4 and values.shape[:2] == (images, outputs):
            if values.shape[2:] == self.of_pixels.shape:
                return summed(values, self.of_pixels)
            fits = self.grid is None and values.shape[2] * values.shape[3] == self.cells
            if fits or values.shape[2:] == self.grid:
                return values.reshape(images, outputs, self.cells)
        grid = "h, w" if self.grid is None else f"{self.grid[0]}, {self.grid[1]}"
        raise InputError(
            f"maps: found {values.shape}; expected ({images}, {outputs}, {grid}) of {self.cells} "
            f"cells, or {(images, outputs, *self.of_pixels.shape)} in pixels"
        )

    def _ask(self, new: dict[tuple[int, bytes], Bools]) -> None:
        asked = list(new.items())
        for start in range(0, len(asked), self.batch_size):
            few = asked[start : start + self.batch_size]
            for ((image, key), _), row in zip(few, self._pass(self._made(few)), strict=True):
                self._known[image][key] = row

    def _pass(self, images: Tensor) -> NDArray[np.float32]:
        modes = evaluation_mode(self.network) if isinstance(self.network, nn.Module) else None
        with torch.no_grad(), modes or nullcontext():
            logits: object = self.network(images)
        if not isinstance(logits, Tensor) or logits.is_complex():
            what = f"a tensor of {logits.dtype}" if isinstance(logits, Tensor) else type(logits)
            what = what if isinstance(what, str) else what.__name__
            raise InputError(
                f"the network's answer: found {what}; expected a tensor of logits. Hand over a "
                "function that picks it, such as lambda images: network(images)['logits']"
            )
        if logits.ndim != 2 or len(logits) != len(images):
            raise InputError(
                f"from {len(images)} images the network makes {tuple(logits.shape)}; expected "
                f"logits ({len(images)}, A)"
            )
        if self._outputs not in (None, logits.shape[1]):
            raise InputError(
                f"the network's answer: found {logits.shape[1]} logits an image, and before "
                f"{self._outputs}; expected the same number for all images"
            )
        if not bool(torch.isfinite(logits).all()):
            raise InputError("the network's logits of images in part are not all finite")
        self._outputs = logits.shape[1]
        self.passes += len(images)
        return logits.float().cpu().numpy()

    def _made(self, few: list[tuple[tuple[int, bytes], Bools]]) -> Tensor:
        if self._base is None:
            return self._sent(np.stack([self._imputed(image, row) for (image, _), row in few]))
        rows = torch.tensor([image for (image, _), _ in few], device=self.images.device)
        kept = torch.from_numpy(np.stack([row for _, row in few])).to(self.images.device)
        return torch.where(kept[:, None, self._place], self.images[rows], self._base[rows])

    def _imputed(self, image: int, kept: Bools) -> NDArray[np.float32]:
        missing = ~kept[self.of_pixels]
        found = imputed(self._here[image], missing)
        # By the image and its cells alone: what was asked before decides no noise.
        rng = np.random.default_rng([self.seed, image, *np.packbits(kept).tolist()])
        found[:, missing] += NOISE * rng.standard_normal((len(found), int(missing.sum())))
        return found

    def _sent(self, pixels: NDArray[np.float32]) -> Tensor:
        own = torch.from_numpy(np.ascontiguousarray(pixels))
        return own.to(self.images.device, self.images.dtype)
