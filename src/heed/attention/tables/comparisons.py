"""Every number of every network and run, and what fine-tuning changed in it."""

from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd

from heed.attention.tables.answered import Answered
from heed.attention.tables.face_values import Bootstrap, FaceValues, Mean, means
from heed.attention.tables.measures import ACCURACY, RECALL, Measure, measured, measures
from heed.attention.tables.study import Study
from heed.metrics.paired_tests import holm, sign_test_p

VALUES: Final = ["run", "pair", "quantity", "set", "faces", "persons", "seeds", "value",
                 "value_low", "value_high"]  # fmt: skip
SEEDS: Final = ["run", "seed", "pair", "quantity", "set", "value"]
DIFFERENCES: Final = ["run", "against", "pair", "quantity", "set", "faces", "persons", "seeds",
                      "difference", "difference_low", "difference_high"]  # fmt: skip
TESTS: Final = ["run", "against", "pair", "set", "seed", "faces", "gained", "lost", "p", "p_holm"]


def compared(study: Study, answered: Answered, bootstrap: Bootstrap) -> dict[str, pd.DataFrame]:
    """Tables of all measures of :mod:`heed.attention.tables.measures`.

    Args:
        study: what is judged by what, and held against what.
        answered: what was found.
        bootstrap: how intervals are made.

    Returns:
        ``values``, with :data:`VALUES`: a row per network or run, pair, quantity and set;
        ``seeds``, with :data:`SEEDS`: the same of single trainings; ``differences``, with
        :data:`DIFFERENCES`: a run less what it is held against, face by face and seed by seed,
        over the seeds of both; ``mcnemar``, with :data:`TESTS`: :func:`mcnemar` of each training.
    """
    rows: dict[str, list[dict[str, Any]]] = {
        name: [] for name in ("values", "seeds", "differences", "mcnemar")
    }
    for measure in measures(study.pairs):
        of_runs = measured(measure, study, answered)
        of_pairs = {
            (run, against): of_runs[run].less(of_runs[against])
            for run, against in study.comparisons
            if run in of_runs and against in of_runs
        }
        if not of_runs:
            continue
        persons = answered.sets[measure.asked].persons
        found = means([*of_runs.values(), *of_pairs.values()], persons, bootstrap)
        place = {"pair": measure.pair, "quantity": measure.quantity, "set": measure.on}
        for (run, values), mean in zip(of_runs.items(), found, strict=False):
            rows["values"].append({"run": run} | place | bounded("value", within_share(mean)))
            rows["seeds"] += [
                {"run": run, "seed": seed, "value": value} | place
                for seed, value in zip(values.seeds, values.of_seeds, strict=True)
            ]
        for ((run, against), less), mean in zip(
            of_pairs.items(), found[len(of_runs) :], strict=True
        ):
            if not less.seeds:
                continue
            names = {"run": run, "against": against}
            rows["differences"].append(
                names | place | bounded("difference", within_difference(mean))
            )
            if measure.quantity in (ACCURACY, RECALL):
                rows["mcnemar"] += tests(names, measure, less)
    tables = {
        "values": pd.DataFrame(rows["values"], columns=VALUES),
        "seeds": pd.DataFrame(rows["seeds"], columns=SEEDS),
        "differences": pd.DataFrame(rows["differences"], columns=DIFFERENCES),
        "mcnemar": pd.DataFrame(rows["mcnemar"], columns=TESTS),
    }
    tables["mcnemar"]["p_holm"] = (
        tables["mcnemar"].groupby(["against", "set"])["p"].transform(lambda p: holm(p.to_numpy()))
    )
    return tables


def within_share(mean: Mean) -> Mean:
    """A mean of shares whose bounds are shares too: none lies below 0 or above 1.

    Where all faces and trainings agree no resample differs from another: this says nothing of
    other faces, and there are no bounds.
    """
    if mean.low == mean.high:
        return replace(mean, low=np.nan, high=np.nan)
    return replace(mean, low=max(mean.low, 0.0), high=min(mean.high, 1.0))


def within_difference(mean: Mean) -> Mean:
    """A mean difference of shares whose bounds are such too: none lies below -1 or above 1.

    Where all faces and trainings have the same difference there are no bounds, see
    :func:`within_share`, but for 0: there the two are the same as far as these faces go.
    """
    if mean.low == mean.high != 0:
        return replace(mean, low=np.nan, high=np.nan)
    return replace(mean, low=max(mean.low, -1.0), high=min(mean.high, 1.0))


def bounded(name: str, mean: Mean) -> dict[str, Any]:
    """A mean as columns ``<name>``, ``<name>_low`` and ``<name>_high``, and what is behind it."""
    return {
        "faces": mean.faces,
        "persons": mean.persons,
        "seeds": mean.seeds,
        name: mean.value,
        f"{name}_low": mean.low,
        f"{name}_high": mean.high,
    }


def tests(names: dict[str, str], measure: Measure, less: FaceValues) -> list[dict[str, Any]]:
    """Rows of ``mcnemar`` of one comparison on one set, a row per seed."""
    found = []
    for seed, values in zip(less.seeds, less.numbers, strict=True):
        gained, lost, p = mcnemar(values)
        found.append(
            names
            | {"pair": measure.pair, "set": measure.on, "seed": seed}
            | {"faces": int((~np.isnan(values)).sum()), "gained": gained, "lost": lost, "p": p}
        )
    return found


def mcnemar(differences: np.ndarray[Any, np.dtype[np.float64]]) -> tuple[int, int, float]:
    """McNemar's exact test of two networks on the same faces.

    Of the faces on which one is right and the other wrong, is either the right one as often? That
    is the sign test of the differences (McNemar 1947; exact: the binomial distribution). It takes
    faces for independent, and the two networks as they are: it says nothing of another training.

    Args:
        differences: (N,) right less right, 1, 0 or -1; NaN = not of the set.

    Returns:
        Faces that the first alone answers rightly, faces that the second alone does, and the
        two-sided p-value: 1 without such faces, NaN without any face.

    Example:
        >>> mcnemar(np.array([1.0, 1.0, 1.0, 1.0, 1.0, 0.0, -1.0]))  # 2 (1 + 6) / 2^6
        (5, 1, 0.21875)
    """
    gained, lost = int((differences > 0).sum()), int((differences < 0).sum())
    return gained, lost, float(sign_test_p(differences))
