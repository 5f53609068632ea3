"""The sentences on the checks follow the numbers."""

import pandas as pd

from heed.methods.page.checks import check_table, randomisation_sentences, verdict

STEPS = {"output": [None, False, True], "stage": [True, False, None], "stem": [True, False, True]}
METHODS = ("gradcam", "edges", "layercam")


def randomisation() -> pd.DataFrame:
    """The step `stage` decides: gradcam changes, edges stay, layercam is not settled."""
    rows = [
        {
            "step": step, "block": block, "decides": block == "stage", "method": method,
            "measure": measure, "likeness": 0.5, "likeness_low": 0.4, "likeness_high": 0.6,
            "others": 0.3,
            "passes": False if (method, measure) == ("layercam", "absolute") else passes,
        }
        for step, (block, verdicts) in enumerate(STEPS.items(), 1)
        for method, passes in zip(METHODS, verdicts, strict=True)
        for measure in ("rank", "absolute", "ssim")
    ]  # fmt: skip
    return pd.DataFrame(rows)


NUMBER = "(+0.500 (+0.400 to +0.600), others +0.300)"


def test_methods_are_named_by_their_verdict_and_where_other_measures_differ() -> None:
    assert randomisation_sentences(randomisation()) == [
        "With all blocks random but the lowest, maps still are those of the image, whatever the "
        f"network has learnt, by edges {NUMBER}; they have changed by gradcam {NUMBER}; it is not "
        f"settled for layercam {NUMBER}.",
        "By the rank correlation of absolute values, layercam stays.",
    ]


def test_the_table_says_from_which_block_on_maps_have_changed() -> None:
    rows = check_table(randomisation()).set_index("Map")
    assert rows["With random weights"].to_dict() == {
        "gradcam": "changes", "edges": "stays", "layercam": "not settled",
    }  # fmt: skip
    assert rows["Changes from this block on"].to_dict() == {
        "gradcam": "stage", "edges": "none", "layercam": "stem",
    }  # fmt: skip
    assert rows.loc["layercam", "By absolute values"] == "stays"
    assert rows.loc["gradcam", "By structural similarity"] == "changes"


def test_nothing_is_said_where_nothing_was_checked() -> None:
    assert randomisation_sentences(randomisation().iloc[:0]) == []
    assert check_table(randomisation().iloc[:0]).empty


def test_verdicts_are_read_from_memory_and_from_csv() -> None:
    assert [verdict(each) for each in (True, "True", False, "False")] == [True, True, False, False]
    assert verdict(None) is None
    assert verdict(float("nan")) is None
