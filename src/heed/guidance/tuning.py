"""Fine-tuning a network so that maps of some outputs lie in their regions."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from torch import nn

from heed.base.errors import InputError
from heed.explain.shapes import Reshape
from heed.fitting.fit import fit
from heed.guidance.checked_tuning import check_kinds, check_something_is_learnt, checked_guide
from heed.guidance.guided_images import GuidedImages
from heed.guidance.map_loss import MapLoss
from heed.guidance.settings import TuningSettings
from heed.guidance.training import Guide, GuidedCurves, GuidedTraining
from heed.training.balancing import positive_shares
from heed.training.callbacks import Progress
from heed.training.checkpoints import CHECKPOINT
from heed.training.crops import Batches
from heed.training.lone_images import batches_to_learn_from
from heed.training.settings import LoaderWorkers, Loss, Weighting


def fine_tune(
    network: nn.Module,
    images: GuidedImages,
    validation: GuidedImages,
    *,
    outputs: Sequence[int],
    loss: MapLoss,
    settings: TuningSettings | None = None,
    seed: int = 0,
    layer: str | nn.Module | None = None,
    reshape: Reshape | None = None,
    attribute_loss: Loss = "bce",
    weighting: Weighting = "none",
    folder: str | Path | None = None,
    title: str = "fine-tune",
    next_run: str = "the next run",
    loader_workers: LoaderWorkers = "auto",
) -> list[dict[str, float]]:
    """Train ``network`` in place, by the loss of its attributes and a loss of maps.

    With the weights w_a and w_g of ``settings``, after Yang et al. 2019 (arXiv 1905.00593)

        total = w_a mean(loss of all attributes) + w_g mean(loss of the chosen maps)

    The maps are Grad-CAM maps (:func:`heed.guidance.maps.guided_pass`), each scaled to 0..1
    (:func:`heed.guidance.maps.scaled`). ``map_loss("none")`` is the control: with the same
    arguments it is trained alike, batch normalisation behind the layer included, and no map is
    computed while it is.

    The same arguments on the same machine give the same weights, byte for byte, whether or not the
    training was killed and resumed on the way. It runs on one device: a GPU where there is one.

    Args:
        network: maps float images (B, 3, S, S), RGB in 0..1, to logits (B, A), one for each label.
            All of its weights that require a gradient are trained, all layers in training mode,
            whatever their mode was: batch normalisation in front of the layer renews its
            statistics, frozen or not. Where they are to stay, replace it by
            ``torchvision.ops.FrozenBatchNorm2d``. That behind the layer keeps its statistics (in
            training mode the map of an image would depend on the others of its batch). On return
            the network is in eval mode on the CPU.
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
    settings = TuningSettings() if settings is None else settings
    check_kinds(images, validation, loss, settings, attribute_loss, weighting)
    for partition, some in (("training", images), ("validation", validation)):
        if len(some) == 0:
            raise InputError(f"the {partition} partition has no images; expected at least 1")
    check_something_is_learnt(network, loss, settings)
    network.train()
    guide = checked_guide(
        network, images, validation, Guide(outputs, loss, layer, reshape), settings
    )
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
        kept = Path(temporary if folder is None else folder)
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
