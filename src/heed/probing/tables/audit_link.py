"""Where an attribute becomes readable in a classifier, and where its maps of it lie."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pandas as pd

from heed.probing.tables.agreement import correlated
from heed.probing.tables.faces_and_trainings import Bootstrap

SCORES: Final = {"amr": "AMR", "pe": "proportional energy"}
"""Mean scores of the audit's maps, and in words. PE is that of faces for which the attribute is
predicted: the map then shows what speaks for it."""

_FILES: Final = {"amr": ("amr.csv", "{}_amr"), "pe": ("energy.csv", "{}_pe_predicted_positive")}

COLUMNS = ["network", "model", "attribute", "readable_depth", *SCORES]


def audit_table(
    encoding: pd.DataFrame, models: Mapping[str, str], folder: str | Path
) -> pd.DataFrame:
    """Readable depth beside the scores of the audit's maps.

    Args:
        encoding: of :func:`heed.probing.tables.by_depth.encoding_table`.
        models: by network its name in the audit.
        folder: of the audit's tables. A table or a network that is not there is left out.

    Returns:
        Columns ``network``, ``model``, ``attribute``, ``readable_depth``, and :data:`SCORES`.
    """
    parts = []
    for network, model in models.items():
        own = encoding[encoding["network"] == network].set_index("attribute")
        scores = {
            name: audited[column.format(model)]
            for name, (file, column) in _FILES.items()
            if (audited := _read(Path(folder, file))) is not None
            and column.format(model) in audited.columns
        }
        if own.empty or not scores:
            continue
        table = own[["readable_depth"]].join(pd.DataFrame(scores)).reset_index()
        parts.append(table.assign(network=network, model=model).reindex(columns=COLUMNS))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=COLUMNS)


def audit_correlations(link: pd.DataFrame, bootstrap: Bootstrap) -> pd.DataFrame:
    """Spearman's rank correlation of readable depth and each score, over attributes.

    Returns:
        Columns ``network``, ``model``, ``score``, ``spearman`` with bounds, ``p``, ``n``.
    """
    rows = [
        {"network": network, "model": model, "score": score}
        | correlated(of["readable_depth"], of[score], bootstrap)
        for (network, model), of in link.groupby(["network", "model"], sort=False)
        for score in SCORES
    ]
    columns = ["network", "model", "score", "spearman", "spearman_low", "spearman_high", "p", "n"]
    return pd.DataFrame(rows, columns=columns)


def _read(file: Path) -> pd.DataFrame | None:
    return pd.read_csv(file, index_col="attribute") if file.is_file() else None
