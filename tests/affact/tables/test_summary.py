"""The numbers of metrics/affact.json, against plain counting."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from heed.affact.tables.baseline import majority_baseline
from heed.affact.tables.rates import decisions_of, estimate_rates
from heed.affact.tables.summary import summary
from heed.affact.test_sets import SETS

RNG = np.random.default_rng(1)
LABELS = np.where(RNG.random((80, 40)) < 0.4, 1, -1).astype(np.int8)
LOGITS = {
    (network, test_set): LABELS * strength + RNG.normal(size=LABELS.shape)
    for network, strength in (("weak", 0.5), ("strong", 1.5))
    for test_set in SETS
}


@pytest.fixture(scope="module")
def numbers() -> dict:
    judged = {key: decisions_of(logits) for key, logits in LOGITS.items()}
    estimates = estimate_rates(judged, LABELS, range(len(LABELS)), resamples=200, seed=0)
    sources = pd.Series(["detector"] * 78 + ["celeba"] * 2)
    return summary(estimates, majority_baseline(LABELS, LABELS), sources, 80, 0.9)


def test_overall_rates_are_means_over_attributes(numbers: dict) -> None:
    for (network, test_set), logits in LOGITS.items():
        found = numbers["networks"][network][test_set]
        assert found["error_rate"] == pytest.approx(((logits >= 0) != (LABELS > 0)).mean())
        present = [LABELS[:, a] > 0 for a in range(40)]
        areas = [roc_auc_score(present[a], logits[:, a]) for a in range(40)]
        assert found["auc"] == pytest.approx(np.mean(areas))
        for name in ("error_rate", "balanced_error_rate", "auc"):
            assert found[f"{name}_low"] < found[name] < found[f"{name}_high"]


def test_ratios_are_to_the_first_network(numbers: dict) -> None:
    for test_set in SETS:
        weak, strong = (numbers["networks"][name][test_set] for name in ("weak", "strong"))
        assert "error_ratio" not in weak
        assert strong["error_ratio"] == pytest.approx(strong["error_rate"] / weak["error_rate"])
        assert strong["error_ratio_low"] < strong["error_ratio"] < strong["error_ratio_high"]


def test_a_ratio_is_paired_face_by_face() -> None:
    """The same decisions under two names err on the same faces of every resample."""
    judged = {(name, s): decisions_of(LOGITS["weak", s]) for name in ("a", "b") for s in SETS}
    estimates = estimate_rates(judged, LABELS, range(len(LABELS)), resamples=50, seed=0)
    sources = pd.Series(["detector"] * 80)
    found = summary(estimates, majority_baseline(LABELS, LABELS), sources, 80, 0.9)
    ratios = found["networks"]["b"]["T"]
    assert ratios["error_ratio_low"] == ratios["error_ratio_high"] == 1


def test_boxes_and_majority_are_counted(numbers: dict) -> None:
    assert numbers["faces"] == 80
    assert numbers["boxes"] == {"detector": 78, "celeba": 2, "none": 0}
    rarer = np.minimum((LABELS > 0).mean(0), (LABELS < 0).mean(0))
    assert numbers["majority_error"] == pytest.approx(rarer.mean())
