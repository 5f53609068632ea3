"""What the levels of factors change, in sentences."""

from collections.abc import Iterable, Mapping

import pandas as pd

from heed.pages.number import Number, told
from heed.pages.wording import listed, sentence


def factor_sentences(
    factors: pd.DataFrame, among: Iterable[str], labels: Mapping[str, str]
) -> list[str]:
    """A sentence for each level of some factors: which scores it raises or lowers for certain."""
    sentences = []
    for factor in among:
        of_factor = factors[factors["factor"] == factor]
        for _, rows in of_factor.groupby("level", sort=False):
            found: dict[str, list[str]] = {"up": [], "down": []}
            for row in rows.itertuples():
                number = Number(row.difference, row.difference_low, row.difference_high)
                direction = number.direction()
                if direction in found:
                    by = told(-number if direction == "down" else number, "share")
                    found[direction].append(f"{labels[row.outcome]} by {by}")
            clauses = [
                f"{verb} {listed(found[direction])}"
                for direction, verb in (("up", "raises"), ("down", "lowers"))
                if found[direction]
            ]
            name = f"{factor} ({rows['value'].iloc[0]})"
            sentences.append(
                sentence([f"{name} {' and '.join(clauses)}"])
                if clauses
                else sentence([f"{name} changes nothing that the intervals settle"])
            )
    return sentences
