"""All tables of the stage answers, from what the stages before it have stored."""

import pandas as pd

from heed.attention.tables.answered import Answered
from heed.attention.tables.asked import runs_table, sets_table
from heed.attention.tables.attributes import of_attributes
from heed.attention.tables.comparisons import compared
from heed.attention.tables.face_values import Bootstrap
from heed.attention.tables.measures import MAP_SCORES
from heed.attention.tables.printed import Printed
from heed.attention.tables.printed import differences as printed_differences
from heed.attention.tables.printed import others as printed_others
from heed.attention.tables.printed import table_1 as printed_table_1
from heed.attention.tables.study import Study
from heed.attention.tables.table_1 import table_1


def answer_tables(
    study: Study,
    *,
    decisions: pd.DataFrame,
    regions: pd.DataFrame,
    attributes: pd.DataFrame,
    faces: pd.DataFrame,
    bootstrap: Bootstrap,
) -> dict[str, pd.DataFrame]:
    """The tables by name; see the modules beside this one.

    Args:
        study: networks, runs and pairs.
        decisions: columns of :mod:`heed.attention.schema`, as the next two.
        regions: of all networks and runs.
        attributes: likewise.
        faces: ``image``, ``identity`` and the attributes, -1 or +1.
        bootstrap: how intervals are made.
    """
    answered = Answered.of(decisions, regions, faces, MAP_SCORES)
    tables = compared(study, answered, bootstrap)
    return (
        tables
        | of_attributes(study, answered, attributes, bootstrap)
        | {
            "sets": sets_table(study, answered),
            "runs": runs_table(study, answered),
            "published": table_1(study, tables["values"]),
        }
    )


def printed_tables(tables: dict[str, pd.DataFrame], study: Study) -> dict[str, Printed]:
    """Those that are read in Markdown and LaTeX, by name."""
    full = {name: study.full_label(name) for name in study.names}
    of_pairs = {
        f"differences_{pair}": printed_differences(tables["differences"], study.labels, pair)
        for pair in study.pairs
    }
    return {
        "table_1": printed_table_1(tables["published"], study),
        **of_pairs,
        "others": printed_others(tables["others"], full),
    }
