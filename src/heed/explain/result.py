"""What :func:`heed.explain` gives back."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.base.errors import InputError
from heed.explain.method import Symmetry
from heed.explain.placement import PLACEMENT_RULES, Placement, PlacementError, PlacementRule
from heed.explain.postprocess import enlarge, normalise, stretch
from heed.explain.targets import PixelTarget, combination, signs

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Maps = NDArray[np.float32]


@dataclass(frozen=True)
class LayerMaps:
    """The maps that were taken at one layer.

    Args:
        name: of the layer.
        positive: (N, A, h, w), the maps of z.
        negative: those of -z, where no symmetry tells them.
        symmetry: what the map of -z is.
        look: finds the placement by the rule ``receptive_field``.
    """

    name: str
    positive: Maps
    negative: Maps | None
    symmetry: Symmetry
    look: Callable[[], Placement] | None = None
    _known: dict[str, Placement] = field(default_factory=dict, repr=False)

    def __getstate__(self) -> dict[str, Any]:
        # How to find the placement takes the network along; what is known of it stays.
        return self.__dict__ | {"look": None}

    def signed(self, sign: NDArray[np.integer[Any]]) -> Maps:
        """The maps of sign * z; where the sign is 0, 0.

        Args:
            sign: -1, 0 or +1, as many as there are maps, (N, A) or what broadcasts to it.
        """
        sign = np.broadcast_to(sign, self.positive.shape[:2])[:, :, None, None]
        if self.symmetry == "odd":
            return sign.astype(np.float32) * self.positive
        if self.symmetry == "even":
            return np.where(sign != 0, self.positive, np.float32(0))
        assert self.negative is not None
        return np.where(sign > 0, self.positive, np.where(sign < 0, self.negative, np.float32(0)))

    def placement(self, rule: PlacementRule, size: tuple[int, int]) -> Placement:
        """Where the cells lie in images of a size, by a rule."""
        if rule not in PLACEMENT_RULES:
            raise InputError(
                f"placement: found {rule!r}; expected {' or '.join(map(repr, PLACEMENT_RULES))}"
            )
        rows, columns = self.positive.shape[2:]
        if rule == "half_pixel":
            return Placement.half_pixel(size, (rows, columns))
        if rule not in self._known:
            if self.look is None:
                raise PlacementError(
                    f"placement: where the cells of {self.name!r} look is not known of maps that "
                    "were stored; ask before storing them, or take 'half_pixel'"
                )
            self._known[rule] = self.look()
        return self._known[rule]


@dataclass(frozen=True)
class Explanation:
    """The maps of all outputs for some images.

    Args:
        method: by its name.
        logits: (N, A) float32.
        layers: the maps of each layer that was asked for.
        size: height and width of the images.
        names: of the outputs, where they were given.
        contribution: (N, A), z - b: the part of each logit that comes from the image, where the
            head is affine behind the pooling; else None.
        bias: (A,), b, likewise.
        images: as they were given, where they were not a loader.
    """

    method: str
    logits: NDArray[np.float32]
    layers: tuple[LayerMaps, ...]
    size: tuple[int, int]
    names: tuple[str, ...] | None = None
    contribution: NDArray[np.float32] | None = None
    bias: NDArray[np.float32] | None = None
    images: Any = field(default=None, repr=False)

    @property
    def layer(self) -> str:
        """The layer that maps were taken at."""
        return ", ".join(layer.name for layer in self.layers)

    @property
    def maps(self) -> Maps:
        """(N, A, h, w) float32, the maps of z, neither rectified nor scaled.

        Raises:
            ValueError: maps of several layers, whose grids may differ; see ``layers``.
        """
        return self._only().positive

    @property
    def negative_maps(self) -> Maps:
        """(N, A, h, w) float32, the maps of -z: for many methods those of z, sign changed."""
        return self._only().signed(np.full((1, 1), -1, np.int8))

    def _only(self) -> LayerMaps:
        if len(self.layers) != 1:
            raise InputError(
                f"maps: found those of {len(self.layers)} layers, which have grids of their own; "
                "take result.layers[i].positive, or result.pixels(), their mean"
            )
        return self.layers[0]

    def output(self, output: int | str) -> int:
        """The place of an output among the explained ones.

        Raises:
            ValueError: there is no such output.
        """
        if isinstance(output, str):
            if self.names is None or output not in self.names:
                known = "none: give names=" if self.names is None else ", ".join(self.names)
                raise InputError(f"output {output!r}: the outputs' names are {known}")
            return self.names.index(output)
        count = self.logits.shape[1]
        if not -count <= output < count:
            raise InputError(f"output {output}: expected 0 to {count - 1}")
        return output % count

    def pixels(
        self,
        target: PixelTarget = "positive",
        *,
        labels: ArrayLike | None = None,
        placement: PlacementRule = "half_pixel",
    ) -> Maps:
        """The maps as pixels, as the grad-cam package returns them.

        Rectified, stretched to 0..1, enlarged to the image and stretched again; over several layers
        the mean before the last step. A map without positive cells is 0 everywhere.

        Args:
            target: what is explained. A function of each logit z and its label t: ``positive`` z,
                ``predicted`` abs(z), ``predicted_true`` abs(z) t, ``true`` z t; or one class per
                image, (N,) integers; or a function of all logits, from a tensor (N, A) to one
                number an image, (N,).
            labels: (N, A) of -1 and +1, for the targets that ask for them.
            placement: where cells lie: ``half_pixel`` as in the package, or ``receptive_field``
                where they look.

        Returns:
            (N, A, H, W) float32 in 0..1; (N, H, W) for a class per image or a function.

        Raises:
            ValueError: for another target, labels that do not fit, or a function of logits where
                the method is not linear in the gradient.

        Example:
            >>> import heed, torch
            >>> network = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3, 2), torch.nn.Flatten(),
            ...                               torch.nn.LazyLinear(5))
            >>> result = heed.explain(network, torch.rand(2, 3, 9, 9), layer="0")
            >>> result.pixels("predicted").shape, result.pixels([3, 0]).shape
            ((2, 5, 9, 9), (2, 9, 9))
        """
        chosen = [self._chosen(layer, target, labels) for layer in self.layers]
        places = [layer.placement(placement, self.size) for layer in self.layers]
        if len(chosen) == 1:
            return normalise(chosen[0], self.size, places[0])
        large = [
            enlarge(maps, self.size, place) for maps, place in zip(chosen, places, strict=True)
        ]
        return stretch(np.mean(large, axis=0))

    def _chosen(self, layer: LayerMaps, target: PixelTarget, labels: ArrayLike | None) -> Maps:
        if isinstance(target, str):
            return layer.signed(signs(target, self.logits, labels))
        if callable(target):
            if layer.symmetry != "odd":
                raise InputError(
                    f"target: {self.method} is not linear in the gradient, so that the map of a "
                    "function of logits does not follow from theirs; make the function part of "
                    "the network, by select= of heed.explain"
                )
            weights = combination(target, self.logits)
            return np.einsum("na,nahw->nhw", weights, layer.positive)
        classes = np.asarray(target)
        count, outputs = self.logits.shape
        if classes.shape != (count,) or classes.dtype.kind not in "iu":
            raise InputError(
                f"target: found {classes.dtype} {classes.shape}; expected a name, a function, or "
                f"one class per image: {count} integers"
            )
        if (classes < 0).any() or (classes >= outputs).any():
            raise InputError(f"target: found a class beyond 0 to {outputs - 1}")
        return layer.positive[np.arange(count), classes]

    def show(
        self,
        image: int = 0,
        output: int | str = 0,
        *,
        target: PixelTarget = "positive",
        labels: ArrayLike | None = None,
        placement: PlacementRule = "half_pixel",
    ) -> "Figure":
        """Draw one image and, over it, the map of one output.

        Args:
            image: which one.
            output: its place, or its name where names were given.
            target: as for :meth:`pixels`.
            labels: as for :meth:`pixels`.
            placement: as for :meth:`pixels`.

        Returns:
            A matplotlib figure.
        """
        from matplotlib.figure import Figure

        number = self.output(output)
        pixels = self._row(image).pixels(
            target, labels=None if labels is None else np.asarray(labels)[[image]],
            placement=placement,
        )  # fmt: skip
        pixels = pixels[0, number] if pixels.ndim == 4 else pixels[0]
        figure = Figure(figsize=(4, 4), layout="constrained")
        axes = figure.subplots()
        shown = _as_photograph(self.images, image)
        if shown is not None:
            axes.imshow(shown, extent=(-0.5, self.size[1] - 0.5, self.size[0] - 0.5, -0.5))
        axes.imshow(pixels, cmap="jet", alpha=0.45 if shown is not None else 1, vmin=0, vmax=1)
        name = self.names[number] if self.names else f"output {number}"
        axes.set_title(f"{name}: {self.logits[image, number]:.2f}")
        axes.set_axis_off()
        return figure

    def _row(self, image: int) -> "Explanation":
        count = len(self.logits)
        if not -count <= image < count:
            raise InputError(f"image {image}: expected 0 to {count - 1}")
        row = [image % count]
        layers = tuple(
            LayerMaps(
                each.name,
                each.positive[row],
                None if each.negative is None else each.negative[row],
                each.symmetry,
                each.look,
                each._known,
            )
            for each in self.layers
        )
        return Explanation(self.method, self.logits[row], layers, self.size, self.names)


def _as_photograph(images: Any, image: int) -> NDArray[np.float32] | None:
    """One of the images in 0..1, stretched to it where the values are others; None if unknown."""
    if images is None:
        return None
    one = images[image]
    pixels = np.asarray(one.detach().cpu().float() if hasattr(one, "detach") else one, np.float32)
    if pixels.ndim != 3:
        return None
    if pixels.shape[0] in (1, 3) and pixels.shape[-1] not in (1, 3):
        pixels = pixels.transpose(1, 2, 0)
    if pixels.shape[-1] == 1:
        pixels = pixels.repeat(3, axis=-1)
    if pixels.min() < 0 or pixels.max() > 1:
        pixels = stretch(pixels.reshape(1, -1)).reshape(pixels.shape)
    return pixels[..., :3]
