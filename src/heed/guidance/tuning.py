"""Fine-tuning a network so that maps of some outputs lie in their regions."""

import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import torch
from torch import nn

from heed.base.errors import InputError
from heed.explain.modes import evaluation_mode
from heed.explain.outputs import places_of
from heed.explain.shapes import Reshape
from heed.fitting.fit import fit
from heed.guidance.guided_images import GuidedImages
from heed.guidance.map_loss import EMPTY, MapLoss
from heed.guidance.maps import guided_pass, is_own
from heed.guidance.other_network import layer_named, normalised_behind
from heed.guidance.settings import TuningSettings
from heed.guidance.training import Guide, GuidedCurves, GuidedTraining
from heed.training.balancing import positive_shares
from heed.training.callbacks import Progress
from heed.training.checkpoints import CHECKPOINT
from heed.training.crops import Batch, Batches
from heed.training.lone_images import batches_to_learn_from
from heed.training.settings import LoaderWorkers, Loss, Weighting

FEW: Final = 8
"""Images that are looked at before the training begins."""

AT_ONCE: Final = 4096
"""Images whose regions are read at once where only they are looked at."""


def fine_tune(
    network: nn.Module,
    images: GuidedImages,
    validation: GuidedImages,
    *,
    outputs: Sequence[int],
    loss: MapLoss,
    settings: TuningSettings | None = None,
    seed: int = 0,
    layer: str | None = None,
    reshape: Reshape | None = None,
    attribute_loss: Loss = "bce",
    weighting: Weighting = "none",
    folder: Path | None = None,
    title: str = "fine-tune",
    next_run: str = "the next run",
    loader_workers: LoaderWorkers = "auto",
) -> list[dict[str, float]]:
    """Train ``network`` in place, by the loss of its attributes and a loss of maps.

    With the weights w_a and w_g of ``settings``, after Yang et al. 2019 (arXiv 1905.00593)

        total = w_a mean(loss of all attributes) + w_g mean(loss of the chosen maps)

    The maps are Grad-CAM maps (:func:`heed.guidance.maps.guided_pass`), each scaled to 0..1
    (:func:`heed.guidance.maps.scaled`). ``map_loss("none")`` is the control: it is trained alike,
    and no map is computed.

    The same arguments on the same machine give the same weights, byte for byte, whether or not the
    training was killed and resumed on the way. It runs on one device: a GPU where there is one.

    Args:
        network: maps float images (B, 3, S, S), RGB in 0..1, to logits (B, A). All of its weights
            that require a gradient are trained, in training mode; batch normalisation that is gone
            through behind the layer keeps its statistics (in training mode the map of an image
            would depend on the others of its batch). On return it is in eval mode on the CPU.
        images: to train on, with T regions each.
        validation: measured after each epoch.
        outputs: T outputs whose maps are guided.
        loss: of a map and its region, of :func:`heed.guidance.catalogue.map_loss`.
        settings: everything else; by default one epoch, as in the paper.
        seed: of the order of the images, of mirroring, and of what layers draw.
        layer: where maps are taken, as for :func:`heed.guidance.maps.guided_pass`.
        reshape: as there.
        attribute_loss: of the attributes, :func:`heed.training.losses.element_losses`.
        weighting: how the classes are balanced: ``none`` or ``moon_expectation``.
        folder: where the checkpoint ``last.ckpt`` and the curves (``curves/``, a DVCLive folder)
            are kept, from which it resumes; one for each set of arguments
            (:func:`heed.training.fingerprint.fingerprint`). None: nothing is kept.
        title: shown at the progress line.
        next_run: what resumes this training, for the note that a signal's exception gets.
        loader_workers: processes that read images, as for :func:`heed.fitting.fit.fit`.

    Returns:
        The curves: for each epoch the metrics of :data:`heed.training.callbacks.METRICS`, of which
        the losses are those of the attributes, and of
        :data:`heed.guidance.training.MAP_METRICS` those that there are.

    Raises:
        InputError: images, regions, outputs, layer or the machine do not fit, or no training image
            has a map that the loss is on.
        DivergedError: a loss is no number any more.
    """
    settings = settings or TuningSettings()
    if weighting == "moon_sampling":
        raise InputError(
            "weighting: found 'moon_sampling'; a fine-tuning has 'none' or 'moon_expectation'"
        )
    for partition, some in (("training", images), ("validation", validation)):
        if len(some) == 0:
            raise InputError(f"the {partition} partition has no images; expected at least 1")
    guide = Guide(outputs, loss, layer, reshape)
    network.train()
    if loss.looks:
        guide = _checked(network, images, validation, guide, settings)
    batches = batches_to_learn_from(network, images.images, settings.batch_size, seed)
    in_order = Batches(len(validation), settings.batch_size)
    module = GuidedTraining(
        network,
        guide,
        loss=attribute_loss,
        weighting=weighting,
        shares=positive_shares(images.labels),
        tuning=settings,
        seed=seed,
        training=batches,
        validation=in_order,
    )
    with tempfile.TemporaryDirectory() as temporary:
        kept = Path(temporary) if folder is None else folder
        curves = GuidedCurves(kept / "curves")
        fit(
            module,
            images,
            batches,
            validation,
            in_order,
            callbacks=[curves, Progress(title, batches)],
            settings=settings,
            checkpoint=kept / CHECKPOINT,
            title=title,
            next_run=next_run,
            loader_workers=loader_workers,
            clip=settings.clip,
        )
    return curves.points


