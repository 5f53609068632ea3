"""How the networks were trained, as far as a reader has to know it to read the answer."""

from collections.abc import Mapping, Sequence
from typing import Final

from heed.audit.page.reported import Settings
from heed.pages.glossary import Term
from heed.pages.wording import networks, sentence

SPELLED: Final = {2: "two", 3: "three", 4: "four", 5: "five"}

DEFAULT_PAIR: Final = {
    "balanced": {"network": "nano", "loss": "mse", "weighting": "moon_expectation"},
    "unbalanced": {"network": "nano", "loss": "mse", "weighting": "none"},
}
"""What the pair of networks is whose choice ``docs/decisions/the-default-pair.md`` tells of."""

CHOSEN: Final = (
    "The default pair was chosen because it shows the PE gap on computer-drawn faces; "
    "docs/decisions/the-default-pair.md says what other pairs gave."
)


SELECTION: Final = (
    "This pair was chosen because it shows a PE gap: an earlier one, with cross-entropy and a "
    "random start, hardly did (+0.032 with masks 2, +0.003 with masks 3, +0.001 with the evidence)."
)
"""What has to be said beside the finding of the default audit."""


def spelled(count: int) -> str:
    """A small count in letters."""
    return SPELLED.get(count, str(count))


def _weighting(models: Sequence[str], settings: Settings) -> dict[str, str | None]:
    return {name: settings.get(f"models.{name}", {}).get("weighting") for name in models}


def kind_of_faces(settings: Settings) -> str:
    """What the audited faces are."""
    drawn = settings["data"]["source"] == "synthetic"
    return "computer-drawn faces" if drawn else "photographs"


def trained_alike(models: Sequence[str], settings: Settings, faces: int) -> str:
    """What the networks were trained on, and whose loss was balanced; empty where not known.

    Args:
        models: the networks.
        settings: parameters by key.
        faces: how many faces there are to train on.
    """
    weights = {settings.get(f"models.{name}", {}).get("weights") for name in models}
    weightings = _weighting(models, settings)
    if weights != {"train"} or None in weightings.values() or not faces:
        return ""
    who = {1: "it was", 2: "both networks were"}.get(
        len(models), f"all {spelled(len(models))} networks were"
    )
    same = "the same " if len(models) > 1 else ""
    clauses = [f"{who} trained on {same}{faces:,} {kind_of_faces(settings)}"]
    alike = [name for name, weighting in weightings.items() if weighting != "none"]
    if alike:
        clauses.append(
            f"in the loss of {networks(alike)}, both classes of an attribute weigh alike"
        )
    return sentence(clauses)


def begun_at_the_prior(models: Sequence[str], settings: Settings) -> str:
    """That networks begin at the best guess without an image; empty unless all of them do."""
    starts = {
        (settings.get(f"models.{name}", {}).get("train") or {}).get(
            "head_start", settings.get("train", {}).get("head_start")
        )
        for name in models
    }
    weights = {settings.get(f"models.{name}", {}).get("weights") for name in models}
    weightings = _weighting(models, settings)
    if starts != {"prior"} or weights != {"train"}:
        return ""
    unweighted = [name for name, weighting in weightings.items() if weighting == "none"]
    who = {1: "it begins", 2: "both begin"}.get(len(models), "all begin")
    clause = f"{who} at the best guess without seeing the image"
    if unweighted:
        clause += f": for {networks(unweighted)} that is the majority class"
    return sentence([clause])


def chosen_pair(models: Sequence[str], settings: Settings) -> str:
    """Why the networks of the default audit are what they are; empty for any other audit."""
    given = {name: settings.get(f"models.{name}", {}) for name in models}
    default = (
        settings["data"]["source"] == "synthetic"
        and begun_at_the_prior(models, settings) != ""
        and set(given) == set(DEFAULT_PAIR)
        and all(expected.items() <= given[name].items() for name, expected in DEFAULT_PAIR.items())
    )
    return CHOSEN if default else ""


def selection(models: Sequence[str], settings: Settings) -> str:
    """That the default pair was chosen for what it shows; empty for any other audit."""
    return SELECTION if chosen_pair(models, settings) else ""


def weighting_terms(models: Sequence[str], settings: Settings) -> list[Term]:
    """What networks of the names balanced and unbalanced are, where their losses are so.

    The names are not marked in texts: they stand in almost every sentence.
    """
    weightings: Mapping[str, str | None] = _weighting(models, settings)
    found = []
    if weightings.get("balanced") not in (None, "none"):
        found.append(
            Term(
                "balanced", "balanced",
                "A network in whose loss both classes of an attribute weigh alike, however rare "
                "one of them is.",
            )
        )  # fmt: skip
    if weightings.get("unbalanced") == "none":
        found.append(
            Term(
                "unbalanced", "unbalanced",
                "A network in whose loss every face weighs alike, so that the majority class of an "
                "attribute counts for more.",
            )
        )  # fmt: skip
    return found
