"""A run made up for the page: numbers that a test can turn round."""

from collections.abc import Callable, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from heed.audit.page.answer import MEASURES
from heed.audit.page.other_scores import SCORES
from heed.audit.page.reported import Published, reported
from heed.audit.page.results import Results
from heed.celeba.attributes import ATTRIBUTES

SETTINGS: dict[str, dict[str, Any]] = {
    "data": {"source": "synthetic", "images": "wild", "root": "data/synthetic"},
    "frontal": {"partition": "test"},
    "cam": {"method": "gradcam", "target": 2, "placement": "receptive_field"},
    "infer": {"layer": "before_relu"},
    "mask": {"version": 2},
    "score": {"threshold": 0.5, "filled": "keep"},
    "causal": {"cells": 5},
    "aggregate": {"confidence": 0.95, "least_faces": 5},
    "statistics": {"resamples": 100, "confidence": 0.95, "seed": 0},
}
GAPS = ("pe_gap", "amr_incorrect_gap", "amr_label_gap")
QUANTITIES = (
    *(name for name, *_ in MEASURES), "bias_share", "pe_predicted_minority",
    "pe_predicted_majority",
)  # fmt: skip
OVERALL = [*ATTRIBUTES, "OVERALL"]


def number(value: float | None, spread: float = 0.01) -> dict[str, float | None]:
    if value is None:
        return {"value": None, "low": None, "high": None}
    return {"value": value, "low": value - spread, "high": value + spread}


def gap(
    value: float | None, spread: float = 0.01, general: float = 0.02, above: int = 20
) -> dict[str, Any]:
    """A gap as audit.json has it: its two intervals, and its signs over 40 attributes."""
    over = number(value, general)
    return number(value, spread) | {
        "attributes_low": over["low"], "attributes_high": over["high"],
        "above": 0 if value is None else above, "below": 0 if value is None else 40 - above,
        "sign_test_p": None if value is None else stats.binomtest(above, 40).pvalue,
    }  # fmt: skip


def gaps_of(models: Sequence[str], **values: Sequence[float]) -> pd.DataFrame:
    """The table of gaps under four versions of the masks, 0 where ``values`` names no model."""
    pairs = {
        f"{second}_minus_{first}": (first, second) for first, second in combinations(models, 2)
    }
    rows = [
        {"model": name, "version": version, "placement": "half_pixel",
         "attributes": 40, "value": value,
         "low": value - 0.01, "high": value + 0.01, "attributes_low": value - 0.02,
         "attributes_high": value + 0.02, "above": 20, "below": 20}
        | sides_of([values.get(model, (0.0,) * 4)[place] for model in pairs.get(name, ())])
        for name in (*models, *pairs)
        for place, (version, value) in enumerate(
            zip(("1", "2", "3", "evidence"), values.get(name, (0.0,) * 4), strict=True)
        )
    ]  # fmt: skip
    return pd.DataFrame(rows)


def sides_of(values: Sequence[float]) -> dict[str, float]:
    """The two gaps that a difference is made of, with both kinds of intervals."""
    return {
        f"{side}{end}": value + apart
        for side, value in zip(("first", "second"), values, strict=False)
        for end, apart in (("", 0), ("_low", -0.01), ("_high", 0.01),
                           ("_attributes_low", -0.02), ("_attributes_high", 0.02))
    }  # fmt: skip


