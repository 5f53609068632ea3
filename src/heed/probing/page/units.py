"""In how few units attributes are encoded, and whether VIP finds the units."""

from collections.abc import Mapping, Sequence

import pandas as pd

from heed.base.names import readable
from heed.pages.number import Direction
from heed.pages.wording import listed, networks, sentence
from heed.probing.page.question import Question
from heed.probing.page.words import correlation, depth, in_percent, in_points, number, within
from heed.probing.schema import UNITS
from heed.probing.tables import printed
from heed.probing.tables.published import (
    ACTIVATION_CORRELATION,
    LARGEST_DROP,
    VIP_CORRELATION,
)

Tables = Mapping[str, pd.DataFrame]

WORDS = {"neuron": "one neuron", "neurons": "eight neurons", "channel": "one channel",
         "channels": "eight channels"}  # fmt: skip

BEST = 3
"""Attributes that are named as those that one neuron reads best."""


def few_units(tables: Tables, trained: Sequence[str], near: float) -> Question:
    """In how few units is an attribute encoded?"""
    table = tables["few_units"]
    own = table[table["network"].isin(list(trained))]
    answer = []
    for unit, words in WORDS.items():
        rows = list(own[(own["unit"] == unit) & (own["of"] > 0)].itertuples())
        if not rows:
            continue
        counts = [
            f"{r.near} of {r.of}{' attributes' * (not n)} in {networks([readable(r.network)])}"
            for n, r in enumerate(rows)
        ]
        losses = [
            f"{in_points(number(r, 'loss'))} in {networks([readable(r.network)])}" for r in rows
        ]
        verb = "read" if words.startswith("eight") else "reads"
        answer.append(
            f"About as well as the best whole layer {words} {verb} {listed(counts)}. On average "
            f"over the attributes the loss is {listed(losses)}."
        )
    of_neurons = tables["attributes"].query("unit == 'neuron'")
    for network in trained:
        best = of_neurons[of_neurons["network"] == network].dropna(subset=["balanced_accuracy"])
        if len(best):
            best = best.nlargest(BEST, "balanced_accuracy")
            found = [
                f"{readable(r.attribute)} ({within(in_percent(number(r, 'balanced_accuracy')))}; "
                f"in {r.layer})"
                for r in best.itertuples()
            ]
            answer.append(
                f"What a single neuron of {networks([readable(network)])} reads best is "
                f"{listed(found)}."
            )
    return Question(
        "units",
        "In how few units?",
        tuple(answer) or ("Nothing is known: no unit was read.",),
        f"About as well: at most {100 * near:g} points of test balanced accuracy below the best "
        "layer. Units are those with the highest VIP of a layer, chosen over the layers on the "
        "validation draw. Units and layer are read on the same faces, but the intervals, over test "
        "faces, trainings and attributes, take them for independent, which makes them wide.",
        ("best_units",),
    )


def finds_units(tables: Tables) -> Question:
    """Does VIP find the units, and do later layers need them?"""
    answer = [*vip_sentences(tables["vip"]), *silencing_sentences(tables["silencing"])]
    with_table = len(tables["silencing"]) > 0
    return Question(
        "vip",
        "Does VIP find the units that matter?",
        tuple(answer) or ("It was not asked: no network has single neurons or silent ones.",),
        f"Of the thesis: a mean correlation of {VIP_CORRELATION} for VIP and of "
        f"{ACTIVATION_CORRELATION} for mean activation; Table 5.4 has no drop above "
        f"{LARGEST_DROP:.2f}, whose unit it does not say. Correlations are Pearson's, within a "
        "layer and attribute, with the accuracy of classifiers that are given one neuron; their "
        "intervals are over trainings and attributes. Those of drops are over trainings, and over "
        "attributes where there are three or more.",
        ("vip_and_accuracy", "vip_histogram", "silencing"),
        ("Points of accuracy that later layers lose on average (the thesis' Table 5.4)",
         printed.silencing(tables["silencing"])) if with_table else None,
    )  # fmt: skip


