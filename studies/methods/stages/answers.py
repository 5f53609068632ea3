"""Stage answers: tables that answer the study's questions, with intervals."""

from heed.pipeline.stage import run

from collections.abc import Callable

import pandas as pd

from heed.base.files import write_csv, write_json, write_text, written_whole
from heed.base.rounding import rounded_table
from heed.base.settings import load
from heed.methods import paths
from heed.methods.catalogue import METRICS
from heed.methods.run_settings import load_levels
from heed.methods.settings import AnswersParams, ScoreParams, load_seeds
from heed.methods.tables.correlations import correlation_table
from heed.methods.tables.factors import factors_table
from heed.methods.tables.methods_by_metric import methods_table, ranks_table, valid_table
from heed.methods.tables.performance import OUTCOMES, runs_table
from heed.methods.tables.printed import to_latex, to_markdown
from heed.methods.tables.progress import progress_table, trend_table
from heed.methods.tables.randomisation import randomisation_table
from heed.methods.tables.score_array import END, Bootstrap, score_array
from heed.methods.tables.stability import stability_table
from heed.methods.tables.suitability import agreement_table, suitability_table
from heed.methods.tables.summary import summary

VALID_BY = ("iou", "iou_best", "box_iou")
"""The metrics that call a map valid."""


def main() -> None:
    """Write ``metrics/tables`` and ``metrics/methods.json``."""
    params, score, levels = load(AnswersParams), load(ScoreParams), load_levels()
    names, metrics = score.maps, {name: METRICS[name] for name in score.metrics}
    bootstrap = Bootstrap(params.resamples, params.seed, params.confidence)
    words = {name: (level.factor, level.level) for name, level in levels.items()}

    predictions = {name: of_all_seeds(paths.predictions, name) for name in levels}
    scores, means = {}, []
    for name in levels:
        table = of_all_seeds(paths.scores, name)
        scores[name] = score_array(table, names, score.metrics)
        of_method = scores[name].of(params.method)
        for seed, values in zip(scores[name].seeds, of_method, strict=True):
            of_run = pd.DataFrame(values, columns=score.metrics).mean()
            means.append({"run": f"{name}/{seed}", **of_run.to_dict()})
        if name == params.base:
            epochs = sorted(set(table["epoch"]) - {END})
            along = {e: score_array(table, score.epoch_methods, score.metrics, e) for e in epochs}
    base = scores[params.base]
    runs = runs_table(predictions, {name: level.factor for name, level in levels.items()})
    runs = runs.merge(pd.DataFrame(means), on="run", validate="one_to_one")
    tables = {
        "methods": methods_table(base, bootstrap=bootstrap),
        "valid": valid_table(base, VALID_BY, params.valid, bootstrap=bootstrap),
        "ranks": ranks_table(base, score.methods, metrics, params.alpha),
        "suitability": suitability_table(
            base, along.get(0), score.methods, metrics, method=params.method, bootstrap=bootstrap
        ),
        "randomisation": randomisation_table(
            pd.read_parquet(paths.RANDOMISED), bootstrap=bootstrap
        ),
        "stability": stability_table(pd.read_parquet(paths.STABILITY), bootstrap=bootstrap),
        "agreement": agreement_table(base, score.methods, metrics),
        "factors": factors_table(
            scores, predictions, words, base=params.base, method=params.method, bootstrap=bootstrap
        ),
        "progress": progress_table(
            along, predictions[params.base], method=params.method, bootstrap=bootstrap
        ),
        "trend": trend_table(along, method=params.method, first=1, bootstrap=bootstrap),
        "correlations": correlation_table(runs, score.metrics, bootstrap=bootstrap),
        "runs": runs,
    }
    with written_whole(paths.TABLES) as folder:
        folder.mkdir()
        for name, table in tables.items():
            write_csv(rounded_table(table), folder / f"{name}.csv")
        labels = {name: metric.label for name, metric in metrics.items()}
        write_text(to_markdown(tables["methods"], names, labels), folder / "methods.md")
        write_text(to_latex(tables["methods"], names, labels), folder / "methods.tex")
    write_json(summary(tables, params.base, list(OUTCOMES)), paths.METRICS)
    for name in score.metrics:
        of_metric = tables["methods"].query("metric == @name and method in @score.methods")
        told = ", ".join(f"{m} {v:.3f}" for m, v in of_metric[["method", "value"]].to_numpy())
        print(f"answers {name}: {told}")


def of_all_seeds(path_of: Callable[[str, str], str], level: str) -> pd.DataFrame:
    """The tables of a level as one, in the order of the seeds."""
    tables = [pd.read_parquet(path_of(level, entry)) for entry in load_seeds()]
    return pd.concat(tables, ignore_index=True).sort_values("seed", kind="stable")


if __name__ == "__main__":
    run(main)
