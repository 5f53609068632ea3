"""The page's answers in a few sentences, in front of the six questions."""

from collections.abc import Mapping

import pandas as pd

from heed.methods.map_names import map_name
from heed.methods.page.checks import sound_methods
from heed.methods.page.methods_and_metrics import faults_of, leading_groups, times_leading
from heed.pages.number import Number
from heed.pages.wording import listed, sentence


def brief(tables: Mapping[str, pd.DataFrame], labels: Mapping[str, str], method: str) -> list[str]:
    """What the questions come to; what was not measured has no sentence.

    Args:
        tables: of the stage answers, by name.
        labels: by metric or outcome its name.
        method: whose scores are followed along factors.
    """
    ranks, metrics = tables["ranks"], list(tables["suitability"]["metric"])
    told_all = _methods(ranks, tables["randomisation"], tables["stability"])
    sound = [labels[row["metric"]] for row in _rows(tables["suitability"]) if not faults_of(row)]
    told_all.append(f"suitable by every check as a metric: {listed(sound) or 'none'}")
    told_all += _factors(tables["factors"], metrics, method)
    told_all += _accuracy(tables["correlations"], metrics)
    return [sentence([words]) for words in told_all]


def _methods(
    ranks: pd.DataFrame, randomisation: pd.DataFrame, stability: pd.DataFrame
) -> list[str]:
    methods = list(dict.fromkeys(ranks["method"]))
    sound = sound_methods(randomisation, stability, methods)
    leading, telling = times_leading(leading_groups(ranks))
    if not leading or sound is None:
        return []
    if not sound:
        return ["no method changes with random weights and is steady under noise"]
    most = max(leading.get(name, 0) for name in sound)
    first = [map_name(name) for name in sound if leading.get(name, 0) == most]
    return [
        f"of the methods whose maps change with random weights and are steady under noise "
        f"({listed([map_name(name) for name in sound])}), {listed(first)} "
        f"{'is' if len(first) == 1 else 'are'} most often in the leading group: by {most} of "
        f"{telling} metrics"
    ]


def _factors(factors: pd.DataFrame, metrics: list[str], method: str) -> list[str]:
    """The level that moves most scores for certain, and how many move none."""
    moved: dict[str, int] = {}
    for row in _rows(factors[factors["outcome"].isin(metrics)]):
        name = f"{row['factor']} ({row['value']})"
        number = Number.of(row, "difference")
        moved[name] = moved.get(name, 0) + (number.direction() in ("up", "down"))
    if not moved:
        return []
    most = max(moved.values())
    if not most:
        return [f"no change of the training moves a score of {map_name(method)} for certain"]
    first = [name for name, count in moved.items() if count == most]
    none = sum(count == 0 for count in moved.values())
    verb, rest = "moves" if len(first) == 1 else "move", "moves" if none == 1 else "move"
    return [
        f"of {len(moved)} changes of the training, {listed(first)} {verb} the most scores of "
        f"{map_name(method)} for certain, {most} of {len(metrics)}; {none or 'none'} {rest} no "
        "score at all"
    ]


def _accuracy(correlations: pd.DataFrame, metrics: list[str]) -> list[str]:
    by = correlations[correlations["by"] == "accuracy"]
    directions = [Number.of(row, "spearman").direction() for row in _rows(by)]
    if not directions or set(directions) == {"missing"}:
        return []
    up, down = directions.count("up"), directions.count("down")
    return [
        f"networks that are more often right score higher by {up or 'none'} of {len(metrics)} "
        f"metrics and lower by {down or 'none'}"
    ]


def _rows(table: pd.DataFrame) -> list[dict]:
    return [row._asdict() for row in table.itertuples(index=False)]
