"""What runs of the study of attention changed: in the attribute that they led, and elsewhere."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import pandas as pd

from heed.attention import paths
from heed.base.errors import InputError
from heed.base.names import readable
from heed.explorer.study_tables import Shown, shown

IN_PAIR: Final = (
    ("recall", "E1"), ("recall", "E2"), ("fpr", "without_attribute"),
    ("proportional_energy", "E1"), ("proportional_energy", "E2"),
    ("amr", "E1"), ("amr", "E2"),
)  # fmt: skip
"""What is told of a pair's attribute, in this order: a quantity, and the faces that it is of."""

QUANTITIES: Final = {
    "recall": "Recall",
    "fpr": "False positive rate",
    "error_rate": "Error rate",
    "proportional_energy": "PE in the region",
    "amr": "AMR of the region",
}

FACES: Final = {
    "E1": "with attribute and confounder (E1)",
    "E2": "with the attribute alone (E2)",
    "without_attribute": "without the attribute",
    "test": "all test faces",
}

INTERVALS: Final = "Intervals of 95 % over faces and trainings."


def attention_runs(study: str | os.PathLike[str]) -> Shown:
    """The runs of the study of attention that led maps, and the pairs that they led.

    Args:
        study: its folder, such as ``studies/attention``.

    Returns:
        A row for each run and pair: ``run``, ``label``, ``loss``, ``pair``, ``attribute``,
        ``confounder``, ``seeds``.
    """

    def made(runs: pd.DataFrame, sets: pd.DataFrame) -> pd.DataFrame:
        led = runs[runs["kind"] == "guided"].assign(
            pair=lambda table: table["pairs"].astype(str).str.split()
        )
        pairs = sets[["pair", "attribute", "confounder"]].drop_duplicates("pair")
        table = led.explode("pair").merge(pairs, "inner", "pair")
        return table[["run", "label", "loss", "pair", "attribute", "confounder", "seeds"]]

    columns = (
        ("run", "label", "kind", "loss", "pairs", "seeds"),
        ("pair", "attribute", "confounder"),
    )
    return _of_attention(study, ("runs", "sets"), columns, made, "Runs that led maps.")


def before_and_after(study: str | os.PathLike[str], run: str) -> Shown:
    """What a run of the study of attention changed in the attribute that it led.

    Args:
        study: folder of the study.
        run: name of the run.

    Returns:
        A row for each of :data:`IN_PAIR` and each pair of the run: ``pair``, ``quantity``, ``of``
        (faces), ``faces`` (their number), ``before`` (the network that it started from),
        ``control`` (BCE alone, NaN where there was no such run), ``after``; ``change`` from before
        to after, ``change_low``, ``change_high``.
    """

    def made(runs: pd.DataFrame, values: pd.DataFrame, changes: pd.DataFrame) -> pd.DataFrame:
        start, control = _start_and_control(runs, run)
        keys = ["pair", "quantity", "set"]
        after = values[(values["run"] == run) & values["pair"].notna()]
        table = after[[*keys, "faces", "value"]].rename(columns={"value": "after"})
        for name, of in (("before", start), ("control", control)):
            other = values[values["run"] == of][[*keys, "value"]]
            table = table.merge(other.rename(columns={"value": name}), "left", keys)
        change = changes[(changes["run"] == run) & (changes["against"] == start)]
        change = change[[*keys, "difference", "difference_low", "difference_high"]]
        table = table.merge(change, "left", keys)
        places = {each: place for place, each in enumerate(IN_PAIR)}
        place = [places.get(each, -1) for each in zip(table["quantity"], table["set"], strict=True)]
        table = table.assign(place=place)[lambda each: each["place"] >= 0]
        table = table.sort_values(["pair", "place"], kind="stable")
        return pd.DataFrame(
            {
                "pair": table["pair"],
                "quantity": table["quantity"].map(QUANTITIES),
                "of": table["set"].map(FACES),
                **{name: table[name] for name in ("faces", "before", "control", "after")},
                "change": table["difference"],
                "change_low": table["difference_low"],
                "change_high": table["difference_high"],
            }
        )

    value = ("run", "pair", "quantity", "set")
    columns = (
        ("run", "kind"),
        (*value, "faces", "value"),
        (*value, "against", "difference", "difference_low", "difference_high"),
    )
    caption = (
        f"Run {run}: the attribute whose maps it led. Before is the network that it started from, "
        f"control the same training by BCE alone. {INTERVALS}"
    )
    return _of_attention(study, ("runs", "values", "differences"), columns, made, caption)


def attributes_before_and_after(
    study: str | os.PathLike[str], run: str, quantity: str = "error_rate"
) -> Shown:
    """What a run of the study of attention did to every attribute.

    Args:
        study: folder of the study.
        run: name of the run.
        quantity: ``error_rate``, ``amr``, ``proportional_energy`` or ``contribution``.

    Returns:
        A row for each attribute, those that the run led first, then by how much they changed:
        ``attribute``, ``led``, ``before``, ``control``, ``after``, ``change``, ``change_low``,
        ``change_high``.
    """

    def made(runs: pd.DataFrame, values: pd.DataFrame, changes: pd.DataFrame) -> pd.DataFrame:
        start, control = _start_and_control(runs, run)
        of = values[values["quantity"] == quantity].set_index("attribute")
        change = changes[
            (changes["run"] == run)
            & (changes["against"] == start)
            & (changes["quantity"] == quantity)
        ].set_index("attribute")
        table = pd.DataFrame({"led": change["led"].astype(bool)})
        for name, who in (("before", start), ("control", control), ("after", run)):
            table[name] = of[of["run"] == who]["value"].reindex(table.index)
        table["change"] = change["difference"]
        table["change_low"] = change["difference_low"]
        table["change_high"] = change["difference_high"]
        size = table["change"].abs()
        order = size.where(~table["led"], float("inf")).sort_values(ascending=False, kind="stable")
        return table.loc[order.index].reset_index()

    columns = (
        ("run", "kind"),
        ("run", "attribute", "quantity", "value"),
        ("run", "against", "attribute", "led", "quantity", "difference", "difference_low",
         "difference_high"),
    )  # fmt: skip
    caption = (
        f"Run {run}: {readable(quantity)} of every attribute, before and after it, and of the same "
        f"training by BCE alone. {INTERVALS}"
    )
    return _of_attention(study, ("runs", "attributes", "changes"), columns, made, caption)


def _start_and_control(runs: pd.DataFrame, run: str) -> tuple[str, str | None]:
    """The network that a run started from, and the control, if there is one.

    Raises:
        InputError: there is no such run.
    """
    if run not in set(runs["run"]):
        raise InputError(f"run: found {run!r}; expected one of {', '.join(runs['run'])}")
    start = runs.loc[runs["kind"] == "start", "run"]
    control = runs.loc[runs["kind"] == "control", "run"]
    if not len(start):
        raise InputError("runs.csv: found no run of the kind start; run `dvc repro` in the study")
    return str(start.iloc[0]), str(control.iloc[0]) if len(control) else None


def _of_attention(
    study: str | os.PathLike[str],
    tables: Sequence[str],
    columns: Sequence[Sequence[str]],
    made: Callable[..., pd.DataFrame],
    caption: str,
) -> Shown:
    return shown(
        Path(study), [f"{paths.TABLES}/{name}.csv" for name in tables], columns, made, caption
    )
