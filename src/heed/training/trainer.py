"""Training a network from start to end, or from where a killed run stopped."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import lightning
import numpy as np
import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.utils.data import DataLoader

from heed.base.errors import InputError
from heed.process.children import nothing_left_running
from heed.process.cores import usable_cores
from heed.training.balancing import positive_shares
from heed.training.best_epoch import BestEpoch
from heed.training.callbacks import (
    ATTRIBUTE_ERRORS,
    AttributeErrors,
    Curves,
    Divergence,
    KeptEpochs,
    Progress,
    Report,
    Save,
)
from heed.training.checkpoints import CHECKPOINT, EPOCHS
from heed.training.crops import Batches, LabelledImages
from heed.training.failures import plain_errors
from heed.training.last_epoch import WholeFiles, last_epoch
from heed.training.lone_images import batches_to_learn_from
from heed.training.module import AttributeTraining
from heed.training.quiet import QuietProcesses, quiet_lightning
from heed.training.settings import LoaderWorkers, Loss, TrainingSettings, Weighting
from heed.training.stopping import SignalsPass, outlive_the_training, told_where
from heed.training.system_figures import SystemFigures


class StopTraining(Exception):  # noqa: N818 (nothing went wrong)
    """Raised by a ``report`` to end a training that is not worth its time."""


def one_class_attributes(labels: np.ndarray) -> list[int]:
    """List the attributes (columns) of which the training images show one class only."""
    shares = positive_shares(labels)
    return np.flatnonzero((shares == 0) | (shares == 1)).tolist()


def train(
    network: nn.Module,
    training: LabelledImages,
    validation: LabelledImages,
    *,
    loss: Loss,
    weighting: Weighting,
    settings: TrainingSettings,
    folder: Path,
    attributes: Sequence[str] = (),
    save: Save | None = None,
    title: str = "train",
    report: Callable[[int, dict[str, float]], None] | None = None,
    monitor_system: bool = False,
    next_run: str = "the next run",
    loader_workers: LoaderWorkers = "auto",
) -> list[dict[str, float]]:
    """Train ``network`` in place; resume where ``folder`` holds a checkpoint.

    The same arguments on the same machine give the same weights, byte for byte,
    whether or not the training was killed and resumed on the way. (Another
    number of threads or devices adds numbers in another order, and so may another
    processor.)

    Several devices train in processes of their own, which start by importing the
    main script: it must be guarded by ``if __name__ == "__main__"``.

    Args:
        network: maps float images (B, 3, S, S), RGB 0..1, to logits (B, A);
            on return it holds the weights of the epoch that ``settings.keep`` names, in eval
            mode on the CPU.
        training: the training partition; class shares are measured on it.
        validation: the validation partition, measured after each epoch.
        loss: see :func:`heed.training.losses.element_losses`.
        weighting: how the classes are balanced.
        settings: everything else.
        folder: where the checkpoint ``last.ckpt`` and the curves (``curves/``, a
            DVCLive folder) are kept; one per :mod:`heed.training.fingerprint`.
        attributes: names of the A attributes; with them the validation error of each, epoch by
            epoch, is written to ``curves/attribute_errors.csv`` in the end.
        save: writes the network's weights to a file, whole or not at all; with it those of every
            ``settings.keep_every`` epochs are kept in ``epochs/<epoch>.safetensors``.
        title: shown at the progress line.
        report: called after every epoch, with its number from 1 and its point of the curves.
            What it raises, e.g. :class:`StopTraining`, ends the training and is passed on. An
            epoch after which the training was killed may be reported again.
        monitor_system: also write how busy the machine is, into ``folder/system``; these
            numbers differ from run to run.
        next_run: what resumes this training, for the note that a signal's exception gets.
        loader_workers: processes that read images for each device; 0: the training reads them
            itself; ``auto``: one for every two cores, at most 8, and on a GPU at least one.

    Returns:
        The curves: for each epoch the metrics of :data:`heed.training.callbacks.METRICS`,
        and the learning rate where the schedule is ``plateau``.

    Raises:
        ValueError: when a partition has no images, or batches have one of which the network
            cannot learn, the training diverges, or the settings
            do not fit the machine.
        PhotographError: naming an image that cannot be read.
        BaseException: what the handler of a signal raises, with a note that says after which
            epoch; all processes have ended by then.
    """
    for partition, images in (("training", training), ("validation", validation)):
        if len(images) == 0:
            raise InputError(f"the {partition} partition has no images; training needs at least 1")
    devices = _devices(settings, network)
    if report is not None and devices > 1:
        raise InputError(
            f"found {devices} devices; a training that reports its epochs has one: set devices to 1"
        )
    workers = _workers(devices) if loader_workers == "auto" else loader_workers
    folder.mkdir(parents=True, exist_ok=True)
    checkpoint = folder / CHECKPOINT
    batches = batches_to_learn_from(network, training, settings.batch_size, settings.seed)
    in_order = Batches(len(validation), settings.batch_size)
    module = AttributeTraining(
        network,
        loss=loss,
        weighting=weighting,
        shares=positive_shares(training.labels),
        settings=settings,
        training=batches,
        validation=in_order,
    )
    # Images arrive with their channels last, for which the kernels are faster.
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    curves = Curves(folder / "curves", learning_rate=settings.schedule == "plateau")
    best = BestEpoch(settings, title)
    callbacks = [QuietProcesses(), SignalsPass(), Divergence(settings.learning_rate), curves]
    errors = AttributeErrors(attributes)
    if attributes:
        callbacks.append(errors)
    if save is not None and settings.keep_every is not None:
        callbacks.append(KeptEpochs(folder / EPOCHS, settings.keep_every, save))
    if report is not None:
        callbacks.append(Report(curves, report))
    if monitor_system:
        callbacks.append(SystemFigures(folder / "system"))
    callbacks += [best, Progress(title, batches), last_epoch(checkpoint)]
    with (
        told_where(checkpoint, settings.epochs, title, next_run),
        quiet_lightning(),
        _determinism_restored(),
        plain_errors(),
        nothing_left_running(),
    ):
        trainer = lightning.Trainer(
            max_epochs=settings.epochs,
            accelerator="auto",
            devices=devices,
            strategy="auto" if devices == 1 else "ddp_spawn",
            sync_batchnorm=devices > 1,
            use_distributed_sampler=False,  # the batches know their shares
            precision=settings.precision,
            deterministic=True,
            callbacks=callbacks,
            plugins=[WholeFiles()],
            logger=False,
            enable_checkpointing=True,
            enable_progress_bar=False,
            enable_model_summary=False,
            num_sanity_val_steps=0,
        )
        trainer.fit(
            module,
            _loader(training, batches, workers),
            _loader(validation, in_order, workers),
            ckpt_path=checkpoint if checkpoint.exists() else None,
            weights_only=True,
        )
    # From the file, as what happened in other processes is not known here.
    kept = torch.load(checkpoint, map_location="cpu", weights_only=True)
    curves.load_state_dict(kept["callbacks"][curves.state_key])
    best.load_state_dict(kept["callbacks"][best.state_key])
    if attributes:
        errors.load_state_dict(kept["callbacks"][errors.state_key])
        errors.write(curves.folder / ATTRIBUTE_ERRORS)
    if settings.keep != "last" and best.weights is not None:
        network.load_state_dict(best.weights)
    network.to("cpu", memory_format=torch.contiguous_format)  # type: ignore[call-overload]
    network.eval()
    return curves.points


def _devices(settings: TrainingSettings, network: nn.Module) -> int:
    """How many devices train, once it is known that they can."""
    gpus = torch.cuda.device_count()
    devices = max(1, gpus) if settings.devices == "auto" else settings.devices
    if 0 < gpus < devices:
        raise InputError(f"devices is {devices}, but the GPUs are {gpus}; choose at most {gpus}")
    if gpus == 0 and settings.precision == "16-mixed":
        raise InputError("precision is 16-mixed, but there is no GPU; choose bf16-mixed or 32-true")
    normalised = any(isinstance(layer, _BatchNorm) for layer in network.modules())
    if gpus == 0 and devices > 1 and normalised:
        raise InputError(
            f"devices is {devices}, but there is no GPU: PyTorch's batch normalisation shares "
            "its statistics between GPUs only; choose 1, or auto"
        )
    return devices


def _workers(devices: int) -> int:
    """How many processes read for each device.

    On two cores it is one, which saves a tenth of the time.
    """
    workers = min(8, usable_cores() // 2 // devices)
    # Without any the GPU would wait while this process reads.
    return max(1, workers) if torch.cuda.is_available() else workers


def _loader(images: LabelledImages, batches: Batches, workers: int) -> DataLoader:
    """Read ahead in processes of their own.

    What is read does not depend on their number: all random numbers are drawn
    by the sampler, the module, or by the images from their row and epoch.
    """
    return DataLoader(
        images,  # type: ignore[arg-type]
        sampler=batches,
        batch_size=None,  # the sampler yields rows and the dataset whole batches
        num_workers=workers,
        worker_init_fn=outlive_the_training,
        persistent_workers=workers > 0,
        pin_memory=torch.cuda.is_available(),
    )


@contextmanager
def _determinism_restored() -> Iterator[None]:
    """Leave PyTorch's switch as it was: Lightning turns it on for the whole process."""
    before = torch.are_deterministic_algorithms_enabled()
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(before)
