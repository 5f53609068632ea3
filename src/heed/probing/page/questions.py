"""The page's questions, answered in sentences that follow the numbers."""

from collections.abc import Mapping, Sequence
from math import isnan

import numpy as np
import pandas as pd

from heed.base.names import readable
from heed.pages.number import Number
from heed.pages.wording import listed, networks
from heed.probing.page.layers import agreement, discarded, where
from heed.probing.page.question import Question
from heed.probing.page.units import audit_link, few_units, finds_units
from heed.probing.page.words import in_percent, number
from heed.probing.schema import UNITS
from heed.probing.settings import AnswersParams
from heed.probing.tables import printed
from heed.probing.tables.baselines import MULTITASK, OURS
from heed.probing.tables.published import BASELINES, LABELS, published_accuracy


def questions(tables: Mapping[str, pd.DataFrame], params: AnswersParams) -> list[Question]:
    """The questions in their order.

    Args:
        tables: of the stage answers, by name.
        params: which networks, and what counts as readable and as near.
    """
    trained = list(params.networks)
    asked = [
        where(tables, trained, params.readable),
        few_units(tables, trained, params.near),
        discarded(tables, trained, params.controls, params.confidence),
        agreement(tables),
        finds_units(tables),
        audit_link(tables, params.audit),
        persons(tables["recognition"], params),
        beside_others(tables, trained),
    ]
    return [without_empty(question, tables) for question in asked]


def persons(recognition: pd.DataFrame, params: AnswersParams) -> Question:
    """How well do the networks know persons?"""
    answer = []
    for row in recognition.itertuples():
        name, identified = networks([readable(row.network)]), number(row, "identification")
        pairs = (
            f"tells {in_percent(number(row, 'verification'))} rightly whether they show one person."
        )
        answer.append(
            f"Of pairs of images of persons that it may not know, {name} {pairs}"
            if identified.direction() == "missing"  # one that was not trained here
            else f"Of images of the persons that it was trained on, {name} names "
            f"{in_percent(identified)} rightly; of pairs of images of other persons it {pairs}"
        )
    if len(recognition) and (recognition["seeds"] == 1).all():
        answer.append("Each was trained once: how far another training would differ is not known.")
    published = [
        f"{LABELS[name]} {in_percent(Number(mean))}"
        for name, mean in (
            (row.beside, row.identification_published)
            for row in recognition.assign(
                beside=[params.networks[name] for name in recognition["network"]]
            ).itertuples()
        )
        if name
    ]
    note = (
        f"In the thesis, on VGGFace2: {listed(published)}. With other "
        "persons, or fewer of them, the numbers do not compare. "
        if published
        else ""
    )
    return Question(
        "persons",
        "How well do the networks know persons?",
        tuple(answer) or ("Nothing is known: no network's recognition was measured.",),
        f"{note}Intervals are over trainings.",
        (),
        ("Table 5.1", printed.recognition(recognition, params.networks))
        if len(recognition)
        else None,
    )


def beside_others(tables: Mapping[str, pd.DataFrame], trained: Sequence[str]) -> Question:
    """How do probes compare with classifiers that were trained on the attributes?"""
    table, averages = tables["baselines"], tables["averages"]
    answer = []
    own = table[(table["of"] == OURS) & (table["classifier"] == MULTITASK)]
    for row in own.itertuples():
        answer.append(
            "Trained on all attributes at once, our multitask baseline has a mean accuracy of "
            f"{in_percent(number(row, 'accuracy'))} and a mean balanced accuracy of "
            f"{in_percent(number(row, 'balanced_accuracy'))}."
        )
    means = published_accuracy().drop(columns="attribute").mean()
    multitask = means["multitask_resnet50"]
    if own.empty:
        answer.append("No network of this study was trained on the attributes themselves.")
    known = averages[averages["network"].isin(list(trained)) & averages["accuracy"].notna()]
    for unit in ("layer", "channel", "neuron"):
        rows = known[known["unit"] == unit]
        found = [
            f"{in_percent(number(row, 'accuracy'))} in {networks([readable(row.network)])}"
            + ("" if isnan(row.published) else f" (thesis {in_percent(Number(row.published))})")
            for row in rows.itertuples()
        ]
        if found:
            answer.append(f"Mean accuracy of the best {unit}: {listed(found)}.")
    fewer = known.loc[known["attributes"] < len(published_accuracy()), "attributes"]
    if len(fewer):
        answer.append(
            f"These are means over the attributes that probes could be formed for, {fewer.min()} "
            f"of {len(published_accuracy())}, and so are the thesis' numbers beside them."
        )
    ratio = [float(means[f"{name}_layer"] / multitask) for name in LABELS]
    thesis = (
        f"In the thesis the best layers reach {100 * min(ratio):.0f} to {100 * max(ratio):.0f} % "
        "of the multitask baseline's mean accuracy"
    )
    if len(own):
        base = float(own["accuracy"].iloc[0])
        ours = known.loc[known["unit"] == "layer", "accuracy"].to_numpy(np.float64) / base
        if len(ours):
            ends = dict.fromkeys((f"{100 * ours.min():.0f}", f"{100 * ours.max():.0f}"))
            thesis += f"; here they reach {' to '.join(ends)} %"
    answer.append(f"{thesis}.")
    others = [f"{b.name} {100 * b.accuracy:.1f} %" for b in BASELINES]
    return Question(
        "beside",
        "How do probes compare with classifiers of attributes?",
        tuple(answer),
        f"Published classifiers: {listed(others)}; Table 5.3 of the thesis names the numbers, and "
        "the first two are named here by their values. A probe is trained on as many faces with an "
        "attribute as without, a classifier on all: on test faces of which few have an attribute "
        "plain accuracy favours the classifier, and so balanced accuracy stands beside it.",
        (),
        ("Table 5.3", printed.baselines(table)),
    )


def undefined_sentences(table: pd.DataFrame) -> list[str]:
    """Which probes could not be formed, and why."""
    told = []
    for row in table.itertuples():
        why = row.why if isinstance(row.why, str) and row.why else "no reason is stored"
        told.append(
            f"{networks([readable(row.network)])}, {UNITS[row.unit]}: {row.probes:,} of {row.of:,} "
            f"({why})"
        )
    return told


NEEDS = {
    "vip_and_accuracy": "vip_steps",
    "vip_histogram": "vip_histogram",
    "silencing": "silencing_by_layer",
    "controls": "controls_by_attribute",
    "networks_compared": "agreement",
    "depth_and_maps": "audit",
}
"""Figures that show nothing where a table has no rows."""


def without_empty(question: Question, tables: Mapping[str, pd.DataFrame]) -> Question:
    """The question without figures that would show nothing."""
    shown = tuple(
        name for name in question.figures if name not in NEEDS or len(tables[NEEDS[name]])
    )
    return Question(
        question.anchor, question.title, question.answer, question.note, shown, question.table
    )
