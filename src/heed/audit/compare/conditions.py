"""Whether the numbers of audits can be held against each other: what they were made with."""

from collections.abc import Mapping
from typing import Any, Final

from heed.audit.compare.changes import changes_of, dotted
from heed.audit.compare.revision import Revision

OF_SCORES: Final = ("mask", "score", "cam", "frontal", "data.source")
"""Parameters, or groups of them, that decide what is scored and on which faces."""

OF_PICTURES: Final = ("figures", "face_figures", "report")
"""Groups of parameters that no number depends on."""


def outdated(revision: Revision) -> dict[str, tuple[Any, Any]]:
    """Parameters that were changed after the run that the numbers are of.

    Args:
        revision: an audit; without ``dvc.lock`` nothing is known of it.

    Returns:
        By dotted name the value that the last run had, and the one of ``params.yaml``; None where
        there is none.
    """
    now = revision.parameters()
    found: dict[str, tuple[Any, Any]] = {}
    for stage, recorded in revision.recorded().items():
        _, _, model = stage.partition("@")
        if model and model not in (now.get("models") or {}):
            continue  # of a model that is gone
        for name, value in recorded.items():
            if name.split(".")[0] not in OF_PICTURES:
                found |= changes_of({name: value}, {name: _at(now, name)})
    return dict(sorted(found.items()))


def different_conditions(first: Revision, second: Revision) -> list[str]:
    """The parameters by which the scores of two audits are not of the same thing.

    Where ``params.yaml`` was changed after a run, what that run had counts.
    """
    made = [dict(dotted(each.parameters())) for each in (first, second)]
    for parameters, revision in zip(made, (first, second), strict=True):
        parameters |= {name: was for name, (was, _) in outdated(revision).items()}
    return [
        name
        for name in changes_of(*made)
        if any(f"{name}.".startswith(f"{group}.") for group in OF_SCORES)
    ]


def told_value(value: Any) -> str:
    """A parameter as it is printed; a dash where there is none."""
    if value is None:
        return "\N{EN DASH}"
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _at(parameters: Mapping[str, Any], name: str) -> Any:
    found: Any = parameters
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found
