"""All that the page's script reads: faces, maps, outlines and numbers."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from heed.audit.page.averages import SHOWN
from heed.audit.page.gallery import SCORES, Shown, networks_json, turbo
from heed.audit.page.mask_outlines import MaskOutlines
from heed.audit.page.table import AttributeTable
from heed.base.names import readable
from heed.base.rounding import count_text
from heed.masks.names import EVIDENCE
from heed.pages.number import printed

GROUPS = SHOWN | {
    "predicted_majority": "majority class predicted",
    "predicted_minority": "minority class predicted",
}
"""Groups of an attribute's faces, and how the page names them."""


def page_data(
    shown: Mapping[str, Shown],
    averages: dict[str, Any],
    outlines: MaskOutlines,
    version: str,
    *,
    size: int,
    threshold: float,
    faces: int,
    order: Sequence[str],
    gallery: dict[str, Any] | None,
    first: dict[str, Any] | None,
) -> dict[str, Any]:
    """What is in the page once, whatever is shown of it.

    Args:
        shown: the networks.
        averages: of :func:`heed.audit.page.averages.averages_json`.
        outlines: of the masks; all that the page shows have been asked for.
        version: of the masks that are scored with.
        size: side of the crops, in pixels.
        threshold: of the active area.
        faces: how many are audited.
        order: the attributes, the most balanced first.
        gallery: of :func:`heed.audit.page.gallery.gallery_json`; None without faces.
        first: the first screen's faces; None without faces.
    """
    index = {name: place for place, name in enumerate(averages["of"])}
    typical = {
        name: outlines.typical(masks, faces)
        for name, masks in (("mask", version), ("evidence", EVIDENCE))
        if masks in outlines.versions
    }
    return {
        "networks": networks_json(shown),
        "attributes": [[name, readable(name)] for name in order],
        "size": size,
        "threshold": threshold,
        "colours": turbo(),
        "averages": averages
        | {kind: [found[index[name]] for name in order] for kind, found in typical.items()},
        "gallery": None if gallery is None else gallery | {"scores": [list(s) for s in SCORES]},
        "first": first,
        "paths": outlines.paths,
    }


def numbers_json(table: AttributeTable, groups: pd.DataFrame) -> dict[str, Any]:
    """The numbers of each attribute, as they are printed.

    Args:
        table: of all attributes.
        groups: ``metrics/tables/groups.csv``.
    """
    wanted = groups[groups["metric"].isin(["amr", "proportional_energy"])]
    means = wanted.set_index(["attribute", "group", "model", "metric"])[["mean", "n"]]
    found = means.to_dict("index")
    return {
        "columns": [column.full for column in table.columns],
        "of": {
            row.attribute: {
                "cells": [
                    [[cell.text, cell.bounds] for cell in row.cells[model]]
                    for model in table.models
                ],
                "groups": [
                    [name, [_means(found, row.attribute, key, model) for model in table.models]]
                    for key, name in GROUPS.items()
                ],
            }
            for row in table.rows
        },
    }


def _means(found: Mapping[Any, Any], attribute: str, group: str, model: str) -> list[str]:
    """AMR and PE of a group, and its faces."""
    of = [found.get((attribute, group, model, m)) for m in ("amr", "proportional_energy")]
    texts = [printed(float("nan") if one is None else one["mean"], "share") for one in of]
    n = next((count_text(one["n"]) for one in of if one is not None), "0")
    return [", ".join(texts), f"n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{n}"]
