"""A card for each network: what it is, how it was trained, what it is for, and how well it does.

Model cards were proposed by Mitchell et al. (2019). What all networks of a page share is said once,
see :mod:`heed.audit.page.statements`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from heed.audit.named_files import OWN, TRAIN
from heed.audit.page.card_numbers import GroupLine, Measured, groups_of, measured
from heed.audit.page.reported import Settings
from heed.audit.page.results import Origin, Results
from heed.audit.page.table import AttributeTable
from heed.audit.page.trained import kind_of_faces
from heed.audit.page.weights import Weights
from heed.audit.training import audit_settings
from heed.audit.training_settings import OwnTraining, TrainParams
from heed.networks.settings import PYTHON, TORCHVISION, is_other
from heed.pages.number import printed
from heed.pages.places import public
from heed.pages.wording import listed

LOSSES: Final = {
    "mse": "squared error of the logit, on targets \N{MINUS SIGN}1 and +1",
    "bce": "binary cross-entropy of the logit",
}
"""``models.<name>.loss`` in words."""

WEIGHTINGS: Final = {
    "none": "every face weighs alike, so that an attribute's majority class counts for more",
    "moon_expectation": "both classes of an attribute weigh alike (moon_expectation: the majority "
    "class is weighted down)",
    "moon_sampling": "both classes of an attribute weigh alike (moon_sampling: faces of the "
    "majority class are left out at random)",
}
"""``models.<name>.weighting`` in words."""

HEADS: Final = {
    "prior": "the last layer began at the best guess without seeing the image",
    "random": "the last layer began at random",
}
"""``train.head_start`` in words."""

LAYERS: Final = {"before_relu": "before the last ReLU", "after_relu": "after the last ReLU"}
"""``infer.layer`` in words."""

OPTIMIZERS: Final = {"adamw": "AdamW", "adam": "Adam", "sgd": "SGD", "rmsprop": "RMSprop"}
KEPT: Final = {"last": "the weights after the last one are kept"}
SCHEDULES: Final = {"one_cycle": "rises to {rate:g} and falls again in one cycle"}


@dataclass(frozen=True)
class Card:
    """What a page says of one network.

    Attributes:
        model: its name.
        details: what it is, as names and texts.
        hashes: SHA-256 of its weights, one for each training.
        training: how it was trained, as names and texts.
        use: what it is for.
        measured: its numbers over all faces.
        groups: its numbers by group.
    """

    model: str
    details: Sequence[tuple[str, str]]
    hashes: Sequence[str]
    training: Sequence[tuple[str, str]]
    use: str
    measured: Sequence[Measured]
    groups: Sequence[GroupLine]


def cards(
    results: Results, table: AttributeTable, settings: Settings, origin: Origin
) -> list[Card]:
    """The cards of all networks.

    Args:
        results: what the audit found.
        table: of all attributes, which knows how many of them count.
        settings: parameters by key.
        origin: numbers of faces, and the files of weights.
    """
    found = []
    for name, of in results.audit["models"].items():
        given = settings[f"models.{name}"]
        files = origin.weights.get(name, ())
        found.append(
            Card(
                name,
                details(given, of.get("cells"), files, settings),
                [file.sha256 for file in files],
                training(name, given, results.curves, settings, origin.inventory, origin.persons),
                use(given, settings),
                measured(name, results.audit, table),
                groups_of(name, results, settings["aggregate"]["least_faces"]),
            )
        )
    return found


def details(
    given: Mapping[str, Any], cells: int | None, files: Sequence[Weights], settings: Settings
) -> list[tuple[str, str]]:
    """What a network is.

    Args:
        given: its entry in params.yaml.
        cells: along a side of its maps.
        files: its weights.
        settings: parameters by key.
    """
    found = [("Architecture", architecture(given.get("network", "")))]
    if files:
        one = files[0]
        counted = f", and {one.counted:,} statistics of batch normalisation" * bool(one.counted)
        found.append(("Size", f"{one.trained:,} weights{counted}"))
    size = settings.get("crop", {}).get("size")
    if size is not None:
        found.append(("Input", f"RGB crops of {size} \N{MULTIPLICATION SIGN} {size} pixels"))
    found.append(("Output", "a logit for each of 40 attributes; 0 or more means yes"))
    grid = f", a grid of {cells} \N{MULTIPLICATION SIGN} {cells} cells" if cells else ""
    found.append(("Maps taken at", f"{_layer(given, settings)}{grid}"))
    return [*found, ("Weights from", weights_from(given))]


def architecture(network: str) -> str:
    """A network's name in words."""
    if network.startswith(TORCHVISION):
        return f"torchvision's {network.removeprefix(TORCHVISION)}, with 40 outputs"
    if network.startswith(PYTHON):
        return f"what the function {network.removeprefix(PYTHON)} returns"
    return (
        f"{network}, of Heed's own: convolutions, a mean over their grid, then linear layers alone"
    )


