"""Where attributes are encoded, what is lost behind that, and whether architectures agree."""

from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd

from heed.base.names import readable
from heed.pages.number import DASH, Direction, Number
from heed.pages.wording import answer_by_direction, listed, networks, sentence
from heed.probing.page.question import Question
from heed.probing.page.words import correlation, depth, in_points, named, number, within
from heed.probing.tables.agreement import PUBLISHED
from heed.probing.tables.by_depth import ALL
from heed.probing.tables.printed import Printed

EXTREMES: Final = 4
"""Attributes that are named as the first and the last."""

Tables = Mapping[str, pd.DataFrame]


def where(tables: Tables, trained: Sequence[str], readable_share: float) -> Question:
    """Where is each attribute encoded?"""
    encoding = tables["encoding"]
    own = encoding[encoding["network"].isin(list(trained))]
    answer = []
    depths = own.groupby("attribute", sort=False)["readable_depth"].mean().dropna()
    ranked = depths.sort_values(kind="stable")
    average = ", on average over the networks," if len(trained) > 1 else ""
    if len(ranked) > 1 and ranked.iloc[0] == ranked.iloc[-1]:
        answer.append(f"All attributes become readable at {depth(ranked.iloc[0])} of the depth.")
    elif len(ranked) >= 2 * EXTREMES:
        first, last = list(ranked.index[:EXTREMES]), list(ranked.index[-EXTREMES:])
        answer.append(
            f"First to become readable{average} are {named(first)} (from "
            f"{_span(ranked.iloc[0], ranked.iloc[EXTREMES - 1])} of the depth on); last are "
            f"{named(last)} (from {_span(ranked.iloc[-EXTREMES], ranked.iloc[-1])} on)."
        )
    read = own[own["best_layer"] != ""]
    places = [
        f"{depth(of['best_depth'].median())} of the depth in {networks([readable(str(network))])} "
        f"(the last layer for {int((of['best_layer'] == of['last_layer']).sum())} of {len(of)} "
        "attributes)"
        for network, of in read.groupby("network", sort=False)
    ]
    if places:
        answer.append(f"The median attribute is read best at {listed(places)}.")
    for network, of in own.groupby("network", sort=False):
        nowhere = list(of.loc[of["best_layer"] == "", "attribute"])
        if nowhere:
            answer.append(
                f"Readable from no layer of {networks([readable(str(network))])}: {named(nowhere)}."
            )
    answer += sums_after_skips(tables["depth"], trained)
    return Question(
        "where",
        "Where is each attribute encoded?",
        tuple(answer) or ("Nothing is known: no layer was read.",),
        "An attribute is readable from the first layer on whose validation accuracy is at least "
        f"{100 * readable_share:g} % of the best layer's above chance. Depths are in "
        "layers of the network and have no interval: where a curve is flat, noise moves its "
        "highest point by several layers.",
        ("accuracy_by_depth", "accuracy_by_group", "attribute_by_depth"),
        ("Depths by group of attributes", groups_printed(own)) if len(own) else None,
    )


def groups_printed(encoding: pd.DataFrame) -> Printed:
    """Median depths of the attributes of each group, the first to become readable on top."""
    medians = encoding.groupby(["group", "network"])[["readable_depth", "best_depth"]].median()
    order = encoding.groupby("group")["readable_depth"].median().sort_values(kind="stable")
    names = list(dict.fromkeys(encoding["network"]))
    rows = []
    for group in order.index:
        row = [str(group)]
        for network in names:
            known = (group, network) in medians.index
            found = medians.loc[(group, network)] if known else None
            row.append(
                DASH
                if found is None
                else f"{depth(found['readable_depth'])} / {depth(found['best_depth'])}"
            )
        rows.append(row)
    note = (
        "Medians over the attributes of a group: the depth from which on an attribute is readable "
        "/ the depth of its best layer. The groups are Heed's."
    )
    return Printed(["Group", *map(readable, names)], rows, note)


