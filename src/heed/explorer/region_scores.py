"""What all faces' maps score against a drawn region: the rows and means of ``heed region score``.

The numbers are those of the page: both ask :func:`heed.explorer.score_columns.columns`.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd

from heed.base.errors import InputError
from heed.explorer.audited import Audited
from heed.explorer.measured import COUNTED, LOCATED
from heed.explorer.score_columns import GROUPS, ScoreColumns, columns

OF_FACES: Final = ("network", "image", "attribute", "label", "group", "logit")
"""The columns before the scores."""


def face_scores(
    audited: Audited,
    version: str,
    networks: Sequence[str],
    attributes: Sequence[str],
    *,
    by_pixel: bool = False,
) -> pd.DataFrame:
    """The scores of all faces' maps against one version of the masks.

    Args:
        audited: the audit.
        version: of the masks, such as ``box:80,130,144,160``; all other conditions are those that a
            network's stored scores were taken under.
        networks: whose, in order.
        attributes: likewise.
        by_pixel: also :data:`heed.explorer.measured.LOCATED`, the scores that look at every pixel,
            which take several times as long as the others.

    Returns:
        A row for each network, attribute and face, in this order: :data:`OF_FACES` (``label`` int8,
        -1 or +1; ``group`` of :data:`heed.explorer.score_columns.GROUPS`; ``logit`` float32), then
        :data:`heed.explorer.measured.COUNTED` and those by pixel, float32, NaN where a score is
        missing; ``empty`` is bool.

    Raises:
        InputError: as :func:`heed.explorer.score_columns.columns` does; or a network's maps cannot
            be placed as they were scored.
    """
    every = [  # all before any is measured: a name that there is not is told at once
        columns(audited, network, attribute, replace(audited.stored_of(network), mask=version))
        for network in networks
        for attribute in attributes
    ]
    scores = (*COUNTED, *LOCATED) if by_pixel else COUNTED
    return pd.concat([_rows(audited, each, scores) for each in every], ignore_index=True)


def _rows(audited: Audited, found: ScoreColumns, scores: Sequence[str]) -> pd.DataFrame:
    for name in scores:
        if name in found.missing:
            raise InputError(found.missing[name])
    groups = np.array(GROUPS)[found.group]
    of_faces = (
        found.network, audited.images, found.attribute, found.label, groups, found.logit,
    )  # fmt: skip
    table = pd.DataFrame(dict(zip(OF_FACES, of_faces, strict=True)))
    values = found.values  # noqa: PD011 (no data frame's)
    for name in scores:
        table[name] = values[name]
    return table.astype({"empty": bool})


def means(scored: pd.DataFrame) -> pd.DataFrame:
    """The mean scores of all faces and of each kind of decision.

    Args:
        scored: rows of :func:`face_scores`.

    Returns:
        A row for each network, attribute and group, ``all`` first: ``faces``, the number of
        ``empty`` maps, and the mean of each other score in float64 over the faces that have it; NaN
        where none has.

    Example:
        >>> of = {"network": "small/1", "attribute": "Bangs", "group": ["hits", "hits"]}
        >>> table = means(pd.DataFrame(of | {"amr": [0.5, 1.0], "empty": [False, True]}))
        >>> table[["group", "faces", "empty", "amr"]].head(1).to_numpy().tolist()
        [['all', 2, 1, 0.75]]
    """
    scores = scored.columns.difference([*OF_FACES, "empty"], sort=False)
    rows = []
    for (network, attribute), own in scored.groupby(["network", "attribute"], sort=False):
        for name in ("all", *GROUPS):
            some = own if name == "all" else own[own["group"] == name]
            rows.append({"network": network, "attribute": attribute, "group": name})
            rows[-1] |= {"faces": len(some), "empty": int(some["empty"].sum())}
            rows[-1] |= some[scores].astype(np.float64).mean().to_dict()
    return pd.DataFrame(rows)
