"""What a search for hyper-parameters may choose from (Chavannes & Rutishauser 2021, section 7.5).

A choice is a flat mapping of :data:`PARAMETERS` to values. Two of them have a value only where
they do anything: the momentum with an optimiser that has one, the plateau's factor with the
plateau schedule.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final, Literal, Self, TypeAlias

from pydantic import Field, field_validator, model_validator

from heed.base.settings import Count, Params, ParamsError
from heed.networks.new_layer import NewLayer
from heed.networks.settings import NetworkName
from heed.training.settings import Optimizer, Schedule, TrainingSettings

if TYPE_CHECKING:
    from optuna.trial import BaseTrial  # every stage reads SearchParams, and Optuna takes a second

Sampler = Literal["random", "tpe", "gp"]
Pruner = Literal["none", "median", "halving"]
Value: TypeAlias = str | int | float
Choice: TypeAlias = dict[str, Value]

PARAMETERS: Final = (
    "network",
    "batch_size",
    "optimizer",
    "learning_rate",
    "momentum",
    "schedule",
    "plateau_factor",
    "epochs",
)
"""What is searched, in the order of tables and figures."""

WITH_MOMENTUM: Final[tuple[Optimizer, ...]] = ("sgd", "rmsprop")
"""Optimisers that a momentum applies to."""


class _Range(Params):
    low: float
    high: float

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.low > self.high:
            raise ValueError(f"low is {self.low}, above high, which is {self.high}")
        return self


class LearningRates(_Range):
    """Learning rates, equally likely in their logarithm."""

    low: Annotated[float, Field(gt=0)]


class Momenta(_Range):
    """Momenta; 1 would never forget a gradient."""

    low: Annotated[float, Field(ge=0)]
    high: Annotated[float, Field(lt=1)]


class Factors(_Range):
    """Factors by which the plateau schedule multiplies the learning rate."""

    low: Annotated[float, Field(gt=0)]
    high: Annotated[float, Field(lt=1)]


class Epochs(_Range):
    """Numbers of epochs; both ends belong to it."""

    low: Count
    high: Count


class Start(Params):
    """Trained weights that a network of the space starts from.

    Attributes:
        start: name of the trained network.
        new_layer: how a layer begins that these weights lack.
    """

    start: str
    new_layer: NewLayer


class Space(Params):
    """``search.space``: the values that may be chosen.

    Attributes:
        network: networks, each with what it starts from: the file of ImageNet weights, trained
            weights, or None for neither.
        batch_size: images of one step.
        optimizer: by name.
        learning_rate: at the start, or the peak of the one-cycle schedule.
        momentum: where the optimiser is one of :data:`WITH_MOMENTUM`.
        schedule: of the learning rate.
        plateau_factor: where the schedule is ``plateau``.
        epochs: of the training.
    """

    network: Annotated[dict[NetworkName, str | Start | None], Field(min_length=1)]
    batch_size: Annotated[list[Count], Field(min_length=1)]
    optimizer: Annotated[list[Optimizer], Field(min_length=1)]
    learning_rate: LearningRates
    momentum: Momenta
    schedule: Annotated[list[Schedule], Field(min_length=1)]
    plateau_factor: Factors
    epochs: Epochs

    @field_validator("batch_size", "optimizer", "schedule")
    @classmethod
    def _nothing_twice(cls, values: list[Value]) -> list[Value]:
        if len(set(values)) != len(values):
            raise ValueError(f"a value is listed twice: {', '.join(map(str, values))}")
        return values


class SearchParams(Params):
    """``search``: the search for hyper-parameters.

    Attributes:
        base: name of the entry whose setting is trial 0 and from which all that is not
            searched is taken.
        faces: training faces used; None takes all.
        validation_faces: validation faces that choices are judged by; None takes all.
        trials: how many; raising it lets a finished search go on.
        sampler: random, TPE (tree-structured Parzen estimator) or GP (Gaussian process).
        startup: trials drawn at random before the sampler learns from them, and complete
            trials of which the median of an epoch is taken.
        pruner: stop a trial whose validation error is above the median of the others at the
            same epoch, or not in the best third (successive halving).
        warmup: epochs that each trial may run before it can be pruned.
        workers: trials at the same time, each in a process of its own.
        seed: of sampler and of the choice of faces.
        space: what may be chosen.
    """

    key: ClassVar[str] = "search"

    base: str
    faces: Count | None
    validation_faces: Count | None
    trials: Count
    sampler: Sampler
    startup: Count
    pruner: Pruner
    warmup: Count
    workers: Count
    seed: Annotated[int, Field(ge=0)]
    space: Space


def suggest(trial: "BaseTrial", space: Space) -> Choice:
    """Let a trial choose its values.

    Args:
        trial: an Optuna trial, whose parameters are afterwards the choice that is returned.
        space: what may be chosen.
    """
    optimizer = trial.suggest_categorical("optimizer", space.optimizer)
    schedule = trial.suggest_categorical("schedule", space.schedule)
    rates, epochs = space.learning_rate, space.epochs
    choice: Choice = {
        "network": trial.suggest_categorical("network", list(space.network)),
        "batch_size": trial.suggest_categorical("batch_size", space.batch_size),
        "optimizer": optimizer,
        "learning_rate": trial.suggest_float("learning_rate", rates.low, rates.high, log=True),
        "schedule": schedule,
        "epochs": trial.suggest_int("epochs", epochs.low, epochs.high),
    }
    if optimizer in WITH_MOMENTUM:
        momenta = space.momentum
        choice["momentum"] = trial.suggest_float("momentum", momenta.low, momenta.high)
    if schedule == "plateau":
        factors = space.plateau_factor
        choice["plateau_factor"] = trial.suggest_float("plateau_factor", factors.low, factors.high)
    return {name: choice[name] for name in PARAMETERS if name in choice}


def choice_of(
    network: NetworkName, start: str | Start | None, training: TrainingSettings, space: Space
) -> Choice:
    """Express a setting as a choice out of the space.

    Its epochs become the nearest number that the space has: a search that affords few epochs may
    start from a setting that trains for many.

    Args:
        network: of the setting.
        start: what it starts from, as the space has it.
        training: how it is trained.
        space: what may be chosen.

    Raises:
        ParamsError: naming the parameter of which the space does not hold the setting's value.
    """
    choice: Choice = {
        "network": network,
        "batch_size": training.batch_size,
        "optimizer": training.optimizer,
        "learning_rate": training.learning_rate,
        "schedule": training.schedule,
        "epochs": max(space.epochs.low, min(space.epochs.high, training.epochs)),
    }
    if training.optimizer in WITH_MOMENTUM:
        choice["momentum"] = training.momentum
    if training.schedule == "plateau":
        choice["plateau_factor"] = training.plateau.factor
    for name, value in choice.items():
        allowed = getattr(space, name)
        if isinstance(allowed, _Range):
            inside = allowed.low <= float(value) <= allowed.high
            expected = f"{allowed.low} to {allowed.high}"
        else:
            inside, expected = value in allowed, ", ".join(map(str, allowed))
        if not inside:
            raise ParamsError(
                f"search.space.{name}: found {expected}, without {value}, the default setting's, "
                "which is trial 0; widen the space, or name another entry in search.base"
            )
    if space.network[network] != start:
        found, expected = (_shown(one) for one in (space.network[network], start))
        raise ParamsError(
            f"search.space.network.{network}: found {found}, but the default setting, which is "
            f"trial 0, starts from {expected}; make them agree"
        )
    return {name: choice[name] for name in PARAMETERS if name in choice}


def _shown(start: str | Start | None) -> str:
    return repr(start.model_dump() if isinstance(start, Start) else start)


def settings_of(choice: Mapping[str, Value], base: TrainingSettings) -> TrainingSettings:
    """How a choice is trained: the base's settings with what was chosen put in."""
    values: dict[str, Any] = base.model_dump()
    values |= {name: value for name, value in choice.items() if name in values}
    if "plateau_factor" in choice:
        values["plateau"] = {**values["plateau"], "factor": choice["plateau_factor"]}
    return TrainingSettings.model_validate(values)
