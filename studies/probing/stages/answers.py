"""Stage answers: tables that answer the study's questions, with intervals."""

from heed.pipeline.stage import run

from pathlib import Path

import pandas as pd

from heed.base.files import write_csv, write_json, write_text, written_whole
from heed.base.rounding import rounded, rounded_table
from heed.base.settings import load
from heed.probing import paths
from heed.probing.schema import checked, gathered
from heed.probing.settings import AnswersParams
from heed.probing.tables import printed
from heed.probing.tables.answers import answer_tables
from heed.probing.tables.faces_and_trainings import Bootstrap
from heed.probing.tables.summary import summary


def main() -> None:
    """Write ``metrics/tables`` and ``metrics/probing.json``."""
    params = load(AnswersParams)
    bootstrap = Bootstrap(params.resamples, params.seed, params.confidence)
    tables = answer_tables(
        params,
        recognition=gathered("recognition", params.networks, paths.recognition),
        probes=gathered("probes", params.probed, paths.probes),
        vip=gathered("vip", params.networks, paths.vip),
        histogram=gathered("vip_histogram", params.networks, paths.vip_histogram),
        silenced=gathered("silenced", params.networks, paths.silenced),
        baseline=checked(pd.read_parquet(paths.BASELINE), "baseline", paths.BASELINE),
        audit=paths.AUDIT,
        bootstrap=bootstrap,
    )
    in_print = {
        "table_5_1": printed.recognition(tables["recognition"], params.networks),
        "table_5_2": printed.best_units(
            tables["attributes"], tables["averages"], tables["multitask"], params.networks
        ),
        "table_5_3": printed.baselines(tables["baselines"]),
        "table_5_4": printed.silencing(tables["silencing"]),
    }
    with written_whole(paths.TABLES) as folder:
        folder.mkdir()
        for name, table in tables.items():
            write_csv(rounded_table(table), Path(folder, f"{name}.csv"))
        for name, of_thesis in in_print.items():
            write_text(of_thesis.markdown(), Path(folder, f"{name}.md"))
            write_text(of_thesis.latex(), Path(folder, f"{name}.tex"))
    write_json(rounded(summary(tables)), paths.METRICS)
    for row in tables["averages"].itertuples():
        print(
            f"answers {row.network} {row.unit}: balanced accuracy {row.balanced_accuracy:.1%} "
            f"over {row.attributes} attributes"
        )


if __name__ == "__main__":
    run(main)