def sums_after_skips(table: pd.DataFrame, trained: Sequence[str]) -> list[str]:
    """How often sums after a skip read more than the layer before them; without any nothing."""
    layers = table[(table["group"] == ALL) & (table["unit"] == "layer")]
    clauses = []
    for network in trained:
        own = layers[layers["network"] == network].sort_values("depth")
        steps = own["balanced_accuracy"].diff()[own["kind"] == "sum"].dropna()
        if len(steps):
            clauses.append(
                f"{int((steps > 0).sum())} of {len(steps)} places in "
                f"{networks([readable(network)])} (mean step {_signed_points(steps.mean())})"
            )
    if not clauses:
        return []
    return [
        "A sum after a skip reads more than the layer that was read just before it at "
        f"{listed(clauses)}."
    ]


def discarded(
    tables: Tables, trained: Sequence[str], controls: Mapping[str, str], confidence: float
) -> Question:
    """What does training for identity discard?"""
    answer = [*expression(tables, trained), *soft_and_geometry(tables, trained)]
    answer += against_controls(tables, controls, confidence)
    return Question(
        "discarded",
        "What does training for identity discard?",
        tuple(answer),
        "Loss: test balanced accuracy of the best layer, chosen on the validation draw, less that "
        "of the last layer. Expression: Smiling and Mouth Slightly Open. Soft attributes: hat, "
        "eyeglasses and colours of hair; geometry: Big Nose, Pointy Nose, Big Lips and Oval Face. "
        "Intervals are over test faces, trainings and, for groups of three attributes or more, "
        "attributes.",
        ("loss_behind_the_best_layer", "controls"),
    )


def expression(tables: Tables, trained: Sequence[str]) -> list[str]:
    """Does expression lose with depth, and more than other attributes do?"""
    own = tables["losses"].query("group == 'expression' and attributes > 0")
    losses = {row.network: number(row, "loss") for row in own.itertuples()}
    if not (findings := _findings(losses, trained)):
        return ["Nothing can be said of expression: no layer reads an attribute of it."]
    of_contrast = tables["contrasts"].query("quantity == 'loss'")
    more = {row.network: number(row, "difference") for row in of_contrast.itertuples()}
    openings: dict[Direction, str] = {
        "up": "expression is lost behind its best layer: by",
        "down": "expression is read better from the last layer than from the one chosen: by",
        "equal": "expression is read from the last layer as well as from the best:",
        "unclear": "whether expression is lost is not settled:",
    }
    told = [answer_by_direction(openings, findings)]
    against: dict[Direction, str] = {
        "up": "that is more than other attributes lose: by",
        "down": "that is less than other attributes lose: by",
        "equal": "that is as much as other attributes lose:",
        "unclear": "whether other attributes lose less is not settled:",
    }
    compared = _findings(more, trained)
    if compared:
        told.append(answer_by_direction(against, compared))
    for row in tables["losses_over_controls"].query("group == 'expression'").itertuples():
        own = losses.get(row.control)
        if own is None:
            continue
        difference = number(row, "difference")
        if difference.direction() == "missing":
            continue
        network = networks([readable(row.network)])
        size = in_points(-difference if difference.direction() == "down" else difference)
        verdict = {
            "up": f"that is less than {network} does, by {size}",
            "down": f"that is more than {network} does, by {size}",
            "equal": f"{network} does exactly as much",
        }.get(
            difference.direction(),
            f"whether {network} loses more is not settled: a difference of {size}",
        )
        control = networks([readable(row.control)])
        told.append(sentence([f"{control} loses {in_points(own)} of it", verdict]))
    return told


def soft_and_geometry(tables: Tables, trained: Sequence[str]) -> list[str]:
    """Are soft attributes read better than geometry?"""
    own = tables["contrasts"].query("quantity == 'accuracy'")
    found = _findings({row.network: number(row, "difference") for row in own.itertuples()}, trained)
    if not found:
        return ["Nothing can be said of soft attributes and geometry: those of one are not known."]
    openings: dict[Direction, str] = {
        "up": "soft attributes are read better than geometry: by",
        "down": "geometry is read better than soft attributes:",
        "equal": "soft attributes and geometry are read equally well:",
        "unclear": "whether soft attributes are read better than geometry is not settled:",
    }
    return [answer_by_direction(openings, found)]


