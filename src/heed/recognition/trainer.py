"""Training a network to tell persons apart, from start to end or from where it stopped."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from heed.base.errors import InputError
from heed.fitting.fit import fit
from heed.recognition.callbacks import BestVerification, IdentityCurves, IdentityProgress
from heed.recognition.images import FaceImages, InOrder, UniformIdentities
from heed.recognition.module import IdentityTraining
from heed.recognition.networks import FaceNetwork
from heed.recognition.pairs import Pairs
from heed.recognition.settings import FaceTrainingParams
from heed.training.checkpoints import CHECKPOINT
from heed.training.settings import LoaderWorkers


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
    _check(network, training, held_out, unseen, pairs)
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
    curves = IdentityCurves(folder / "curves")
    best = BestVerification(optimisation, settings.keep)
    progress = IdentityProgress(title, draws)  # type: ignore[arg-type]
    fit(
        module,
        training,
        draws,
        judged,
        in_order,
        callbacks=[curves, best, progress],
        settings=optimisation,
        checkpoint=folder / CHECKPOINT,
        title=title,
        next_run=next_run,
        loader_workers=loader_workers,
    )
    epoch = len(curves.points)
    if settings.keep == "best_verification" and best.weights is not None:
        network.load_state_dict(best.weights)
        epoch = best.epoch
    return Trained(curves.points, epoch)


def _check(
    network: FaceNetwork,
    training: FaceImages,
    held_out: FaceImages,
    unseen: FaceImages,
    pairs: Pairs,
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
