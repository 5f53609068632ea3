"""Which stage and which parameters are behind the numbers of the page, part by part."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from heed.audit import paths
from heed.audit.page.reported import Settings
from heed.pages.places import public
from heed.pages.wording import listed

_MAPS: Final = ("cam.method", "cam.target", "cam.placement")
_SCORES: Final = (*_MAPS, "mask.version", "score.threshold")
_ENERGY: Final = (*_MAPS, "mask.version")
_MEANS: Final = ("aggregate.least_faces", "aggregate.confidence")


@dataclass(frozen=True)
class Behind:
    """Where the numbers of one part of the page come from.

    Attributes:
        of: the part, as the list of all of them has it.
        stages: those that wrote the numbers, in dvc.yaml.
        files: where they wrote them.
        parameters: of params.yaml, with their keys: those that decide most, of these stages or of
            earlier ones.
    """

    of: str
    stages: tuple[str, ...]
    files: tuple[str, ...]
    parameters: tuple[str, ...]

    @property
    def source(self) -> str:
        """The stages in two or three words."""
        return f"stage{'s' if len(self.stages) > 1 else ''} {listed(self.stages)}"

    def told(self, settings: Settings) -> str:
        """All of it in a sentence, with the values of the parameters.

        Args:
            settings: the run's parameters by key.
        """
        values = [f"{name}: {printed_value(_at(settings, name))}" for name in self.parameters]
        return f"{self.source.capitalize()}, in {listed(self.files)}; by {', '.join(values)}."


BEHIND: Final[Mapping[str, Behind]] = {
    "panel-gap": Behind(
        "PE gap, on the first screen", ("aggregate", "mask_versions"),
        (paths.AUDIT, paths.table("gap_versions")), (*_ENERGY, *_MEANS),
    ),
    "panel-amr": Behind(
        "AMR, on the first screen", ("aggregate", "mask_versions", "scales"),
        (paths.AUDIT, paths.table("mask_versions"), paths.table("scales")),
        (*_SCORES, "scale.faces", "aggregate.confidence"),
    ),
    "panel-error": Behind(
        "Error rates, on the first screen", ("aggregate",), (paths.AUDIT,),
        ("frontal.partition", "frontal.threshold", "train.epochs", "aggregate.confidence"),
    ),
    "faces": Behind(
        "Faces, their maps and scores", ("cams", "score", "causal"),
        ("data/cams", paths.SCORES, paths.FLIPS), (*_SCORES, "causal.shown"),
    ),
    "numbers": Behind(
        "All numbers of the networks", ("aggregate",), (paths.AUDIT,), (*_SCORES, *_MEANS)
    ),
    "gaps": Behind(
        "PE gap under every version of the masks", ("mask_versions",),
        (paths.table("gap_versions"),), ("cam.method", "cam.target", *_MEANS),
    ),
    "index": Behind("Average maps", ("aggregate",), (paths.AVERAGES,), _MAPS),
    "question-1": Behind(
        "AMR and error", ("statistics", "aggregate"), (paths.STATISTICS, paths.table("amr")),
        (*_SCORES, "statistics.resamples", "statistics.confidence"),
    ),
    "question-2": Behind(
        "AMR of correct and incorrect decisions", ("aggregate",),
        (paths.AUDIT, paths.table("gaps")), (*_SCORES, *_MEANS),
    ),
    "question-3": Behind(
        "AMR with and without the attribute", ("aggregate",), (paths.AUDIT, paths.table("gaps")),
        (*_SCORES, *_MEANS),
    ),
    "question-4": Behind(
        "Networks compared", ("aggregate",), (paths.AUDIT, paths.table("differences")),
        (*_SCORES, *_MEANS),
    ),
    "question-5": Behind(
        "Average maps compared", ("statistics", "aggregate"),
        (paths.table("kl"), paths.table("intensity")),
        (*_MAPS, "statistics.kl_epsilon", "statistics.permutations", "statistics.confidence"),
    ),
    "masks": Behind(
        "Masks compared", ("mask_versions", "mask_overlap"),
        (paths.table("mask_versions"), paths.table("mask_overlap")),
        (*_MAPS, "score.threshold", "scale.faces", "scale.least_range"),
    ),
    "placement": Behind(
        "Placements of the maps", ("mask_versions",), (paths.table("placements"),),
        (*_MAPS, "score.threshold"),
    ),
    "causal": Behind(
        "What the networks use", ("causal",), (paths.table("causal"),),
        (*_MAPS, "mask.version", "causal.faces", "causal.cells", "causal.fill"),
    ),
    "other-scores": Behind(
        "Other scores of the same maps", ("aggregate",), (paths.table("groups"),),
        (*_SCORES, *_MEANS),
    ),
    "bias": Behind(
        "Bias, empty maps, borders", ("aggregate",), (paths.AUDIT, paths.table("groups")),
        (*_MAPS, *_MEANS),
    ),
    "groups": Behind(
        "Groups of faces", ("crossed",), (paths.table("crossed"),),
        ("crossed.attributes", *_SCORES, *_MEANS),
    ),
    "attributes": Behind(
        "Every attribute", ("aggregate", "mask_versions"),
        (*map(paths.table, ("errors", "groups", "gaps", "mask_versions")),), (*_SCORES, *_MEANS),
    ),
    "cards": Behind(
        "The networks' cards", ("train", "aggregate", "crossed"),
        ("data/networks", paths.AUDIT, *map(paths.table, ("curves", "groups", "crossed"))),
        ("train.epochs", "train.seed", *_SCORES, *_MEANS),
    ),
}  # fmt: skip
"""By part of the page, in its order; those of questions by their sections' anchors."""


def printed_value(value: Any) -> str:
    """A value as params.yaml has it; of a place outside the project only what it is called."""
    if isinstance(value, list | tuple):
        return ", ".join(map(printed_value, value))
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {printed_value(each)}" for name, each in value.items())
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return public(value) if isinstance(value, str) else f"{value}"


def _at(settings: Settings, name: str) -> Any:
    key, _, parameter = name.partition(".")
    return settings.get(key, {}).get(parameter)
