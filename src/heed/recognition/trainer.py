"""Training a network to tell persons apart, from start to end or from where it stopped."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import lightning
import numpy as np
import torch
from torch.utils.data import DataLoader, Sampler

from heed.base.errors import InputError
from heed.process.children import nothing_left_running
from heed.process.cores import usable_cores
from heed.recognition.callbacks import BestVerification, IdentityCurves, IdentityProgress
from heed.recognition.images import Draws, FaceImages, InOrder, UniformIdentities
from heed.recognition.module import IdentityTraining
from heed.recognition.networks import FaceNetwork
from heed.recognition.pairs import Pairs
from heed.recognition.settings import FaceTrainingParams
from heed.training.callbacks import Divergence
from heed.training.checkpoints import CHECKPOINT
from heed.training.failures import plain_errors
from heed.training.last_epoch import WholeFiles, last_epoch
from heed.training.quiet import quiet_lightning
from heed.training.settings import LoaderWorkers
from heed.training.stopping import SignalsPass, outlive_the_training, told_where


@dataclass(frozen=True)
class Trained:
    """What a training came to.

    Attributes:
        curves: for each epoch the metrics of :data:`heed.recognition.callbacks.METRICS` and the
            learning rate.
        epoch: whose weights the network has, counted from 1.
    """

    curves: list[dict[str, float]]
    epoch: int


def train_identities(
    network: FaceNetwork,
    training: FaceImages,
    held_out: FaceImages,
    unseen: FaceImages,
    pairs: Pairs,
    *,
    settings: FaceTrainingParams,
    seed: int,
    folder: Path,
    title: str = "train",
    next_run: str = "the next run",
    loader_workers: LoaderWorkers = "auto",
) -> Trained:
    """Train ``network`` in place; resume where ``folder`` holds a checkpoint.

    The same arguments on the same machine give the same weights, byte for byte, whether or not the
    training was killed and resumed on the way. It runs on one device: a GPU where there is one.

    Args:
        network: has an output for each person of ``training``; on return it holds the weights that
            ``settings.keep`` names, in eval mode on the CPU.
        training: images of classes 0 to K - 1, changed at random (with a seed).
        held_out: other images of the same persons, which are identified after each epoch.
        unseen: images of other persons, which the pairs are of.
        pairs: by the rows of ``unseen``.
        settings: everything else.
        seed: of everything that is drawn here.
        folder: where the checkpoint ``last.ckpt`` and the curves (``curves/``, a DVCLive folder)
            are kept; one per :func:`heed.training.fingerprint.fingerprint`.
        title: shown at the progress line.
        next_run: what resumes this training, for the note that a signal's exception gets.
        loader_workers: processes that read images; 0: the training reads them itself; ``auto``:
            one for every two cores, at most 8, and on a GPU at least one.

    Raises:
        InputError: images, classes, pairs or the machine do not fit.
        DivergedError: the loss is no number any more.
        PhotographError: naming an image that cannot be read.
        BaseException: what the handler of a signal raises, with a note that says after which
            epoch; all processes have ended by then.
    """
    _check(network, training, held_out, unseen, pairs, settings)
    optimisation = settings.optimisation(seed)
    draws = UniformIdentities(training.classes, settings.batch_size, seed)
    judged = FaceImages(
        [*held_out.paths, *unseen.paths],
        np.concatenate([held_out.classes, np.full(len(unseen), -1)]),
        side=settings.side,
        crop=settings.crop,
    )
    in_order = InOrder(len(judged), settings.batch_size)
    module = IdentityTraining(network, optimisation, draws, pairs)
    # Images arrive with their channels last, for which the kernels are faster.
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    folder.mkdir(parents=True, exist_ok=True)
    checkpoint = folder / CHECKPOINT
    curves = IdentityCurves(folder / "curves")
    best = BestVerification(optimisation, settings.keep)
    progress = IdentityProgress(title, draws)  # type: ignore[arg-type]
    workers = _workers() if loader_workers == "auto" else loader_workers
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
            callbacks=[
                SignalsPass(),
                Divergence(settings.learning_rate),
                curves,
                best,
                progress,
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
            _loader(training, draws, workers),
            _loader(judged, in_order, workers),
            ckpt_path=checkpoint if checkpoint.exists() else None,
            weights_only=True,
        )
    epoch = len(curves.points)
    if settings.keep == "best_verification" and best.weights is not None:
        network.load_state_dict(best.weights)
        epoch = best.epoch
    network.to("cpu", memory_format=torch.contiguous_format)  # type: ignore[call-overload]
    network.eval()
    return Trained(curves.points, epoch)


def _check(
    network: FaceNetwork,
    training: FaceImages,
    held_out: FaceImages,
    unseen: FaceImages,
    pairs: Pairs,
    settings: FaceTrainingParams,
) -> None:
    persons, outputs = len(np.unique(training.classes)), network.head.out_features
    if persons != outputs:
        raise InputError(
            f"found {persons} persons among the training images, and a network of {outputs} "
            "outputs; expected an output for each person"
        )
    if len(held_out) == 0 or held_out.classes.min() < 0 or held_out.classes.max() >= outputs:
        raise InputError(
            f"found {len(held_out)} held-out images; expected at least one, all of persons that "
            "are trained on"
        )
    if len(pairs) == 0 or max(pairs.first.max(), pairs.second.max()) >= len(unseen):
        raise InputError(
            f"found {len(pairs)} pairs of {len(unseen)} images; expected pairs by the rows of "
            "these images"
        )
    if settings.precision == "16-mixed" and not torch.cuda.is_available():
        raise InputError("precision is 16-mixed, but there is no GPU; choose bf16-mixed or 32-true")


def _workers() -> int:
    workers = min(8, usable_cores() // 2)
    # Without any the GPU would wait while this process reads.
    return max(1, workers) if torch.cuda.is_available() else workers


def _loader(images: FaceImages, sampler: Sampler[Draws], workers: int) -> DataLoader:
    return DataLoader(
        images,
        sampler=sampler,
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