def against_controls(tables: Tables, controls: Mapping[str, str], confidence: float) -> list[str]:
    """What training for identity adds to what whole layers let read, against each control."""
    told = []
    for row in tables["controls"].query("unit == 'layer'").itertuples():
        difference = number(row, "difference")
        names = networks([readable(row.network)]), networks([readable(row.control)])
        if difference.direction() == "missing":
            told.append(
                f"Nothing can be said of {names[0]} against {names[1]}: no attribute is read from "
                "both."
            )
            continue
        verb = {
            "up": "reads attributes better than",
            "down": "reads attributes worse than",
            "equal": "reads attributes exactly as well as",
        }.get(difference.direction())
        if verb is None:
            clause = (
                f"Whether {names[0]} reads attributes better than {names[1]} is not settled: "
                f"difference {in_points(difference)}"
            )
        else:
            size = in_points(difference if difference.value >= 0 else -difference)
            clause = f"{names[0][:1].upper()}{names[0][1:]} {verb} {names[1]}, by {size}"
        by = tables["controls_by_attribute"]
        own = by[(by["control"] == row.control) & by["difference"].notna()]
        worse = own[own["difference_high"] < 0].sort_values("difference", kind="stable")
        better = int((own["difference_low"] > 0).sum())
        names_worse = named(list(worse["attribute"])) if len(worse) else "none"
        by_chance = f"{100 * (1 - confidence):.3g} in 100"
        told.append(
            f"{clause}. Of {len(own)} attributes, each by itself, the interval of the difference "
            f"lies above 0 for {better or 'none'} and below 0 for {names_worse}; by chance "
            f"alone about {by_chance} would leave 0 out, or fewer."
        )
    return told or ([] if controls else ["There is no control: answers.controls names no network."])


def agreement(tables: Tables) -> Question:
    """Do the architectures agree?"""
    table = tables["agreement"]
    ours = table[table["second"] != PUBLISHED]
    answer = []
    if not len(ours):
        answer.append("No two networks of this study can be compared.")
    for quantity, words in (
        ("accuracy", "which attributes are read well"),
        ("readable_depth", "which attributes become readable early"),
    ):
        rows = ours[ours["quantity"] == quantity]
        numbers = {
            f"{readable(r.first)} and {readable(r.second)}": number(r, "spearman")
            for r in rows.itertuples()
        }
        openings: dict[Direction, str] = {
            "up": f"on {words} there is agreement between",
            "down": f"on {words} there is disagreement between",
            "unclear": f"on {words} agreement is not settled between",
            "missing": f"on {words} nothing can be said of",
        }
        clauses = []
        for direction, opening in openings.items():
            found = [
                pair
                if direction == "missing"
                else f"{pair} (rank correlation {within(correlation(each))})"
                for pair, each in numbers.items()
                if each.direction() == direction
            ]
            if found:
                clauses.append(f"{opening} {listed(found)}")
        if clauses:
            answer.append(sentence(clauses))
    thesis = table[table["second"] == PUBLISHED]
    every = {row.first: number(row, "spearman") for row in thesis.itertuples()}
    numbers = {name: each for name, each in every.items() if each.direction() != "missing"}
    if numbers:
        shown = [
            f"{correlation(each)} for {networks([readable(name)])}"
            for name, each in numbers.items()
        ]
        unsettled = [n for n, each in numbers.items() if each.direction() == "unclear"]
        rest = f" {networks([readable(n) for n in unsettled])}" if unsettled else ""
        answer.append(
            f"With the attributes' order in the thesis the rank correlation is {listed(shown)}"
            + (f"; an agreement with it is not settled for{rest}." if unsettled else ".")
        )
    return Question(
        "agreement",
        "Do the architectures agree?",
        tuple(answer),
        "Spearman's rank correlation over attributes, of the best layer's test balanced accuracy "
        "and of the depth from which on an attribute is readable; with the thesis, of plain "
        "accuracy on its CelebA. The bootstrap draws attributes.",
        ("networks_compared",),
    )


def _findings(
    numbers: Mapping[str, Number], among: Sequence[str]
) -> dict[str, tuple[Direction, str]]:
    """By network which way its number points and how it is told; without what is missing."""
    return {
        readable(name): (each.direction(), in_points(each))
        for name, each in numbers.items()
        if name in among and each.direction() != "missing"
    }


def _span(low: float, high: float) -> str:
    """Two depths, or one where they are printed alike."""
    told = [depth(low), depth(high)]
    return told[0] if told[0] == told[1] else f"{told[0]} to {told[1]}"


def _signed_points(share: float) -> str:
    return f"{100 * share:+.1f} points".replace("-", "\N{MINUS SIGN}")
