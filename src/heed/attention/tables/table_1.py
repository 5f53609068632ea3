"""Table 1 of Yang et al. (2019) in its layout: rows of networks, columns of sets."""

from collections.abc import Iterator
from typing import Any, Final

import pandas as pd

from heed.attention.schema import CONCEALED, TEST
from heed.attention.tables.measures import ACCURACY, RECALL
from heed.attention.tables.published import published
from heed.attention.tables.study import KIND_WORDS, Study

COLUMNS: Final = ["kind", "run", "pair", "set", "value", "value_low", "value_high", "published"]


def table_1(study: Study, values: pd.DataFrame) -> pd.DataFrame:
    """Its cells, one a row.

    The first pair has all sets, the others E1 and E2, as in the paper. On these two all faces have
    the attribute, and what the paper calls accuracy is recall.

    Args:
        study: networks, runs and pairs.
        values: of :func:`heed.attention.tables.comparisons.compared`.

    Returns:
        :data:`COLUMNS`: the kind of network, its name here (empty where the study has none of the
        kind for this pair), our number with bounds, and the published one (NaN where none is
        known).
    """
    known = values.set_index(["run", "pair", "quantity", "set"])
    rows: list[dict[str, Any]] = []
    for kind in kinds(study):
        for pair, quantity, on in columns(study):
            of_pair = study.pairs[pair]
            beside = published(kind, of_pair.attribute, of_pair.confounder, on)
            entries = [name for name in study.judged_by(pair) if study.kind(name) == kind]
            for run in entries or [""]:
                place = (run, pair, quantity, on)
                number = known.loc[place] if place in known.index else None
                rows.append(
                    {"kind": kind, "run": run, "pair": pair, "set": on, "published": beside}
                    | {
                        name: float("nan") if number is None else float(number[name])
                        for name in ("value", "value_low", "value_high")
                    }
                )
    return pd.DataFrame(rows, columns=COLUMNS)


def columns(study: Study) -> Iterator[tuple[str, str, str]]:
    """Pair, quantity and set of each column."""
    for number, pair in enumerate(study.pairs):
        if number == 0:
            yield from ((pair, ACCURACY, on) for on in (TEST, *CONCEALED))
        yield from ((pair, RECALL, on) for on in ("E1", "E2"))


def kinds(study: Study) -> list[str]:
    """The kinds of networks that the study or the paper has, in the order of the table."""
    own = {study.kind(name) for name in study.names}
    paper = {"pretrained", "iou", "centre", "mouth_only", "mixture"}
    return [kind for kind in KIND_WORDS if kind in own | paper] + sorted(own - set(KIND_WORDS))
