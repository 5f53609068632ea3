"""What is behind the page's numbers: how many test faces, and how many trainings."""

from collections.abc import Sequence
from typing import Final

import pandas as pd

from heed.base.names import readable
from heed.pages.wording import listed, networks

NAMED: Final = 8
"""Attributes of few faces that are named, those of the fewest."""


def faces_sentences(table: pd.DataFrame, few: int) -> list[str]:
    """How many test faces there are, and for which attributes they are few.

    Args:
        table: of :func:`heed.probing.tables.face_counts.face_counts_table`.
        few: attributes with fewer faces of a class are counted, and some of them named.
    """
    known = table.dropna()
    if known.empty:
        return ["How many test faces there are is not stored; intervals are over trainings alone."]
    every = int((known["positives"] + known["negatives"]).max())
    told = [f"All is read on {every:,} test face{'s' * (every != 1)}."]
    least = known[["positives", "negatives"]].min(axis=1)
    rare = known[least < few]
    if len(rare):
        found = [
            f"{readable(str(row.attribute))} ({row.positives:.0f} with it, {row.negatives:.0f} "
            "without)"
            for row in rare.assign(least=least).nsmallest(NAMED, "least").itertuples()
        ]
        if len(rare) > NAMED:
            found.append(f"{len(rare) - NAMED} more")
        told.append(
            f"Few faces are behind {len(rare)} of {len(known)} attributes, fewer than {few} with "
            f"it or without it: {listed(found)}. What is said of them, and of means that they are "
            "part of, rests on these."
        )
    return told


def trainings_sentence(attributes: pd.DataFrame, among: Sequence[str]) -> list[str]:
    """Which networks were made once; empty if none was.

    Args:
        attributes: of :func:`heed.probing.tables.best_units.attributes_table`.
        among: the networks that the page is about.
    """
    seeds = attributes.groupby("network")["seeds"].max()
    once = [name for name in among if seeds.get(name, 0) == 1]
    if not once:
        return []
    if len(once) == len(among):
        return [
            "Each network was made once, with one seed: how far another would differ is not known, "
            "and no interval below has it in."
        ]
    which = networks([readable(name) for name in once])
    verb = "was" if len(once) == 1 else "were"
    return [
        f"{which[:1].upper()}{which[1:]} {verb} made once, with one seed: how far another would "
        "differ is taken from the other networks, or not known."
    ]
