"""The page's first sentences follow the numbers of all questions."""

import pandas as pd

from heed.methods.page.brief import brief

LABELS = {"iou": "IoU", "pe": "PE", "accuracy": "Accuracy"}
METHODS = ("gradcam", "layercam", "guided_backpropagation")


def tables(
    passes: tuple[object, ...] = (True, True, False),
    stable: tuple[object, ...] = (True, True, True),
    best: dict[str, list[str]] | None = None,
    moved: tuple[float, float] = (0.1, 0.1),
) -> dict[str, pd.DataFrame]:
    best = {"iou": ["guided_backpropagation", "gradcam"], "pe": []} if best is None else best
    low, high = moved
    return {
        "ranks": pd.DataFrame(
            {"metric": metric, "method": name, "rank": rank, "best": name in group}
            for metric, group in best.items()
            for rank, name in enumerate(METHODS, 1)
        ),
        "randomisation": pd.DataFrame(
            {"method": METHODS, "measure": "rank", "passes": passes, "decides": True}
        ),
        "stability": pd.DataFrame({"method": METHODS, "stable": stable}),
        "suitability": pd.DataFrame(
            {
                "metric": ["iou", "pe"], "mask_first": [True, False], "random_last": True,
                "seeds": 0.9, "reaction": 0.2, "reaction_low": 0.1, "reaction_high": 0.3,
            }
        ),
        "factors": pd.DataFrame(
            {
                "factor": ["depth", "depth", "dropout", "dropout"], "value": ["2", "2", ".5", ".5"],
                "outcome": ["iou", "accuracy"] * 2, "difference": 0.2,
                "difference_low": [low, low, -low, low], "difference_high": high + 0.3,
            }
        ),
        "correlations": pd.DataFrame(
            {
                "metric": ["iou", "pe"], "by": "accuracy", "spearman": [0.5, -0.5],
                "spearman_low": [0.2, -0.7], "spearman_high": [0.8, 0.2],
            }
        ),
    }  # fmt: skip


def test_what_all_questions_come_to() -> None:
    assert brief(tables(), LABELS, "gradcam") == [
        "Of the methods whose maps change with random weights and are steady under noise (Grad-CAM "
        "and LayerCAM), Grad-CAM is most often in the leading group: by 1 of 1 metrics.",
        "Suitable by every check as a metric: IoU.",
        "Of 2 changes of the training, depth (2) moves the most scores of Grad-CAM for certain, 1 "
        "of 2; 1 moves no score at all.",
        "Networks that are more often right score higher by 1 of 2 metrics and lower by none.",
    ]


def test_a_leading_method_that_fails_a_check_is_not_named() -> None:
    (first, *_) = brief(tables(stable=(False, True, True)), LABELS, "gradcam")
    assert "Grad-CAM" not in first
    (first, *_) = brief(tables(passes=(False, None, False)), LABELS, "gradcam")
    assert first == "No method changes with random weights and is steady under noise."


def test_nothing_is_said_of_what_was_not_measured() -> None:
    empty = {name: table.iloc[:0] for name, table in tables().items()}
    assert brief(empty, LABELS, "gradcam") == ["Suitable by every check as a metric: none."]


def test_changes_that_move_nothing_are_said_to() -> None:
    told = brief(tables(moved=(-0.1, 0.1)), LABELS, "gradcam")
    assert told[2].startswith("Of 2 changes of the training, dropout (.5)")
    none = tables()
    none["factors"]["difference_low"] = -1.0
    assert brief(none, LABELS, "gradcam")[2] == (
        "No change of the training moves a score of Grad-CAM for certain."
    )
