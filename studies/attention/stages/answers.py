"""Stage answers: tables that answer the study's questions, with intervals."""

from heed.pipeline.stage import run

from pathlib import Path

import pandas as pd

from heed.attention import paths
from heed.attention.schema import read_results
from heed.attention.settings import AnswersParams
from heed.attention.tables.answers import answer_tables, printed_tables
from heed.attention.tables.face_values import Bootstrap
from heed.attention.tables.study import read_study
from heed.attention.tables.summary import summary
from heed.base.files import write_csv, write_json, write_text, written_whole
from heed.base.rounding import rounded, rounded_table
from heed.base.settings import load
from heed.celeba.attributes import ATTRIBUTES


def main() -> None:
    """Write ``metrics/tables`` and ``metrics/attention.json``."""
    params, study = load(AnswersParams), read_study()
    tables = answer_tables(
        study,
        decisions=read_results("decisions", study.names),
        regions=read_results("regions", study.names),
        attributes=read_results("attributes", study.names),
        faces=pd.read_parquet(paths.FACES, columns=["image", "identity", *ATTRIBUTES]),
        bootstrap=Bootstrap(params.resamples, params.seed, params.confidence),
    )
    with written_whole(paths.TABLES) as folder:
        folder.mkdir()
        for name, table in tables.items():
            write_csv(rounded_table(table), Path(folder, f"{name}.csv"))
        for name, in_print in printed_tables(tables, study).items():
            write_text(in_print.markdown(), Path(folder, f"{name}.md"))
            write_text(in_print.latex(), Path(folder, f"{name}.tex"))
    write_json(rounded(summary(tables)), paths.METRICS)
    recalls = tables["values"].query("quantity == 'recall' and set == 'E2'")
    for row in recalls.itertuples():
        print(f"answers {row.run} {row.pair}: recall on E2 {row.value:.1%} of {row.faces} faces")


if __name__ == "__main__":
    run(main)
