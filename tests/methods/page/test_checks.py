"""The sentences on the checks follow the numbers."""

import pandas as pd

from heed.methods.page.checks import (
    check_table,
    randomisation_sentences,
    sound_sentences,
    stability_sentences,
    verdict,
)

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


def stability(edges: object = True, layercam: object = True) -> pd.DataFrame:
    """Noise moves layercam least, then gradcam; nothing is known of edges."""
    return pd.DataFrame(
        {
            "method": METHODS, "change": [0.2, float("nan"), 0.1],
            "change_low": [0.1, float("nan"), 0.05], "change_high": [0.3, float("nan"), 0.2],
            "others": 0.9, "similarity": 0.8, "similarity_low": 0.7, "similarity_high": 0.9,
            "stable": [True, edges, layercam],
        }
    )  # fmt: skip


def test_methods_are_named_by_their_verdict_and_where_other_measures_differ() -> None:
    assert randomisation_sentences(randomisation()) == [
        "With all blocks random but the lowest, maps still follow the image, whatever the network "
        "has learnt, for edges; they have changed for Grad-CAM; it is not settled for LayerCAM.",
        "By the rank correlation of absolute values, LayerCAM stays.",
    ]


def test_the_table_says_from_which_block_on_maps_have_changed() -> None:
    rows = check_table(randomisation(), stability()).set_index("Map")
    assert rows["With random weights"].to_dict() == {
        "Grad-CAM": "changes", "edges": "stays", "LayerCAM": "not settled",
    }  # fmt: skip
    assert rows["Changes from this block on"].to_dict() == {
        "Grad-CAM": "stage", "edges": "none", "LayerCAM": "stem",
    }  # fmt: skip
    assert rows.loc["LayerCAM", "By absolute values"] == "stays"
    assert rows.loc["Grad-CAM", "By structural similarity"] == "changes"


def test_nothing_is_said_where_nothing_was_checked() -> None:
    assert randomisation_sentences(randomisation().iloc[:0]) == []
    assert check_table(randomisation().iloc[:0], stability()).empty


def test_verdicts_are_read_from_memory_and_from_csv() -> None:
    assert [verdict(each) for each in (True, "True", False, "False")] == [True, True, False, False]
    assert verdict(None) is None
    assert verdict(float("nan")) is None


MOVED = (
    "Small noise that leaves the answer moves the maps of LayerCAM least (0.100, 0.050 to 0.200) "
    "and those of Grad-CAM most (0.200, 0.100 to 0.300); "
)


def test_methods_are_in_the_order_in_which_noise_moves_them() -> None:
    assert stability_sentences(stability()) == [
        MOVED + "for all of them less than another image does."
    ]
    assert stability_sentences(stability(layercam=False)) == [
        MOVED + "more than another image does for LayerCAM."
    ]
    assert stability_sentences(stability(layercam=None)) == [
        MOVED + "as far as can be told no less than another image for LayerCAM."
    ]
    assert stability_sentences(stability().iloc[:0]) == []


def test_a_method_is_sound_that_passes_both_checks() -> None:
    def said(noise: pd.DataFrame, *methods: str) -> list[str]:
        return sound_sentences(randomisation(), noise, methods)

    assert said(stability(), *METHODS) == ["Both checks are passed by Grad-CAM."]
    assert said(stability().assign(stable="False"), *METHODS) == [
        "Both checks are passed by no method."
    ]
    assert said(stability(), "edges") == ["Both checks are passed by no method."]
    assert said(stability().iloc[:0], *METHODS) == []


def test_the_table_has_what_noise_does() -> None:
    rows = check_table(randomisation(), stability().iloc[:2]).set_index("Map")
    assert rows["Largest change by noise"].to_dict() == {
        "Grad-CAM": "0.200 (0.100 to 0.300)", "edges": "\N{EN DASH}", "LayerCAM": "\N{EN DASH}",
    }  # fmt: skip
    assert rows.loc["Grad-CAM", "Similarity under noise"] == "0.800 (0.700 to 0.900)"
    assert rows.loc["Grad-CAM", "By another image"] == "0.900"
