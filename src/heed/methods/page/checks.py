"""What the checks of the methods themselves say: random weights, and small noise."""

from collections.abc import Sequence
from typing import Final

import pandas as pd

from heed.base.names import readable
from heed.methods.map_names import map_name
from heed.pages.number import Number, printed, told, within
from heed.pages.wording import listed, sentence

RANDOMISATION_NOTE: Final = (
    "The check with random weights (Adebayo et al. 2018) gives the network's blocks random "
    "weights, from the output down, and asks for maps that change. It is read where all blocks but "
    "the lowest are random: a method fails whose map is then more alike to the trained network's "
    "map than that network's maps of other images are, and than a correlation of 0.1."
)

STABILITY_NOTE: Final = (
    "Under small noise in the image, draws that turn the answer around left out, a map's largest "
    "change relative to the map is its max-sensitivity (Yeh et al. 2019); a stable method's maps "
    "move less than from one image to another."
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
        groups.setdefault(verdict(row.passes), []).append(map_name(row.method))
    openings = {
        False: "with all blocks random but the lowest, maps still follow the image, whatever the "
        "network has learnt, for",
        True: "they have changed for",
        None: "it is not settled for",
    }
    clauses = [f"{words} {listed(groups[v])}" for v, words in openings.items() if v in groups]
    return [sentence(clauses), *_disagreements(deciding)]


def stability_sentences(stability: pd.DataFrame) -> list[str]:
    """How far noise moves the maps of each method; none where that was not measured.

    Args:
        stability: of :func:`heed.methods.tables.stability.stability_table`.
    """
    known = stability[stability["change"].notna()]
    if known.empty:
        return []
    ordered = known.sort_values("change", kind="stable")
    names = [map_name(name) for name in ordered["method"]]
    numbers = [within(Number.of(row._asdict(), "change"), "share") for row in ordered.itertuples()]
    moved = f"the maps of {names[0]} ({numbers[0]})"
    if len(names) > 1:
        moved = f"the maps of {names[0]} least ({numbers[0]}) and those of {names[-1]} most"
        moved = f"{moved} ({numbers[-1]})"
    clauses = [f"small noise that leaves the answer moves {moved}"]
    unstable = [map_name(r.method) for r in ordered.itertuples() if verdict(r.stable) is False]
    unclear = [map_name(r.method) for r in ordered.itertuples() if verdict(r.stable) is None]
    if unstable:
        clauses.append(f"more than another image does for {listed(unstable)}")
    if unclear:
        clauses.append(f"as far as can be told no less than another image for {listed(unclear)}")
    if not unstable and not unclear:
        clauses.append("for all of them less than another image does")
    return [sentence(clauses)]


def sound_methods(
    randomisation: pd.DataFrame, stability: pd.DataFrame, methods: Sequence[str]
) -> list[str] | None:
    """Which methods pass both checks; None where one of them was not made.

    Args:
        randomisation: as for :func:`randomisation_sentences`.
        stability: as for :func:`stability_sentences`.
        methods: those that are asked about, references left out.
    """
    deciding = _deciding(randomisation)
    if deciding.empty or stability.empty:
        return None
    changes = deciding[deciding["measure"] == "rank"].set_index("method")["passes"]
    stable = stability.set_index("method")["stable"]
    return [
        name
        for name in methods
        if verdict(changes.get(name)) is True and verdict(stable.get(name)) is True
    ]


def sound_sentences(
    randomisation: pd.DataFrame, stability: pd.DataFrame, methods: Sequence[str]
) -> list[str]:
    """Which methods pass both checks, in a sentence; see :func:`sound_methods`."""
    sound = sound_methods(randomisation, stability, methods)
    if sound is None:
        return []
    names = listed([map_name(name) for name in sound]) or "no method"
    return [sentence([f"both checks are passed by {names}"])]


def check_table(randomisation: pd.DataFrame, stability: pd.DataFrame) -> pd.DataFrame:
    """One row per method: how alike maps stay with random weights, how far noise moves them.

    Args:
        randomisation: as for :func:`randomisation_sentences`.
        stability: as for :func:`stability_sentences`.
    """
    moved = stability.set_index("method")
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
                "Map": map_name(str(method)),
                "With random weights": VERDICTS[verdict(rank.passes)],
                "Rank correlation": told(number, "share", signed=True),
                "Of other images": printed(rank.others, "share", signed=True),
                "Changes from this block on": _from_block_on(steps),
                "By absolute values": VERDICTS[verdict(by["absolute"].passes)],
                "By structural similarity": VERDICTS[verdict(by["ssim"].passes)],
                **_under_noise(moved, str(method)),
            }
        )
    return pd.DataFrame(rows)


def _under_noise(moved: pd.DataFrame, method: str) -> dict[str, str]:
    row = moved.loc[method].to_dict() if method in moved.index else {}
    return {
        "Largest change by noise": told(Number.of(row, "change"), "share"),
        "By another image": printed(row.get("others", float("nan")), "share"),
        "Similarity under noise": told(Number.of(row, "similarity"), "share"),
    }


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
                found.setdefault(says, []).append(map_name(row.method))
        told_all = [
            f"{listed(found[says])} {'changes' if says else 'stays'}"
            for says in (False, True)
            if says in found
        ]
        if told_all:
            clauses.append(f"{words}, {listed(told_all)}")
    return [sentence(clauses)] if clauses else []