def results_of(models: Sequence[str]) -> Results:
    """All networks alike, nothing clear: tests change what they are about."""
    audit = {
        "faces": 7,
        "persons": 4,
        "models": {
            name: {q: number(0.25) for q in QUANTITIES}
            | {name: gap(0.0) for name in GAPS}
            | {"replicates": 3, "pe_attributes": 40, "cells": 7}
            for name in models
        },
        "differences": {
            f"{second}_minus_{first}": {
                q: number(0.0) | {"first": 0.25, "second": 0.25} for q in QUANTITIES
            }
            | {name: gap(0.0) | sides_of((0.0, 0.0)) for name in GAPS}
            | {"pe_attributes": 40}
            for first, second in combinations(models, 2)
        },
    }
    correlation = {"pearson": 0.0, "spearman": 0.0, "covariance": 0.0}
    bounds = {
        f"{name}_{end}": at for name in correlation for end, at in (("low", -0.3), ("high", 0.3))
    }
    statistics = {
        which: {
            name: {**correlation, **bounds, "pearson_p": 1.0, "attributes": 33} for name in models
        }
        for which in ("amr", "amr_normalised")
    }
    columns = ("error_rate", "amr", "amr_gt_pos", "amr_gt_neg", "amr_correct", "amr_incorrect")
    amr = pd.DataFrame(
        {"attribute": OVERALL}
        | {f"{model}_{column}": np.full(41, 0.25) for model in models for column in columns}
    )
    groups = pd.DataFrame(
        [
            {"model": model, "metric": metric, "group": group, "attribute": attribute,
             "mean": 0.25, "low": 0.2, "high": 0.3, "n": 7}
            for model in models
            for metric in ("amr", "bias_share", "border_share", "intensity", *SCORES)
            for group in ("all", "correct", "incorrect", "gt_positive", "gt_negative")
            for attribute in OVERALL
        ]
    )  # fmt: skip
    pairs = [("models", f"{a}/all", f"{b}/all") for a, b in combinations(models, 2)]
    pairs += [("correctness", f"{name}/correct", f"{name}/incorrect") for name in models]
    rng = np.random.default_rng(0)
    kl = pd.concat(
        [
            pd.DataFrame({"comparison": kind, "p": p, "q": q, "attribute": ATTRIBUTES,
                          "proper": values, "corrected": values, "unnormalised": values})
            for kind, p, q in pairs
            for values in [rng.permutation(40) / 40]
        ]
    )  # fmt: skip
    intensity = pd.concat(
        [
            pd.DataFrame({"comparison": kind, "p": p, "q": q, "attribute": OVERALL,
                          "difference": 0.0, "difference_low": -0.01, "difference_high": 0.01})
            for kind, p, q in pairs
        ]
    )  # fmt: skip
    versions = pd.concat(
        [
            pd.DataFrame(
                {
                    "model": model,
                    "version": version,
                    "attribute": OVERALL,
                    "amr": 0.2,
                    "amr_normalised": 0.3,
                }
            )
            for model in models
            for version in ("1", "2", "3", "evidence")
        ]
    )
    overlap = pd.concat(
        [
            pd.DataFrame({"reference": "evidence", "version": version, "attribute": OVERALL,
                          "iou": iou})
            for version, iou in (("1", 0.1), ("2", 0.2), ("3", 0.3))
        ]
    )  # fmt: skip
    by_rule = {"half_pixel": 0.2, "receptive_field": 0.25}
    placements = pd.concat(
        [
            versions.assign(placement=rule, amr=mean, proportional_energy=mean / 2)
            for rule, mean in by_rule.items()
        ]
    )
    gaps = gaps_of(models)
    others = [name for name in OVERALL if name != "Male"]
    levels = {f"{side}{end}": 0.25 + shift for side in ("with", "without")
              for end, shift in (("", 0), ("_low", -0.01), ("_high", 0.01))}  # fmt: skip
    crossed = pd.concat(
        [
            pd.DataFrame({"model": model, "cross": "Male", "metric": metric, "attribute": others,
                          "difference": 0.0, "difference_low": -0.01, "difference_high": 0.01,
                          "p_holm": [0.01] * 10 + [0.5] * 28 + [np.nan] * 2} | levels)
            for model in models
            for metric in ("error_rate", "amr", "proportional_energy")
        ]
    )  # fmt: skip
    causal = pd.concat(
        [
            pd.DataFrame({"model": model, "metric": metric, "attribute": OVERALL,
                          "mean": [*(rng.permutation(40) / 40), 0.0], "low": -0.01, "high": 0.01})
            for model in models
            for metric in ("flip", "off_target", "top", "random", "mask", "top_less_random")
        ]
    )  # fmt: skip
    scales = versions.assign(amr_uniform=0.1, amr_ceiling=0.7)
    own_gaps = pd.concat(
        [
            pd.DataFrame({"model": model, "gap": name, "attribute": OVERALL, "n": 9.3,
                          "value": [*(rng.permutation(40) / 40), 0.0], "low": -0.01, "high": 0.01})
            for model in models
            for name in GAPS
        ]
    )  # fmt: skip
    differences = pd.DataFrame(
        [
            {"difference": f"{b}_minus_{a}", "quantity": "pe_gap", "attribute": name,
             "n": 9.3, "value": 0.0, "low": -0.01, "high": 0.01}
            for a, b in combinations(models, 2)
            for name in OVERALL
        ],
        columns=["difference", "quantity", "attribute", "n", "value", "low", "high"],
    )  # fmt: skip
    curves = pd.DataFrame(
        [
            {"model": name, "replicate": replicate, "epoch": epoch, "train_loss": 1 / epoch,
             "validation_error_rate": 0.1 * replicate / epoch,
             "validation_balanced_error_rate": 0.2 * replicate / epoch}
            for name in models
            for replicate in (1, 2)
            for epoch in (1, 2)
        ]
    )  # fmt: skip
    tables = (amr, groups, kl, intensity, crossed, causal, versions, overlap, gaps, placements,
              scales, own_gaps, differences, curves)  # fmt: skip
    return Results(audit, statistics, *tables)


@pytest.fixture
def beside() -> Callable[[Sequence[str]], Published]:
    """What stands beside a run of unbalanced networks of these names."""
    return lambda names: reported(dict.fromkeys(names, "none"), SETTINGS)


@pytest.fixture
def published(beside) -> Published:
    """What stands beside a run of the networks balanced and unbalanced."""
    return beside(("balanced", "unbalanced"))


@pytest.fixture
def make_results() -> Callable[[Sequence[str]], Results]:
    return results_of


@pytest.fixture
def results() -> Results:
    """A run of the networks balanced and unbalanced."""
    return results_of(("balanced", "unbalanced"))


@pytest.fixture
def settings() -> dict[str, dict[str, Any]]:
    return {key: dict(values) for key, values in SETTINGS.items()} | {
        "models.balanced": {"weighting": "moon_expectation"},
        "models.unbalanced": {"weighting": "none"},
    }
