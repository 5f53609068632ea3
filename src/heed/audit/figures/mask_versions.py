"""AMR of the same maps under every version of the masks (Bieri 2023, figure A.7)."""

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.figure import Figure

from heed.audit.figures.catalogue import figure
from heed.audit.tables.layout import models_in
from heed.base.errors import InputError
from heed.figures.attribute_bars import Bars, column, draw_panel_per_model, rows_of
from heed.figures.theme import version_colours
from heed.metrics.estimates import OVERALL


def wide_by_version(versions: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Turn the long table of versions into the tables that :func:`draw_mask_versions` takes.

    Args:
        versions: columns ``model``, ``version`` (text), ``attribute`` and ``amr``.

    Returns:
        By version, in the order of the table, the columns ``attribute`` and ``<model>_amr``;
        attributes and models in the order of the table, without the row of the means.

    Raises:
        ValueError: if a model, version and attribute occur twice.
    """
    rows = versions[versions["attribute"] != OVERALL]
    keys = ["version", "attribute", "model"]
    twice = rows[rows.duplicated(keys)]
    if len(twice):
        found = ", ".join(f"{key} {twice.iloc[0][key]}" for key in keys)
        raise InputError(f"the table of mask versions has two rows with {found}; expected one")
    attributes, models = (list(dict.fromkeys(rows[key])) for key in ("attribute", "model"))
    amr = rows.set_index(keys)["amr"]
    return {
        str(version): pd.DataFrame(
            {"attribute": attributes}
            | {
                f"{model}_amr": amr.reindex(
                    [(version, name, model) for name in attributes]
                ).to_numpy()
                for model in models
            }
        )
        for version in dict.fromkeys(rows["version"])
    }


def draw_mask_versions(
    tables: Mapping[str, pd.DataFrame], order: Sequence[str] | None = None
) -> Figure:
    """Draw per model and attribute the mean AMR under each version of the masks.

    Args:
        tables: by version of the masks, wide, columns ``attribute`` and for each model
            ``<model>_amr``; all of the same attributes and models.
        order: attributes from top to bottom; without it, the order of the first table.

    Returns:
        A figure with one panel per model.

    Raises:
        ValueError: if a table lacks a model or an attribute of the others.
    """
    wide = {version: rows_of(table) for version, table in tables.items()}
    attributes = list(next(iter(wide.values())).index if order is None else order)
    for version, rows in wide.items():
        if sorted(rows.index) != sorted(attributes):
            differing = sorted(set(rows.index) ^ set(attributes)) or ["repeated attributes"]
            raise InputError(
                f"the table of mask version {version} differs in {', '.join(differing)}; "
                "expected each attribute of the figure once"
            )
    models = dict.fromkeys(model for table in tables.values() for model in models_in(table, "amr"))
    colours = version_colours(list(wide))
    return draw_panel_per_model(
        {
            model: [
                Bars(
                    "evidence masks" if version == "evidence" else f"mask version {version}",
                    colours[version],
                    column(rows.loc[attributes], f"{model}_amr"),
                )
                for version, rows in wide.items()
            ]
            for model in models
        },
        attributes,
    )


@figure(
    "mask_versions",
    kind="numbers",
    number="A.7",
    title="AMR by mask version",
    caption=("AMR of each attribute, with the same maps scored against each version of the masks."),
    needs=("mask_versions", "order"),
)
def _of_run(mask_versions: pd.DataFrame, order: Sequence[str]) -> Figure:
    return draw_mask_versions(wide_by_version(mask_versions), order)
