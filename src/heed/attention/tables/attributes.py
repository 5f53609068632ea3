"""What fine-tuning did to all attributes: those that it led, and the others.

Errors are compared face by face and seed by seed, as everything in
:mod:`heed.attention.tables.comparisons`; the stages hand on AMR, PE and contribution as means over
faces, so that their intervals are over trainings alone, and missing for one.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from heed.attention.schema import TEST
from heed.attention.tables.answered import Answered
from heed.attention.tables.comparisons import bounded, within_difference, within_share
from heed.attention.tables.face_values import Bootstrap, FaceValues, Mean, means, over_seeds
from heed.attention.tables.measures import ERROR
from heed.attention.tables.study import Study
from heed.celeba.attributes import ATTRIBUTES

LIMITED: Final = ("amr", "proportional_energy")
"""Scores of 0 to 1, beyond which no bound is told."""

SCORES: Final = ("amr", "proportional_energy", "contribution")
"""Columns of ``attributes`` that are compared seed by seed."""

QUANTITIES: Final = (ERROR, *SCORES)

LEVELS: Final = ["run", "attribute", "quantity", "seeds", "value", "value_low", "value_high"]
CHANGES: Final = ["run", "against", "attribute", "led", "quantity", "seeds", "difference",
                  "difference_low", "difference_high"]  # fmt: skip
OTHERS: Final = ["run", "against", "quantity", "attributes", "seeds", "value", "value_against",
                 "difference", "difference_low", "difference_high", "rises", "falls"]  # fmt: skip

Floats = NDArray[np.float64]


def of_attributes(
    study: Study, answered: Answered, attributes: pd.DataFrame, bootstrap: Bootstrap
) -> dict[str, pd.DataFrame]:
    """Tables of all attributes.

    Args:
        study: what is held against what, and which attributes lead what.
        answered: for the errors.
        attributes: of :mod:`heed.attention.schema`.
        bootstrap: how intervals are made.

    Returns:
        ``attributes``, with :data:`LEVELS`: error rate, AMR, PE and contribution of each attribute
        in each run. ``changes``, with :data:`CHANGES`: run less what it is held against; ``led``
        says whether the attribute's map leads the run. ``others``, with :data:`OTHERS`: means over
        the attributes that do not, and for how many of these the interval lies above 0 (``rises``)
        or below it (``falls``).
    """
    of_scores = {
        (str(run), name): by_seed(rows, name)
        for run, rows in attributes.groupby("run", sort=False)
        for name in SCORES
    }
    errors = {name: [answered.errors(name, [each]) for each in ATTRIBUTES] for name in study.names}
    persons = answered.sets[TEST].persons
    levels, changes, others = [], [], []
    for name in study.names:
        found = means(errors[name], persons, bootstrap)
        levels += _levels(name, found, of_scores, bootstrap.confidence)
    for run, against in study.comparisons:
        led = study.own_attributes(run)
        rest = [name for name in ATTRIBUTES if name not in led]
        of_rest = answered.errors(run, rest).less(answered.errors(against, rest))
        if not of_rest.seeds:
            continue
        columns = [one.less(two) for one, two in zip(errors[run], errors[against], strict=True)]
        *of_each, of_all = means([*columns, of_rest], persons, bootstrap)
        own = [
            _change(of_each, ERROR),
            *(
                _score_change(name, of_scores, run, against, bootstrap.confidence)
                for name in SCORES
            ),
        ]
        names = {"run": run, "against": against}
        for table in own:
            changes += [
                names | row | {"led": attribute in led}
                for attribute, row in zip(ATTRIBUTES, table, strict=True)
            ]
        settled = pd.DataFrame(row for table in own for row in table)
        settled = settled[settled["attribute"].isin(rest)]
        rows = [
            _other_errors(answered, (run, against), rest, of_rest, of_all),
            *(
                _other_scores(name, of_scores, (run, against), rest, bootstrap.confidence)
                for name in SCORES
            ),
        ]
        for row in rows:
            of_quantity = settled[settled["quantity"] == row["quantity"]]
            rises = int((of_quantity["difference_low"] > 0).sum())
            falls = int((of_quantity["difference_high"] < 0).sum())
            others.append(names | row | {"attributes": len(rest), "rises": rises, "falls": falls})
    return {
        "attributes": pd.DataFrame(levels, columns=LEVELS),
        "changes": pd.DataFrame(changes, columns=CHANGES),
        "others": pd.DataFrame(others, columns=OTHERS),
    }


def limited(
    name: str, found: tuple[Floats, Floats, Floats], least: float
) -> tuple[Floats, Floats, Floats]:
    """A number with bounds that do not leave its range, ``least`` to 1, where it has one."""
    if name not in LIMITED:
        return found
    value, low, high = found
    return value, np.maximum(low, least), np.minimum(high, 1.0)


def by_seed(rows: pd.DataFrame, name: str) -> tuple[tuple[int, ...], Floats]:
    """The seeds of a run, and a column as (K, 40) in the order of the attributes."""
    wide = rows.pivot_table(name, "seed", "attribute", dropna=False).reindex(columns=ATTRIBUTES)
    return tuple(int(seed) for seed in wide.index), wide.to_numpy(np.float64)


Scores = dict[tuple[str, str], tuple[tuple[int, ...], Floats]]


def _levels(
    run: str, errors: Sequence[Mean], of_scores: Scores, confidence: float
) -> list[dict[str, Any]]:
    rows = [
        {"run": run, "attribute": attribute, "quantity": ERROR}
        | bounded("value", within_share(mean))
        for attribute, mean in zip(ATTRIBUTES, errors, strict=True)
    ]
    for name in SCORES:
        seeds, values = of_scores[run, name]
        found = limited(name, over_seeds(values, confidence), 0.0)
        rows += [
            {"run": run, "attribute": attribute, "quantity": name, "seeds": len(seeds)}
            | _bounds("value", *(each[a] for each in found))
            for a, attribute in enumerate(ATTRIBUTES)
        ]
    return rows


def _change(found: Sequence[Mean], name: str) -> list[dict[str, Any]]:
    return [
        {"attribute": attribute, "quantity": name} | bounded("difference", within_difference(mean))
        for attribute, mean in zip(ATTRIBUTES, found, strict=True)
    ]


def _score_change(
    name: str, of_scores: Scores, run: str, against: str, confidence: float
) -> list[dict[str, Any]]:
    less = _less(of_scores[run, name], of_scores[against, name])
    found = limited(name, over_seeds(less, confidence), -1.0)
    return [
        {"attribute": attribute, "quantity": name, "seeds": len(less)}
        | _bounds("difference", *(each[a] for each in found))
        for a, attribute in enumerate(ATTRIBUTES)
    ]


def _less(one: tuple[tuple[int, ...], Floats], two: tuple[tuple[int, ...], Floats]) -> Floats:
    return FaceValues(*one).less(FaceValues(*two)).numbers


def _other_errors(
    answered: Answered,
    names: tuple[str, str],
    rest: Sequence[str],
    less: FaceValues,
    mean: Mean,
) -> dict[str, Any]:
    both = [_of_seeds(answered.errors(name, rest), less.seeds) for name in names]
    return {"quantity": ERROR, "value": both[0], "value_against": both[1]} | bounded(
        "difference", within_difference(mean)
    )


def _of_seeds(values: FaceValues, seeds: Sequence[int]) -> float:
    """The mean over faces and some of the seeds."""
    return float(np.mean([values.of_seeds[values.seeds.index(seed)] for seed in seeds]))


def _other_scores(
    name: str, of_scores: Scores, names: tuple[str, str], rest: Sequence[str], confidence: float
) -> dict[str, Any]:
    """Means over the other attributes that have the number before and after, in all seeds."""
    columns = [index for index, attribute in enumerate(ATTRIBUTES) if attribute in rest]
    one, two = (of_scores[run, name] for run in names)
    common = [seed for seed in one[0] if seed in two[0]]
    first, second = (
        values[[seeds.index(seed) for seed in common]][:, columns] for seeds, values in (one, two)
    )
    known = ~np.isnan(first + second).any(axis=0)
    if not known.any():
        nothing = dict.fromkeys(("value", "value_against"), np.nan)
        return (
            {"quantity": name, "seeds": len(common)}
            | nothing
            | _bounds("difference", np.nan, np.nan, np.nan)
        )
    first, second = first[:, known].mean(axis=1), second[:, known].mean(axis=1)
    found = limited(name, over_seeds(first - second, confidence), -1.0)
    values = {"value": float(first.mean()), "value_against": float(second.mean())}
    return (
        {"quantity": name, "seeds": len(common)}
        | values
        | _bounds("difference", *map(float, found))
    )


def _bounds(name: str, value: float, low: float, high: float) -> dict[str, float]:
    return {name: value, f"{name}_low": low, f"{name}_high": high}
