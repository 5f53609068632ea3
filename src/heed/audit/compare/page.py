"""One page that sets two audits side by side."""

from base64 import b64encode
from importlib.resources import files
from pathlib import Path
from typing import Final

from jinja2 import Environment, FunctionLoader, StrictUndefined

from heed.audit.compare.changes import (
    QUANTITIES,
    attribute_changes,
    changed_parameters,
    models_changes,
    only_in,
)
from heed.audit.compare.conditions import different_conditions, outdated, told_value
from heed.audit.compare.revision import Revision
from heed.base.errors import InputError
from heed.pages.number import Number, Unit, interval, printed

GENERATOR: Final = "heed compare"
"""What the page says that it was made by."""

SHOWN: Final = 10
"""Attributes that are listed at once; the others are folded."""


def comparison_page(first: Revision, second: Revision) -> str:
    """The page, a single file that needs no network.

    Raises:
        InputError: one of the two has no numbers, or they have no model in common.
    """
    changes = models_changes(first, second)
    if not changes:
        gone, new = only_in(first, second)
        raise InputError(
            f"{first.name} has the models {', '.join(gone)}, {second.name} has {', '.join(new)}; "
            "expected one that is in both"
        )
    environment = Environment(
        loader=FunctionLoader(lambda name: (files(__package__) / name).read_text("utf-8")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "printed": _value,
        "difference": _difference,
        "clear": _clear,
        "told": told_value,
    }
    one, other = first.figures(), second.figures()
    both = [name for name in one if name in other]
    return environment.get_template("compare.html.j2").render(
        generator=GENERATOR,
        outdated=[(each, outdated(each)) for each in (first, second)],
        conditions=different_conditions(first, second),
        first=first,
        second=second,
        counts=[_counts(first), _counts(second)],
        changes=changes,
        quantities=QUANTITIES,
        only=only_in(first, second),
        attributes={model: attribute_changes(first, second, model) for model in changes},
        parameters=changed_parameters(first, second),
        figures={
            name: (_picture(one[name]), _picture(other[name]))
            for name in both
            if one[name] != other[name]
        },
        same=[name for name in both if one[name] == other[name]],
        shown=SHOWN,
    )


def is_comparison(file: Path) -> bool:
    """Whether a file is a page that :func:`comparison_page` made."""
    with file.open("rb") as content:
        return f'<meta name="generator" content="{GENERATOR}">'.encode() in content.read(2048)


def _counts(revision: Revision) -> str:
    numbers = revision.numbers()
    persons = f" of {numbers['persons']} persons" if "persons" in numbers else ""
    return f"{numbers['faces']} faces{persons}"


def _value(number: Number, unit: Unit) -> str:
    return printed(number.value, unit)


def _difference(number: Number, unit: Unit) -> str:
    bounds = interval(number, unit, signed=True)
    value = printed(number.value, unit, signed=True)
    return f"{value} ({bounds})" if bounds else value


def _clear(number: Number) -> bool:
    return number.direction() in ("up", "down")


def _picture(content: bytes) -> str:
    return f"data:image/png;base64,{b64encode(content).decode()}"
