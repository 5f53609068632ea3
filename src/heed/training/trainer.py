"""Training a network from start to end, or from where a killed run stopped."""

import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import lightning
import numpy as np
import torch
from lightning.pytorch.utilities.warnings import PossibleUserWarning
from torch import nn
from torch.utils.data import DataLoader

from heed.params import ModelParams, TrainParams
from heed.training.balancing import positive_shares
from heed.training.callbacks import Curves, LastEpoch, Progress
from heed.training.crops import Batches, LabelledCrops
from heed.training.module import AttributeTraining


def one_class_attributes(labels: np.ndarray) -> list[int]:
    """List the attributes (columns) of which the training images show one class only."""
    shares = positive_shares(labels)
    return np.flatnonzero((shares == 0) | (shares == 1)).tolist()


def train(
    network: nn.Module,
    training: LabelledCrops,
    validation: LabelledCrops,
    *,
    model: ModelParams,
    settings: TrainParams,
    folder: Path,
    title: str = "train",
) -> list[dict[str, float]]:
    """Train ``network`` in place; resume where ``folder`` holds a checkpoint.

    The same arguments on the same machine give the same weights, byte for byte,
    whether or not the training was killed and resumed on the way. (Another
    number of threads adds numbers in another order, and so may another
    processor.)

    Args:
        network: maps float images (B, 3, S, S), RGB 0..1, to logits (B, A);
            on return it holds the weights after the last epoch, in eval mode on the CPU.
        training: the training partition; class shares are measured on it.
        validation: the validation partition, measured after each epoch.
        model: loss and weighting.
        settings: epochs, batch size, optimiser, flips and seed.
        folder: where the checkpoint ``last.ckpt`` and the curves (``curves/``, a
            DVCLive folder) are kept; one per :mod:`heed.training.fingerprint`.
        title: shown at the progress line.

    Returns:
        The curves: for each epoch the metrics of :data:`heed.training.callbacks.METRICS`.

    Raises:
        ValueError: when a partition has no images, or the training diverges.
    """
    for partition, crops in (("training", training), ("validation", validation)):
        if len(crops) == 0:
            raise ValueError(f"the {partition} partition has no crops; training needs at least one")
    folder.mkdir(parents=True, exist_ok=True)
    checkpoint = folder / "last.ckpt"
    batches = Batches(len(training), settings.batch_size, settings.seed)
    in_order = Batches(len(validation), settings.batch_size)
    module = AttributeTraining(
        network,
        loss=model.loss,
        weighting=model.weighting,
        shares=positive_shares(training.labels),
        settings=settings,
        batches=len(batches),
    )
    # Crops arrive with their channels last, for which the kernels are faster.
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    curves = Curves(folder / "curves")
    with _quiet_lightning(), _determinism_restored():
        trainer = lightning.Trainer(
            max_epochs=settings.epochs,
            accelerator="auto",
            devices=1,
            deterministic=True,
            callbacks=[curves, Progress(title), LastEpoch(checkpoint, batches)],
            logger=False,
            enable_checkpointing=True,
            enable_progress_bar=False,
            enable_model_summary=False,
            num_sanity_val_steps=0,
        )
        trainer.fit(
            module,
            _loader(training, batches),
            _loader(validation, in_order),
            ckpt_path=checkpoint if checkpoint.exists() else None,
            weights_only=True,
        )
    network.to("cpu", memory_format=torch.contiguous_format)  # type: ignore[call-overload]
    network.eval()
    return curves.points


def _loader(crops: LabelledCrops, batches: Batches) -> DataLoader:
    """Read ahead in processes of their own: on two cores one, which saves a tenth of the time.

    What is read does not depend on their number: all random numbers are drawn
    by the sampler and the module.
    """
    workers = min(8, (os.cpu_count() or 1) // 2)
    return DataLoader(
        crops,
        sampler=batches,
        batch_size=None,  # the sampler yields lists of rows and the dataset whole batches
        num_workers=workers,
        persistent_workers=workers > 0,
    )


@contextmanager
def _determinism_restored() -> Iterator[None]:
    """Leave PyTorch's switch as it was: Lightning turns it on for the whole process."""
    before = torch.are_deterministic_algorithms_enabled()
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(before)


@contextmanager
def _quiet_lightning() -> Iterator[None]:
    """Keep the progress line readable: no advertisements, no hints on worker processes."""
    logger = logging.getLogger("lightning.pytorch")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", PossibleUserWarning)
            # Lightning 2.6 on PyTorch 2.12; nothing that a user could mend.
            warnings.filterwarnings("ignore", message=".*LeafSpec.*")
            yield
    finally:
        logger.setLevel(level)