def vip_sentences(table: pd.DataFrame) -> list[str]:
    """How VIP and mean activation go with accuracy, network by network."""
    told = []
    for network, of in table.groupby("network", sort=False):
        rows = {row.by: row for row in of.itertuples()}
        by_vip, by_activation, difference = (
            number(rows[name], "pearson") for name in ("vip", "mean_activation", "difference")
        )
        if by_vip.direction() == by_activation.direction() == "missing":
            told.append(
                f"In {networks([readable(str(network))])} neither VIP nor mean activation can be "
                "held against the accuracy of single neurons: in no projection do they vary."
            )
            continue
        verdict = {
            "up": "VIP tells more",
            "down": "mean activation tells more",
            "equal": "neither tells more",
        }.get(difference.direction(), "which tells more is not settled")
        told.append(
            f"In {networks([readable(str(network))])} VIP goes with the accuracy of single neurons "
            f"at {correlation(by_vip)}, mean activation at {correlation(by_activation)}; {verdict} "
            f"(difference {within(correlation(difference))}; over {rows['vip'].projections} "
            "projections)."
        )
    return told


def silencing_sentences(table: pd.DataFrame) -> list[str]:
    """What later layers lose at most when neurons are silent, and how much of it is settled."""
    if not len(table):
        return []
    known = table.dropna(subset=["drop"])
    if known.empty:
        return ["No drop behind silent neurons is defined."]
    row = next(known.loc[[known["drop"].idxmax()]].itertuples())
    clear = int((known["drop_low"] > 0).sum())
    if row.drop <= 0:
        return [
            "When the neurons with the highest VIP are silent, later layers lose nothing on "
            f"average, in any of {len(known)} settings."
        ]
    told = [
        "When the neurons with the highest VIP are silent, later layers lose "
        f"{in_points(number(row, 'drop'))} on average at most: in "
        f"{networks([readable(row.network)])}, with {depth(row.share)} of the neurons silent at "
        f"{depth(row.silenced_depth / 100)} of the depth, read from the {UNITS[row.unit]}."
    ]
    bounded = int(known["drop_low"].notna().sum())
    if bounded == 0:
        told.append(
            f"None of the {len(known)} settings has an interval, which takes a second training or "
            "a third attribute: nothing of it is settled."
        )
    else:
        told.append(
            f"In {clear} of {bounded} settings the interval lies above 0"
            + ("." if clear else ": nowhere is it settled that later layers need these neurons.")
        )
    return told


def audit_link(tables: Tables, models: Mapping[str, str]) -> Question:
    """Are attributes that become readable early looked at in the right place?"""
    labels = {"amr": "AMR", "pe": "proportional energy"}
    answer = []
    for (network, model), of in tables["audit_correlations"].groupby(
        ["network", "model"], sort=False
    ):
        clauses = []
        for row in of.itertuples():
            each = number(row, "spearman")
            words: dict[Direction, str] = {
                "up": "attributes that become readable late have maps with a higher",
                "down": "attributes that become readable early have maps with a higher",
                "unclear": "no relation is settled with",
                "missing": "nothing can be said of",
            }
            if each.direction() == "missing":
                clauses.append(f"{words['missing']} {labels[row.score]}")
                continue
            opening = words.get(each.direction(), "there is no relation with")
            clauses.append(
                f"{opening} {labels[row.score]} (rank correlation {within(correlation(each))}; "
                f"over {row.n} attributes)"
            )
        answer.append(
            sentence(
                [f"of {networks([readable(str(network))])} (in the audit: {model})", *clauses]
            ).replace("; ", ", ", 1)
        )
    missing = [name for name in models if name not in set(tables["audit"]["network"])]
    if missing:
        answer.append(
            f"For {networks([readable(name) for name in missing])} the audit's tables have no "
            "scores of maps: run the audit, and then this study again."
        )
    if not models:
        answer.append("No probed network is one of the audit's (answers.audit names none).")
    return Question(
        "maps",
        "Does the audit's classifier look in the right place for what it reads early?",
        tuple(answer),
        "Spearman's rank correlation over attributes between the depth from which on an attribute "
        "is readable and the mean score of the classifier's maps of it in the audit: acceptable "
        "mask ratio of all faces, proportional energy of those for which it predicts the "
        "attribute. The maps are of its last features, not of the layer in question; the bootstrap "
        "draws attributes.",
        ("depth_and_maps",),
    )
