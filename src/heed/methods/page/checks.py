"""What the checks of the methods themselves say: random weights."""

from typing import Final

import pandas as pd

from heed.base.names import readable
from heed.pages.number import Number, printed, told
from heed.pages.wording import listed, sentence

RANDOMISATION_NOTE: Final = (
    "The check with random weights (Adebayo et al. 2018) gives the network's blocks random "
    "weights, from the output down, and asks for maps that change. It is read where all blocks but "
    "the lowest are random: a method fails whose map is then more alike to the trained network's "
    "map than that network's maps of other images are, and than a correlation of 0.1."
)

VERDICTS: Final = {True: "changes", False: "stays", None: "not settled"}

OTHER_MEASURES: Final = {
    "absolute": "by the rank correlation of absolute values",
    "ssim": "by structural similarity",
}


def randomisation_sentences(randomisation: pd.DataFrame) -> list[str]:
    """Which methods pass the check with random weights; none where it was not made.

    Args:
        randomisation: of :func:`heed.methods.tables.randomisation.randomisation_table`.
    """
    deciding = _deciding(randomisation)
    if deciding.empty:
        return []
    groups: dict[bool | None, list[str]] = {}
    for row in deciding[deciding["measure"] == "rank"].itertuples():
        number = Number(row.likeness, row.likeness_low, row.likeness_high)
        others = printed(row.others, "share", signed=True)
        words = f"{readable(row.method)} ({told(number, 'share', signed=True)}, others {others})"
        groups.setdefault(verdict(row.passes), []).append(words)
    openings = {
        False: "with all blocks random but the lowest, maps still are those of the image, whatever "
        "the network has learnt, by",
        True: "they have changed by",
        None: "it is not settled for",
    }
    clauses = [f"{words} {listed(groups[v])}" for v, words in openings.items() if v in groups]
    return [sentence(clauses), *_disagreements(deciding)]


def check_table(randomisation: pd.DataFrame) -> pd.DataFrame:
    """One row per method: how alike its maps stay, and the verdict by each measure."""
    deciding = _deciding(randomisation)
    rows = []
    for method, of_method in deciding.groupby("method", sort=False):
        by = {row.measure: row for row in of_method.itertuples()}
        rank = by["rank"]
        number = Number(rank.likeness, rank.likeness_low, rank.likeness_high)
        by_rank = randomisation[randomisation["measure"] == "rank"]
        steps = by_rank[by_rank["method"] == method]
        rows.append(
            {
                "Map": readable(str(method)),
                "With random weights": VERDICTS[verdict(rank.passes)],
                "Rank correlation": told(number, "share", signed=True),
                "Of other images": printed(rank.others, "share", signed=True),
                "Changes from this block on": _from_block_on(steps),
                "By absolute values": VERDICTS[verdict(by["absolute"].passes)],
                "By structural similarity": VERDICTS[verdict(by["ssim"].passes)],
            }
        )
    return pd.DataFrame(rows)


def verdict(passes: object) -> bool | None:
    """The column ``passes``, in memory or as it is read from a csv file."""
    if passes is None or passes != passes:
        return None
    return str(passes) == "True"


def _from_block_on(steps: pd.DataFrame) -> str:
    """The block from which on maps have changed at every step."""
    found = "none"
    for row in steps.iloc[::-1].itertuples():
        if verdict(row.passes) is not True:
            break
        found = readable(row.block)
    return found


def _deciding(randomisation: pd.DataFrame) -> pd.DataFrame:
    return randomisation[randomisation["decides"].astype(bool)]


def _disagreements(deciding: pd.DataFrame) -> list[str]:
    """Where another measure settles otherwise than the rank correlation does."""
    of_rank = deciding[deciding["measure"] == "rank"].set_index("method")["passes"]
    clauses = []
    for measure, words in OTHER_MEASURES.items():
        found: dict[bool, list[str]] = {}
        for row in deciding[deciding["measure"] == measure].itertuples():
            says = verdict(row.passes)
            if says is not None and says is not verdict(of_rank[row.method]):
                found.setdefault(says, []).append(readable(row.method))
        told_all = [
            f"{listed(found[says])} {'changes' if says else 'stays'}"
            for says in (False, True)
            if says in found
        ]
        if told_all:
            clauses.append(f"{words}, {listed(told_all)}")
    return [sentence(clauses)] if clauses else []
