"""A fine-tuning, checked before anything is trained: what it is given, and a few images' maps."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, get_args

import numpy as np
import torch
from torch import Tensor, nn

from heed.base.errors import HeedError, InputError
from heed.explain.logits import REFUSALS
from heed.explain.modes import evaluation_mode
from heed.explain.outputs import places_of
from heed.guidance.guided_images import GuidedImages
from heed.guidance.map_loss import EMPTY, MapLoss
from heed.guidance.maps import GuidedPass, guided_pass, is_own
from heed.guidance.other_network import layer_named, normalised_behind
from heed.guidance.settings import TuningSettings
from heed.guidance.training import Guide
from heed.training.crops import Batch
from heed.training.settings import Loss, Weighting

FEW: Final = 8
"""Images that are looked at before the training begins."""

AT_ONCE: Final = 4096
"""Images whose regions are read at once where only they are looked at."""

WEIGHTINGS: Final[tuple[Weighting, ...]] = ("none", "moon_expectation")


def check_kinds(
    images: GuidedImages,
    validation: GuidedImages,
    loss: MapLoss,
    settings: TuningSettings,
    attribute_loss: Loss,
    weighting: Weighting,
) -> None:
    """Refuse what is of another kind altogether, such as a name in the place of a loss.

    Raises:
        InputError: naming what was found.
    """
    for name, given, kind in (
        ("images", images, GuidedImages),
        ("validation", validation, GuidedImages),
        ("loss", loss, MapLoss),
        ("settings", settings, TuningSettings),
    ):
        if not isinstance(given, kind):
            hint = (
                ", as map_loss('iou') of heed.guidance.catalogue is one" if kind is MapLoss else ""
            )
            raise InputError(
                f"{name}: found {type(given).__name__}; expected {kind.__name__}{hint}"
            )
    if weighting not in WEIGHTINGS:
        raise InputError(
            f"weighting: found {weighting!r}; a fine-tuning has "
            f"{' or '.join(map(repr, WEIGHTINGS))}"
        )
    if attribute_loss not in get_args(Loss):
        raise InputError(
            f"attribute_loss: found {attribute_loss!r}; expected "
            f"{' or '.join(map(repr, get_args(Loss)))}"
        )


def check_something_is_learnt(network: nn.Module, loss: MapLoss, settings: TuningSettings) -> None:
    """Refuse a fine-tuning that moves no weight: it would change statistics alone, in silence.

    Raises:
        InputError: all weights are frozen, or no part of the loss is left.
    """
    if not any(each.requires_grad for each in network.parameters()):
        raise InputError(
            "network: found no weight that requires a gradient; expected some to train: "
            "requires_grad_(True) of the layers that are to learn"
        )
    if not loss.looks and settings.weights.attributes == 0:
        raise InputError(
            "weights: found attributes 0 with a loss that looks at no map; nothing would be learnt"
        )


def checked_guide(
    network: nn.Module,
    images: GuidedImages,
    validation: GuidedImages,
    guide: Guide,
    settings: TuningSettings,
) -> Guide:
    """What is asked of the maps, with the layer's name, once a few images have passed.

    Batch normalisation behind the layer is in eval mode from then on.

    Args:
        network: in training mode.
        images: to train on.
        validation: the others.
        guide: what is asked, with the layer as it was given.
        settings: of the fine-tuning.

    Raises:
        InputError: network, images, regions, labels, outputs and layer do not fit each other.
    """
    few = images[Batch(0, list(range(min(len(images), FEW))))].crops
    pixels = torch.from_numpy(few).permute(0, 3, 1, 2).float() / 255
    pixels = pixels.to(next(network.parameters()).device)
    with _refusals_told(pixels):
        if not is_own(network, guide.layer):
            name = layer_named(network, pixels, guide.layer, guide.reshape)
            guide = guide._replace(layer=name)
            # The control, too: it is to differ in nothing but the map loss.
            for module in normalised_behind(network, pixels, name):
                module.eval()
        with evaluation_mode(network), torch.no_grad():
            told = (guide.outputs, guide.layer)
            found = guided_pass(network, pixels, *told, reshape=guide.reshape)
            minus = -torch.ones(found.maps.shape[:2])
            opposite = guided_pass(network, pixels, *told, minus, reshape=guide.reshape)
    for partition, some in (("training", images), ("validation", validation)):
        if some.labels.shape[1] != found.logits.shape[1]:
            raise InputError(
                f"labels of the {partition} images: found {some.labels.shape[1]} a row; expected "
                f"{found.logits.shape[1]}, one for each output of the network"
            )
    if guide.loss.looks:
        _check_maps(found, opposite, images, validation, guide, settings)
    return guide


@contextmanager
def _refusals_told(pixels: Tensor) -> Iterator[None]:
    """What a network says of the first images, which it refuses, with what they are."""
    try:
        yield
    except REFUSALS as error:
        if isinstance(error, HeedError | torch.OutOfMemoryError):
            raise
        raise InputError(
            f"the network refuses the first training images, {pixels.dtype} "
            f"{tuple(pixels.shape)}: {type(error).__name__}: {error}; expected one of "
            "float32 weights (network.float()) that maps RGB images (B, 3, S, S) in 0..1 to logits "
            "(B, A)"
        ) from error


def _check_maps(
    found: GuidedPass,
    opposite: GuidedPass,
    images: GuidedImages,
    validation: GuidedImages,
    guide: Guide,
    settings: TuningSettings,
) -> None:
    """Refuse regions that do not fit the maps of the first images, and maps that no loss moves."""
    if not (found.maps.any() or opposite.maps.any()):
        warnings.warn(
            f"layer {guide.layer!r}: the maps of the first images are 0 everywhere, of z as well "
            "as of -z, so that no loss of them moves a weight. Behind the last attention of a "
            "transformer the class token alone is read: name a layer before it, such as the last "
            "block's ln_1; or are weights behind the layer still 0?",
            stacklevel=4,
        )
    expected = tuple(found.maps.shape[1:])
    if expected[1] * expected[2] == 1:
        raise InputError(
            f"layer {guide.layer!r}: its maps have a single cell, which lies nowhere else; "
            "expected a grid: name an earlier layer, or take larger crops"
        )
    for partition, some in (("training", images), ("validation", validation)):
        shape = tuple(some.regions.shape[1:])
        if shape != expected:
            by_row = expected[0] == 1 and shape == (len(some), *expected[1:])
            hint = "; of images and one output give regions[:, None]" if by_row else ""
            raise InputError(
                f"regions of the {partition} images: found {shape}; "
                f"expected {expected}: one region for each of the {expected[0]} outputs, on the "
                f"{expected[1]} x {expected[2]} cells of the maps{hint}"
            )
    if not _any_chosen(images, places_of(guide.outputs, found.logits.shape[1]), settings):
        raise InputError(
            "no training image has a map that the loss is on: expected one with the attribute "
            "(on: with_attribute) and a region that is not empty, in cells of weights above 0"
        )


def _any_chosen(images: GuidedImages, outputs: list[int], settings: TuningSettings) -> bool:
    with_attribute = images.labels[:, outputs] > 0
    if settings.on == "predicted":
        with_attribute = np.ones_like(with_attribute)
    rows = np.flatnonzero(with_attribute.any(axis=1)).tolist()
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        regions = np.asarray(images.regions[some], np.float64)
        if images.cell_weights is not None:
            regions = regions * np.asarray(images.cell_weights[some])
        filled = regions.sum(axis=(2, 3)) > EMPTY
        if (filled & with_attribute[some]).any():
            return True
    return False
