"""Run a Lightning module over images on one device, from its start or from where it stopped."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import lightning
import torch
from torch.utils.data import DataLoader, Dataset, Sampler

from heed.base.errors import InputError
from heed.fitting.checkpoint import check_it_is_of
from heed.process.children import nothing_left_running
from heed.process.cores import usable_cores
from heed.training.callbacks import Divergence
from heed.training.failures import plain_errors
from heed.training.last_epoch import WholeFiles, last_epoch
from heed.training.quiet import quiet_lightning
from heed.training.settings import LoaderWorkers, Optimisation
from heed.training.stopping import SignalsPass, outlive_the_training, told_where


def fit(
    module: lightning.LightningModule,
    training: Dataset[Any],
    training_batches: Sampler[Any],
    validation: Dataset[Any],
    validation_batches: Sampler[Any],
    *,
    callbacks: Sequence[lightning.Callback],
    settings: Optimisation,
    checkpoint: Path,
    title: str,
    next_run: str,
    loader_workers: LoaderWorkers = "auto",
    clip: float | None = None,
) -> None:
    """Train ``module.network`` in place; resume where the checkpoint is.

    The checkpoint is written after each epoch, whole or not at all. The training ends with an
    error where a loss is no number any more, before that is kept.

    Args:
        module: has a ``network``, logs ``train/loss`` and ``validation/loss``, and draws what it
            draws by epoch and batch. On return the network is on the CPU and in eval mode, with the
            weights of the last epoch.
        training: images, indexed by what its sampler yields: a batch at a time.
        training_batches: the sampler; Lightning tells it the epoch (``set_epoch``).
        validation: images that the module is validated with after each epoch.
        validation_batches: their sampler.
        callbacks: in their order; between what looks at the losses and the checkpoint.
        settings: epochs, precision and learning rate.
        checkpoint: the file.
        title: what is trained, for messages.
        next_run: what resumes this training, for the note that a signal's exception gets.
        loader_workers: processes that read images; 0: the training reads them itself; ``auto``:
            one for every two cores, at most 8, and on a GPU at least one.
        clip: the largest norm of a step's gradient, over all weights together; None: any.

    Raises:
        InputError: the precision does not fit the machine, or the checkpoint is that of another
            network, or none.
        DivergedError: a loss is no number any more.
        BaseException: what the handler of a signal raises, with a note that says after which
            epoch; all processes have ended by then.
    """
    if settings.precision == "16-mixed" and not torch.cuda.is_available():
        raise InputError("precision is 16-mixed, but there is no GPU; choose bf16-mixed or 32-true")
    workers = _workers() if loader_workers == "auto" else loader_workers
    checkpoint.parent.mkdir(parents=True, exist_ok=True)
    if checkpoint.exists():
        check_it_is_of(module, checkpoint)
    network = module.network
    # Images arrive with their channels last, for which the kernels are faster.
    network.to(memory_format=torch.channels_last)
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
            devices=1,
            use_distributed_sampler=False,
            precision=settings.precision,
            deterministic=True,
            gradient_clip_val=clip,
            callbacks=[
                SignalsPass(),
                Divergence(settings.learning_rate),
                *callbacks,
                last_epoch(checkpoint),
            ],
            plugins=[WholeFiles()],
            logger=False,
            enable_checkpointing=True,
            enable_progress_bar=False,
            enable_model_summary=False,
            num_sanity_val_steps=0,
        )
        trainer.fit(
            module,
            _loader(training, training_batches, workers),
            _loader(validation, validation_batches, workers),
            ckpt_path=checkpoint if checkpoint.exists() else None,
            weights_only=True,
        )
    network.to("cpu", memory_format=torch.contiguous_format)
    network.eval()


def _workers() -> int:
    workers = min(8, usable_cores() // 2)
    # Without any the GPU would wait while this process reads.
    return max(1, workers) if torch.cuda.is_available() else workers


def _loader(images: Dataset[Any], batches: Sampler[Any], workers: int) -> DataLoader:
    return DataLoader(
        images,
        sampler=batches,
        batch_size=None,  # the sampler yields rows and the data set whole batches
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
