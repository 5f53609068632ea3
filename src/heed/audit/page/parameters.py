"""The parameters of a run for the page: those that differ from the default audit's come first."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from typing import Any, Final

from heed.audit.page.reported import Settings
from heed.audit.settings import printable

MODELS: Final = "models."
"""Begins the keys of the networks."""


@dataclass(frozen=True)
class Differing:
    """One parameter that is not the default audit's.

    Attributes:
        name: with its key, such as ``mask.version``.
        here: its value in this run; None where it has none.
        default: the default audit's; likewise.
    """

    name: str
    here: Any
    default: Any


@dataclass(frozen=True)
class Parameters:
    """What a run's parameters have that the default audit's have not.

    Attributes:
        differing: single parameters, in the order of the run's.
        added: networks that the default audit does not have.
        missing: networks of the default audit that this run does not have.
    """

    differing: list[Differing]
    added: list[str]
    missing: list[str]

    @property
    def default(self) -> bool:
        """Whether this is the default audit."""
        return not (self.differing or self.added or self.missing)


@cache
def default_settings() -> dict[str, dict[str, Any]]:
    """The parameters that Heed comes with, as :func:`heed.audit.settings.printable` returns them.

    They are a copy of the repository's params.yaml, which a test compares: whoever changes that
    file for a run of theirs still has the defaults here.
    """
    with as_file(files("heed.audit.page").joinpath("default_params.yaml")) as path:
        return printable(path)


def beside_defaults(settings: Settings, defaults: Settings) -> Parameters:
    """How a run's parameters differ from others.

    Args:
        settings: parameters by key.
        defaults: likewise.

    Example:
        >>> found = beside_defaults({"mask": {"version": 1}}, {"mask": {"version": 2}})
        >>> found.differing
        [Differing(name='mask.version', here=1, default=2)]
    """
    differing = [
        Differing(f"{key}.{name}", values.get(name), defaults[key].get(name))
        for key, values in settings.items()
        if key in defaults
        for name in dict.fromkeys([*values, *defaults[key]])
        if values.get(name) != defaults[key].get(name)
    ]
    return Parameters(
        differing, _networks_without(settings, defaults), _networks_without(defaults, settings)
    )


def _networks_without(settings: Mapping[str, Any], others: Mapping[str, Any]) -> list[str]:
    return [
        key.removeprefix(MODELS) for key in settings if key.startswith(MODELS) and key not in others
    ]
