"""AMR of the same maps under every version of the masks (Bieri 2023, figure A.7)."""

from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd
from matplotlib.figure import Figure

from heed.audit.figures.catalogue import figure
from heed.audit.tables.layout import models_in
from heed.base.errors import InputError
from heed.figures.attribute_bars import amr_axis, column, legend_above, panels_for, rows_of
from heed.figures.attribute_dots import Dots, draw_dots, title_panels
from heed.figures.theme import VERSION_MARKERS, theme, version_colours
from heed.metrics.estimates import OVERALL

_WIDE_PANELS: Final = 3  # side by side, with room for the whole label below


def mask_name(version: str) -> str:
    """How legends name masks of a version.

    Example:
        >>> mask_name("2")
        'mask version 2'
    """
    return "evidence masks" if version == "evidence" else f"mask version {version}"


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
    models = list(
        dict.fromkeys(model for table in tables.values() for model in models_in(table, "amr"))
    )
    colours = version_colours(list(wide))
    with theme():
        figure, panels = panels_for(attributes, bars=2, panels=len(models))
        for panel, model in zip(panels, models, strict=True):
            draw_dots(
                panel,
                [
                    Dots(
                        mask_name(version),
                        colours[version],
                        column(rows.loc[attributes], f"{model}_amr"),
                        marker=VERSION_MARKERS.get(version, "o"),
                    )
                    for version, rows in wide.items()
                ],
                spread=0,
                size=12,
            )
            amr_axis(panel, narrow=len(models) > _WIDE_PANELS)
        title_panels(figure, panels, models)
        legend_above(figure)
    return figure


@figure(
    "mask_versions",
    kind="numbers",
    number="A.7",
    title="AMR by mask version",
    caption=(
        "AMR of each attribute and network, with the same maps scored against each version of the "
        "masks. A larger mask has more room for a map, so that versions differ in level: what "
        "holds of a network should hold under each of them."
    ),
    needs=("mask_versions", "order"),
)
def _of_run(mask_versions: pd.DataFrame, order: Sequence[str]) -> Figure:
    return draw_mask_versions(wide_by_version(mask_versions), order)
