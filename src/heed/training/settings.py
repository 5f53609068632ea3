"""How a network is trained: optimiser, schedule, what is kept, and on what it runs."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from heed.base.settings import Count, Params, Share

Loss = Literal["bce", "mse"]
Weighting = Literal["none", "moon_expectation", "moon_sampling"]
Optimizer = Literal["rmsprop", "sgd", "adam", "adamw"]
Schedule = Literal["one_cycle", "plateau", "constant"]
Keep = Literal["last", "best_loss", "best_error"]
Precision = Literal["32-true", "bf16-mixed", "16-mixed"]
HeadStart = Literal["random", "prior"]
"""The last layer at first: PyTorch's own, or answering :func:`heed.training.prior.prior_logits`."""


LoaderWorkers = Literal["auto"] | Annotated[int, Field(ge=0)]
"""Processes beside each device's training that read its images: so many, or as many as fit."""


class LoaderParams(Params):
    """``loader``: how images get to a training. It decides no byte of a network.

    Apart from :class:`TrainingSettings`, so that another value makes no training stale.

    Attributes:
        workers: processes that read images, for each device; 0: the training reads them itself.
    """

    key: ClassVar[str] = "loader"

    workers: LoaderWorkers


class Plateau(Params):
    """When schedule ``plateau`` lowers the learning rate: torch's ``ReduceLROnPlateau``.

    Attributes:
        factor: the rate is multiplied by it.
        patience: so many epochs in a row may pass without a lower validation loss.
        cooldown: so many epochs after a drop count as none of them.
    """

    factor: Share
    patience: Annotated[int, Field(ge=0)]
    cooldown: Annotated[int, Field(ge=0)]


class Optimisation(Params):
    """How the weights of a training move, whatever is trained.

    Attributes:
        epochs: the most there will be.
        batch_size: images of one step, on all devices together.
        optimizer: with torch's defaults for what is not set here (e.g. RMSprop's alpha, 0.99).
        learning_rate: where the schedule starts; the peak of ``one_cycle``.
        momentum: of ``rmsprop`` and ``sgd``; Adam's two averages do not depend on it.
        weight_decay: of matrices and kernels, not of biases and normalisations.
        schedule: ``one_cycle`` (Smith & Topin 2018) over all epochs, ``constant``, or
            ``plateau``: the rate drops when the validation loss stops falling, and the
            training goes on from the best epoch.
        precision: 32 bits throughout, or 16-bit floats where they do no harm.
    """

    epochs: Count
    batch_size: Count
    optimizer: Optimizer
    learning_rate: Annotated[float, Field(gt=0)]
    momentum: Annotated[float, Field(ge=0, lt=1)]
    weight_decay: Annotated[float, Field(ge=0)]
    schedule: Schedule
    precision: Precision


class TrainingSettings(Optimisation):
    """Everything about a training but the network, the images and the loss.

    Attributes:
        plateau: used by the schedule of this name only.
        early_stop: epochs after the best one after which the training ends, or None.
        keep: the weights that count: of the last epoch, or of the best one: the first with the
            lowest validation loss (``best_loss``, also what is the best where ``last`` is kept),
            or with the lowest validation error (``best_error``).
        keep_every: the weights of each epoch whose number (from 1) it divides are kept beside
            these; None: of none.
        devices: number of GPUs; ``auto`` for all there are. Without a GPU one process
            trains on the CPU.
        flip: mirror images at random while training. For stored crops; photographs that are
            augmented have a mirror of their own.
        seed: of everything that is drawn.
    """

    plateau: Plateau
    early_stop: Count | None
    keep: Keep
    keep_every: Count | None = None
    devices: Literal["auto"] | Count
    flip: bool
    seed: Annotated[int, Field(ge=0)]
