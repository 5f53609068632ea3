"""The scales of AMR and PE per version of the masks and attribute, and scores on them."""

import os
from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from heed.audit.tables.layout import AMR_COLUMNS, ENERGY_COLUMNS, models_in
from heed.audit.tables.mask_versions import mean_rows
from heed.base.errors import InputError
from heed.metrics.estimates import OVERALL, mean_of_present
from heed.metrics.scale import SCALED, Scale, normalised

Floats = NDArray[np.float64]

MARKS: Final = ("uniform", "blob", "ceiling")
"""What a scale is made of, in the order of columns."""

NORMALISED_COLUMNS: Final = AMR_COLUMNS | {
    name: heading for name, heading in ENERGY_COLUMNS.items() if name.startswith("pe_")
}
"""Columns per model of the table of normalised scores, and their headings."""

SCORE_OF: Final = {
    column: "proportional_energy" if column.startswith("pe_") else "amr"
    for column in NORMALISED_COLUMNS
    if column != "error_rate"
}
"""Which score a column of that table holds."""


def evenly(n: int, most: int) -> NDArray[np.intp]:
    """At most ``most`` of ``n`` faces, evenly spaced: increasing positions from 0 to n - 1.

    Example:
        >>> evenly(9, 3).tolist(), evenly(2, 3).tolist()
        ([0, 4, 8], [0, 1])
    """
    return np.unique(np.linspace(0, max(n - 1, 0), min(n, most)).round().astype(np.intp))


def scales_table(
    scales: Mapping[str, Mapping[str, Mapping[str, Scale]]], order: NDArray[np.int64]
) -> pd.DataFrame:
    """Mean scales per model, version of the masks and attribute.

    Args:
        scales: by model, version and name of the score; of N faces, or 1 that stands for all.
        order: of the attributes, as indices.

    Returns:
        Columns ``model``, ``version``, ``attribute``, ``n`` (faces in the means), and
        ``<score>_uniform``, ``<score>_blob``, ``<score>_ceiling`` for ``amr`` and
        ``proportional_energy``. In the ``OVERALL`` rows the means are over the attributes, ``n``
        a sum.
    """
    return pd.concat(
        [
            mean_rows(
                {"model": model, "version": version},
                {
                    f"{score}_{mark}": getattr(of_version[score], mark)
                    for score in SCALED
                    for mark in MARKS
                },
                order,
            )
            for model, of_model in scales.items()
            for version, of_version in of_model.items()
        ],
        ignore_index=True,
    )


def read_scales(path: str | os.PathLike[str]) -> pd.DataFrame:
    """The table of :func:`scales_table`: versions of the masks are names, and stay text."""
    return pd.read_csv(path, dtype={"version": str})


def normalised_table(
    amr: pd.DataFrame, energy: pd.DataFrame, scales: pd.DataFrame, version: str, least_range: float
) -> pd.DataFrame:
    """The tables of AMR and PE as one of normalised scores, beside the error rates.

    Args:
        amr: the wide table with :data:`heed.audit.tables.layout.AMR_COLUMNS`.
        energy: the one with :data:`heed.audit.tables.layout.ENERGY_COLUMNS`.
        scales: as :func:`scales_table` returns them.
        version: of the masks that the two tables were scored with.
        least_range: see :func:`heed.metrics.scale.normalised`.

    Returns:
        Columns ``attribute`` and ``<model>_<column>`` with those of :data:`NORMALISED_COLUMNS`;
        missing where the scale has no range. In the row ``OVERALL`` the scores are means over the
        attributes that have one.
    """
    result = {"attribute": amr["attribute"]}
    for model in models_in(amr, "error_rate"):
        named = {column: (amr if f"{model}_{column}" in amr else energy)[f"{model}_{column}"]
                 for column in NORMALISED_COLUMNS}  # fmt: skip
        rows = pd.DataFrame(named).assign(model=model, version=version, attribute=amr["attribute"])
        found = with_normalised(rows, scales, SCORE_OF, least_range)
        for column in NORMALISED_COLUMNS:
            chosen = f"{column}_normalised" if column in SCORE_OF else column
            result[f"{model}_{column}"] = found[chosen]
    return pd.DataFrame(result)


def with_normalised(
    table: pd.DataFrame, scales: pd.DataFrame, columns: Mapping[str, str], least_range: float
) -> pd.DataFrame:
    """A table with more columns: mean scores as they lie between uniform score and ceiling.

    Args:
        table: rows with ``model``, ``version`` of the masks and ``attribute``; the rows of a mean
            over attributes, ``OVERALL``, come after those of their attributes.
        scales: as :func:`scales_table` returns them.
        columns: of the table, with the score in :data:`heed.metrics.scale.SCALED` of each.
        least_range: see :func:`heed.metrics.scale.normalised`.

    Returns:
        A copy with a column ``<column>_normalised`` for each; missing where the scale has no
        range. In ``OVERALL`` rows they are means over the attributes that have one.

    Raises:
        ValueError: a row of the table has no scale, or more than one.
    """
    keys = ["model", "version", "attribute"]
    marks = scales.set_index(keys)
    wanted = pd.MultiIndex.from_frame(table[keys])
    if marks.index.has_duplicates or not wanted.isin(marks.index).all():
        without = wanted[~wanted.isin(marks.index)]
        raise InputError(
            "metrics/tables/scales.csv: "
            + (
                f"found no row {', '.join(map(str, without[0]))}"
                if len(without)
                else "found two rows of one model, version and attribute"
            )
            + "; run `dvc repro scales`"
        )
    marks = marks.loc[wanted]
    result = table.copy()
    ends = np.flatnonzero(table["attribute"] == OVERALL)
    for column, score in columns.items():
        scale = Scale(*(marks[f"{score}_{mark}"].to_numpy(np.float64) for mark in MARKS))
        values = normalised(table[column].to_numpy(np.float64), scale, least_range)
        for start, end in zip([0, *(ends + 1)], ends, strict=False):
            values[end] = mean_of_present(values[start:end])
        result[f"{column}_normalised"] = values
    return result