def _checked(
    network: nn.Module,
    images: GuidedImages,
    validation: GuidedImages,
    guide: Guide,
    settings: TuningSettings,
) -> Guide:
    """What is asked of the maps, with the layer's name, once a few images have passed."""
    few = images[Batch(0, list(range(min(len(images), FEW))))].crops
    pixels = torch.from_numpy(few).permute(0, 3, 1, 2).float() / 255
    pixels = pixels.to(next(network.parameters()).device)
    if not is_own(network, guide.layer):
        name = layer_named(network, pixels, guide.layer, guide.reshape)
        guide = guide._replace(layer=name)
        for module in normalised_behind(network, pixels, name):
            module.eval()
    with evaluation_mode(network), torch.no_grad():
        found, minus = (
            guided_pass(network, pixels, guide.outputs, guide.layer, signs, reshape=guide.reshape)
            for signs in (None, -torch.ones(len(guide.outputs)))
        )
    if not (found.maps.any() or minus.maps.any()):
        warnings.warn(
            f"layer {guide.layer!r}: the maps of the first images are 0 everywhere, of z as well "
            "as of -z, so that no loss of them moves a weight. Behind the last attention of a "
            "transformer the class token alone is read: name a layer before it, such as the last "
            "block's ln_1; or are weights behind the layer still 0?",
            stacklevel=3,
        )
    expected = tuple(found.maps.shape[1:])
    for partition, some in (("training", images), ("validation", validation)):
        if tuple(some.regions.shape[1:]) != expected:
            raise InputError(
                f"regions of the {partition} images: found {tuple(some.regions.shape[1:])}; "
                f"expected {expected}: one region for each of the {expected[0]} outputs, on the "
                f"{expected[1]} x {expected[2]} cells of the maps"
            )
    if not _any_chosen(images, places_of(guide.outputs, found.logits.shape[1]), settings):
        raise InputError(
            "no training image has a map that the loss is on: expected one with the attribute "
            "(on: with_attribute) and a region that is not empty"
        )
    return guide


def _any_chosen(images: GuidedImages, outputs: list[int], settings: TuningSettings) -> bool:
    with_attribute = images.labels[:, outputs] > 0
    if settings.on == "predicted":
        with_attribute = np.ones_like(with_attribute)
    rows = np.flatnonzero(with_attribute.any(axis=1)).tolist()
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        filled = np.asarray(images.regions[some]).sum(axis=(2, 3)) > EMPTY
        if (filled & with_attribute[some]).any():
            return True
    return False
