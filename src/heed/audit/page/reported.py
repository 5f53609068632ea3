"""What the papers report, each number with the conditions that it was measured under.

The numbers lie in ``published.csv`` beside this module. Of Bieri (2023) they are the rows OVERALL
of its tables 5.1 and A.3, counts of attributes from their cells (printed with two decimals), and
the correlation that its text gives for table 5.1; for table A.3 it is computed from the cells. PE
and balanced errors are those of the same networks under the code of the follow-up (arXiv
2403.14435).

A number is shown where a run shares its conditions. Where the run differs in one that only has to
be known (:attr:`Source.told`), it is shown with both values; else the page says why it is not.
"""

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any, Final

from heed.audit.counterparts import Training, counterparts
from heed.pages.wording import listed

Settings = Mapping[str, Mapping[str, Any]]
"""The parameters of a run by key, as :func:`heed.audit.settings.printable` returns them."""


@dataclass(frozen=True)
class Source:
    """Where numbers are published, and how they were measured.

    Attributes:
        name: as the page prints it.
        needed: parameters of ``params.yaml`` and the value that stands for the measurement;
            beside a run with another one the numbers are not shown.
        told: the same, but a run with another value is told of both.
    """

    name: str
    needed: Mapping[str, Any] = field(default_factory=dict)
    told: Mapping[str, Any] = field(default_factory=dict)


PLACED: Final[Mapping[str, str]] = {
    "half_pixel": "placed by the half-pixel rule",
    "receptive_field": "where the cells look",
}
"""The values of ``cam.placement`` in words."""

_PLACED: Final = {"cam.placement": "half_pixel"}
_MAPS: Final = {"cam.method": "gradcam", "cam.target": 2, "infer.layer": "before_relu"}
_AMR: Final = {**_MAPS, "score.threshold": 0.5}

SOURCES: Final[dict[str, Source]] = {
    "errors": Source("Bieri 2023, Table 5.1"),
    "table_5_1": Source("Bieri 2023, Table 5.1", {"mask.version": 2, **_AMR}, _PLACED),
    "on_table_5_1": Source("Bieri 2023, text on Table 5.1", {"mask.version": 2, **_AMR}, _PLACED),
    "table_a_3": Source("Bieri 2023, Table A.3", {"mask.version": 1, **_AMR}, _PLACED),
    "on_table_a_3": Source(
        "Bieri 2023, Table A.3 (computed)", {"mask.version": 1, **_AMR}, _PLACED
    ),
    "figure_5_7": Source("Bieri 2023, figure 5.7", _MAPS, _PLACED),
    "follow_up_errors": Source("Follow-up (arXiv 2403.14435)"),
    # Nothing is published of PE with Grad-CAM, and no other number says as much of predictions.
    "follow_up": Source(
        "Follow-up (arXiv 2403.14435)",
        {"mask.version": 2, "cam.target": 2},
        {"cam.method": "hirescam", **_PLACED},
    ),
}
"""By the name that ``published.csv`` has. All are of AFFACT-b and AFFACT-ub on the frontal test
photographs of CelebA, which the page says once. The threshold decides AMR alone; HiResCAM is the
same at both layers."""

ATTRIBUTES_COUNTED: Final = 40
"""Attributes behind the counts."""


@dataclass(frozen=True)
class Published:
    """What may stand beside the numbers of one run.

    Attributes:
        beside: by network of the run the published one that it is set beside, or None.
        numbers: by quantity the numbers of both published networks that may be shown.
        sources: where they are from.
        told: of the same quantities, the conditions in which the run differs; empty without any.
        withheld: of every other quantity, a sentence that says why there is none.
    """

    beside: Mapping[str, Training | None]
    numbers: Mapping[str, Mapping[Training, float]]
    sources: Mapping[str, str]
    told: Mapping[str, str]
    withheld: Mapping[str, str]

    def value(self, quantity: str, model: str) -> float | None:
        """The number that stands beside one of a network of the run; None where none does."""
        training = self.beside[model]
        return None if training is None else self.numbers.get(quantity, {}).get(training)

    def source(self, quantity: str) -> str:
        """Where the numbers of a quantity are from; empty where none are shown."""
        return self.sources.get(quantity, "")

    def sentence(self, quantity: str, words: Callable[[float, float], str]) -> str:
        """What was found and how, or why nothing is set beside this run.

        Args:
            quantity: in ``published.csv``.
            words: makes the sentence, without its end, from the numbers of AFFACT-b and
                AFFACT-ub.
        """
        if quantity not in self.numbers:
            return self.withheld[quantity]
        numbers = self.numbers[quantity]
        source = f"{self.sources[quantity]}{self.told[quantity]}"
        return f"{source}: {words(numbers['balanced'], numbers['unbalanced'])}."


def reported(weightings: Mapping[str, str | None], settings: Settings) -> Published:
    """The published numbers that may stand beside those of a run.

    Args:
        weightings: by name of the network ``models.<name>.weighting``, see
            :func:`heed.audit.counterparts.counterparts`.
        settings: the run's parameters. One that a run does not have is not compared.
    """
    text = files("heed.audit.page").joinpath("published.csv").read_text("utf-8")
    numbers: dict[str, Mapping[Training, float]] = {}
    sources: dict[str, str] = {}
    told: dict[str, str] = {}
    refused: dict[str, list[tuple[Source, dict[str, Any]]]] = {}
    for row in csv.DictReader(io.StringIO(text)):
        quantity, source = row["quantity"], SOURCES[row["source"]]
        if other := _differing(source.needed, settings):
            refused.setdefault(quantity, []).append((source, other))
            continue
        numbers[quantity] = {
            "balanced": float(row["balanced"]),
            "unbalanced": float(row["unbalanced"]),
        }
        sources[quantity], told[quantity] = source.name, _told(source, settings)
    withheld = {
        quantity: _why_not(found) for quantity, found in refused.items() if quantity not in numbers
    }
    return Published(counterparts(weightings), numbers, sources, told, withheld)


def _differing(conditions: Mapping[str, Any], settings: Settings) -> dict[str, Any]:
    """The run's values of the parameters in which it differs, by the parameters' names."""
    found = {}
    for name in conditions:
        key, _, parameter = name.partition(".")
        if parameter in settings.get(key, {}):
            found[name] = settings[key][parameter]
    return {name: value for name, value in found.items() if str(value) != str(conditions[name])}


def _told(source: Source, settings: Settings) -> str:
    other = _differing(source.told, settings)
    if not other:
        return ""
    both = [
        f"maps {PLACED[source.told[name]]}, here {PLACED[value]}" if name == "cam.placement"
        else f"maps by {source.told[name]}, here by {value}" if name == "cam.method"
        else f"{name} {source.told[name]}, here {value}"
        for name, value in other.items()
    ]  # fmt: skip
    return f" ({'; '.join(both)})"


def _why_not(refused: list[tuple[Source, dict[str, Any]]]) -> str:
    here = {name: value for _, other in refused for name, value in other.items()}
    ours = listed([f"{name} {value}" for name, value in here.items()])
    theirs = [
        f"{source.name} {listed([f'{name} {source.needed[name]}' for name in other])}"
        for source, other in refused
    ]
    return (
        f"Nothing published is set beside these numbers: this run has {ours}, but "
        f"{'; '.join(theirs)}."
    )
