"""Probes beside classifiers that were trained on the attributes: Table 5.3."""

import numpy as np
import pandas as pd

from heed.metrics.estimates import Estimate
from heed.probing.tables.faces_and_trainings import Bootstrap, over_attributes
from heed.probing.tables.published import BASELINES, LABELS, published_accuracy
from heed.probing.tables.published import UNITS as PUBLISHED_UNITS

OURS = "ours"
PUBLISHED = "published"
MULTITASK = "multitask baseline"
"""What our own network that was trained on all attributes is called."""


def baselines_table(
    averages: pd.DataFrame, multitask: tuple[Estimate, Estimate] | None, bootstrap: Bootstrap
) -> pd.DataFrame:
    """Mean accuracy over the attributes of classifiers and of probes, published ones and ours.

    Published numbers are of CelebA and ours of what this run was given: directions compare, values
    do not.

    Args:
        averages: of :func:`heed.probing.tables.best_units.averages_table`.
        multitask: accuracy and balanced accuracy of our multitask baseline; None without one.
        bootstrap: how intervals are made.

    Returns:
        Columns ``classifier``, ``unit`` (empty for classifiers), ``of`` (:data:`PUBLISHED`,
        :data:`OURS`), ``accuracy`` and ``balanced_accuracy`` with bounds, ``note``.
    """
    nothing = {
        f"{name}{end}": np.nan
        for name in ("accuracy", "balanced_accuracy")
        for end in ("", "_low", "_high")
    }
    rows: list[dict[str, object]] = [
        {"classifier": b.name, "unit": "", "of": PUBLISHED, **nothing, "accuracy": b.accuracy,
         "note": b.note}
        for b in BASELINES
    ]  # fmt: skip
    means = published_accuracy().drop(columns="attribute").mean()
    rows += [
        {"classifier": label, "unit": unit, "of": PUBLISHED, **nothing,
         "accuracy": means[f"{name}_{unit}"], "note": "Diniz 2021, mean of Table 5.2"}
        for name, label in LABELS.items()
        for unit in PUBLISHED_UNITS
    ]  # fmt: skip
    if multitask is not None:
        row: dict[str, object] = {"classifier": MULTITASK, "unit": "", "of": OURS, "note": ""}
        for name, each in zip(("accuracy", "balanced_accuracy"), multitask, strict=True):
            keys = (name, f"{name}_low", f"{name}_high")
            row |= dict(zip(keys, over_attributes(each, bootstrap), strict=True))
        rows.append(row)
    ours = averages.rename(columns={"network": "classifier"}).drop(
        columns=["attributes", "published"], errors="ignore"
    )
    table = pd.concat([pd.DataFrame(rows), ours.assign(of=OURS, note="")], ignore_index=True)
    columns = ["classifier", "unit", "of", *nothing, "note"]
    return table.reindex(columns=columns)
