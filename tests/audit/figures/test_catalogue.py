"""The audit's figures as their registry lists them."""

from heed.audit.figures.catalogue import FIGURES
from tests.default_run import RUN

ORDER = [
    "attribute_distribution",
    "landmark_shift",
    "averages_of_z",
    "averages_by_prediction",
    "target_2",
    "amr_explained",
    "frontal_and_not",
    "amr_and_error_by_error_balanced",
    "amr_and_error_by_error_unbalanced",
    "amr_and_error_by_imbalance",
    "amr_by_correctness",
    "amr_by_label",
    "amr_by_model",
    "kl_divergence",
    "averages_by_correctness",
    "averages_by_label",
    "averages_by_model",
    "target_1",
    "target_3",
    "target_4",
    "masks_1",
    "masks_2",
    "masks_3",
    "corner_failures",
    "size_correction",
    "mask_versions",
    "gap_by_mask",
    "class_gap",
    "contribution_and_bias",
    "empty_maps",
    "border_mass",
    "evidence_amr",
    "mask_overlap",
    "attribute_intervals",
]
"""As in the thesis, masks of version 3 beside the others, then what the thesis has not."""


def test_figures_come_in_the_order_of_the_thesis_and_then_those_of_our_own() -> None:
    names = [entry.name for entry in FIGURES.entries(run=RUN)]
    assert [name for name in names if name in ORDER] == ORDER


def test_captions_are_sentences_and_titles_are_not() -> None:
    for entry in FIGURES.entries(run=RUN):
        assert entry.caption.endswith("."), entry.name
        assert entry.title
        assert not entry.title.endswith("."), entry.name