def weights_from(given: Mapping[str, Any]) -> str:
    """Where a network's weights come from, without the folders of anybody's disk."""
    weights = given.get("weights", TRAIN)
    if weights == TRAIN:
        start = given.get("pretrained")
        begun = "random initialisation" if start is None else f"those of {public(start)}"
        if str(given.get("network", "")).startswith(PYTHON):
            begun = "those that its function gives it"
        return f"trained here, from {begun}"
    if weights == OWN:
        return "its function, which gives it weights of its own"
    return f"the file {public(weights)}"


def training(
    name: str,
    given: Mapping[str, Any],
    curves: pd.DataFrame,
    settings: Settings,
    faces: Mapping[str, int],
    persons: str = "",
) -> list[tuple[str, str]]:
    """How a network was trained; of given weights, that nothing is known.

    Args:
        name: of the network.
        given: its entry in params.yaml.
        curves: ``metrics/tables/curves.csv``.
        settings: parameters by key.
        faces: numbers of faces by partition.
        persons: how many persons were trained on, and whether audited ones are among them.
    """
    if given.get("weights", TRAIN) != TRAIN:
        return [("Training", "not by this audit, which knows nothing of it")]
    if "train" not in settings or given.get("loss") is None:
        return []
    own = OwnTraining.model_validate(given.get("train") or {})
    shared = TrainParams.model_validate(dict(settings["train"]))
    of = audit_settings(shared.of_model(own))
    head = shared.of_model(own).head_start
    count, plural = given.get("replicates", 1), "s" if of.epochs > 1 else ""
    seeds = [str(of.seed + number) for number in range(count)]
    flipped = ", mirrored at random" if of.flip else ""
    mean = ""
    if count > 1:
        mean = (
            "; the numbers of this page are means over them, and the faces, maps and average maps "
            "that it shows are of the first"
        )
    licence = (
        "the faces are drawn by Heed, which has no licence yet"
        if settings["data"]["source"] == "synthetic"
        else "CelebA\N{RIGHT SINGLE QUOTATION MARK}s terms: non-commercial research, no "
        "redistribution"
    )
    return [
        (
            "Data",
            f"{faces.get('train', 0):,} {kind_of_faces(settings)} of the training partition"
            f"{flipped}; {faces.get('validation', 0):,} others for validation",
        ),
        *([("Persons", persons)] if persons else []),
        ("Licence of the data", licence),
        ("Loss", LOSSES[given["loss"]]),
        ("Weighting", WEIGHTINGS[given["weighting"]]),
        (
            "Optimizer",
            f"{OPTIMIZERS[of.optimizer]}, weight decay {of.weight_decay:g}, "
            f"{of.batch_size} faces a step; the learning rate "
            f"{SCHEDULES[of.schedule].format(rate=of.learning_rate)}; {HEADS[head]}",
        ),
        ("Epochs", f"{of.epochs} epoch{plural}; {KEPT[of.keep]}"),
        (
            f"Training{'s' * (count > 1)}",
            f"{count}, of seed{'s' * (count > 1)} {listed(seeds)}{mean}",
        ),
        *_validated(name, curves),
    ]


def use(given: Mapping[str, Any], settings: Settings) -> str:
    """What a network is for."""
    if given.get("weights", TRAIN) != TRAIN:
        return (
            "For what it was made is known to whoever gave the weights. Here it is only looked at: "
            "nothing on this page says that it is fit for a use."
        )
    if settings["data"]["source"] == "synthetic":
        return (
            "Made by this audit to show what Heed measures. It has seen computer-drawn faces alone "
            "and is of no use on photographs."
        )
    return (
        "Made by this audit, for research into where such networks look. It has been examined for "
        "no other use."
    )


def _layer(given: Mapping[str, Any], settings: Settings) -> str:
    if is_other(given.get("network", "")):
        layer = given.get("layer") or "auto"
        return "the last layer with a grid (auto)" if layer == "auto" else f"the layer {layer}"
    return f"the features {LAYERS[settings['infer']['layer']]}"


def _validated(name: str, curves: pd.DataFrame) -> list[tuple[str, str]]:
    """The errors of each training after its last epoch; nothing without curves."""
    of_model = curves[curves["model"] == name].sort_values(["replicate", "epoch"])
    last = of_model.groupby("replicate").tail(1)
    if last.empty:
        return []
    error, balanced = (
        listed([_percent(float(value)) for value in last[f"validation_{rate}"]])
        for rate in ("error_rate", "balanced_error_rate")
    )
    return [("Validation error", f"{error} at the end; balanced error {balanced}")]


def _percent(value: float) -> str:
    return printed(value, "percent").replace(" ", "\N{NO-BREAK SPACE}")
