"""The paper's numbers beside ours."""

from collections.abc import Sequence
from math import isnan

from heed.attention.page.found import Found
from heed.attention.page.question import Question
from heed.attention.page.words import called, in_points
from heed.attention.tables.printed import table_1
from heed.attention.tables.published import CHEEKBONES_ACCURACY, CONFOUNDERS, WEIGHTS, published
from heed.pages.wording import listed


def paper(found: Found, source: str) -> Question:
    """How do the paper's numbers compare?"""
    study = found.study
    answer = []
    for pair, of in study.pairs.items():
        if CONFOUNDERS.get(of.attribute) != of.confounder:
            continue
        before, after = (
            published(kind, of.attribute, of.confounder, "E2") for kind in ("pretrained", "iou")
        )
        if isnan(before) or isnan(after):
            continue
        own = [
            f"{in_points(found.difference(run, study.start, pair, 'recall', 'E2'))} under "
            f"{called(study, run)} with weights {weighed(study.runs[run].weights)}"
            for run in study.guided_by(pair)
            if study.kind(run) == "iou"
        ]
        answer.append(
            f"{study.pair_label(pair)}: in the paper recall on E2 goes from {100 * before:.2f} to "
            f"{100 * after:.2f}\N{NO-BREAK SPACE}%, {100 * (after - before):+.1f} points, with the "
            f"IoU loss, weights {weighed(WEIGHTS[of.attribute])} and no control; here, against the "
            f"same network before, it is {listed(own) or 'not known: no run has that loss'}."
        )
    if any(pair.attribute == "High_Cheekbones" for pair in study.pairs.values()):
        answer.append(
            f"The paper's {100 * CHEEKBONES_ACCURACY:.2f}\N{NO-BREAK SPACE}% for High Cheekbones "
            "is far below what any network of forty attributes reaches on CelebA: it is not "
            "comparable."
        )
    note = (
        f"The paper: Yang et al. 2019 (arXiv 1905.00593), AlexNet on CelebA; ours: {source}. With "
        "other faces or another network directions compare, and values do not. Its numbers stand "
        "here in brackets, as far as they are known. Not known are its ten rectangles, its centre "
        "loss, whether the loss of the attributes that it weighs is a sum or a mean over them, "
        "where it weighs the mouth three times, and the layouts of its Figures 1 and 4 to 7, for "
        "which ours stand by what they show alone. Each number of the centre loss, of N_o and of "
        "N_w is put under a set by its size."
    )
    return Question(
        "paper",
        "How do the paper's numbers compare?",
        tuple(answer) or ("They do not: no pair of the study is one of the paper's.",),
        note,
        tables=(("Table 1 of the paper", table_1(found.tables["published"], study)),),
        unfolded=True,
    )


def weighed(weights: Sequence[float]) -> str:
    """The weights w_a and w_g of a fine-tuning.

    Example:
        >>> weighed([1.0, 0.15])
        '(1, 0.15)'
    """
    return f"({', '.join(f'{weight:g}' for weight in weights)})"
