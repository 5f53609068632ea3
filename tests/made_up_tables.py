"""Tables as the stage aggregate writes them, with made-up numbers; and the published ones."""

import itertools

import numpy as np
import pandas as pd
import pytest

from heed.metrics.groups import GROUPS
from tests.places import REFERENCE

ATTRIBUTES = ("Smiling", "Bald", "Wearing_Hat")
MODELS = ("balanced", "unbalanced")
METRICS = (
    "amr",
    "amr_uncorrected",
    "proportional_energy",
    "active_area",
    "contribution_share",
    "bias_share",
    "border_share",
    "iou",
    "pointing_game",
    "pixel_roc_auc",
    "intensity",
)


@pytest.fixture
def groups() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    keys = ["model", "metric", "group", "attribute"]
    rows = itertools.product(MODELS, METRICS, GROUPS, ATTRIBUTES)
    table = pd.DataFrame(rows, columns=keys)
    table = table.assign(n=rng.integers(5, 90, len(table)), mean=rng.random(len(table)))
    return table.assign(
        low=table["mean"] - 0.01,
        high=table["mean"] + 0.02,
        empty_rate=rng.random(len(table)) / 2,
        mean_without_empty=table["mean"] + 0.01,
        attributes=1,
    )


@pytest.fixture
def gaps(groups: pd.DataFrame) -> pd.DataFrame:
    """The gaps of PE that follow from the means."""
    energy = groups[groups["metric"] == "proportional_energy"]
    wide = energy.pivot_table(
        index=["model", "attribute"], columns="group", values="mean", sort=False
    )
    value = wide["predicted_minority"] - wide["predicted_majority"]
    table = value.rename("value").reset_index().assign(n=7)
    overall = table.groupby("model", sort=False)["value"].mean().reset_index()
    overall = overall.assign(attribute="OVERALL", n=len(ATTRIBUTES))
    return pd.concat([table, overall], ignore_index=True).assign(gap="pe_gap")


@pytest.fixture
def errors() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    table = pd.DataFrame(itertools.product(MODELS, ATTRIBUTES), columns=["model", "attribute"])
    for rate, highest in (("error_rate", 0.2), ("balanced_error_rate", 0.5)):
        table[rate] = rng.random(len(table)) * highest
        table[f"{rate}_low"] = table[rate] - 0.03
        table[f"{rate}_high"] = table[rate] + 0.04
    return table


@pytest.fixture
def wide(groups: pd.DataFrame, errors: pd.DataFrame) -> pd.DataFrame:
    """The wide table with the numbers of the two long ones."""
    columns: dict[str, object] = {"attribute": list(ATTRIBUTES)}
    for model in MODELS:
        columns[f"{model}_error_rate"] = errors.loc[
            errors["model"] == model, "error_rate"
        ].to_numpy()
        for suffix, group in (
            ("", "all"),
            ("_gt_pos", "gt_positive"),
            ("_gt_neg", "gt_negative"),
            ("_correct", "correct"),
            ("_incorrect", "incorrect"),
        ):
            rows = groups[
                (groups[["model", "metric", "group"]] == [model, "amr", group]).all(axis=1)
            ]
            columns[f"{model}_amr{suffix}"] = rows["mean"].to_numpy()
    return pd.DataFrame(columns)


@pytest.fixture(scope="session")
def published() -> pd.DataFrame:
    """Bieri (2023), Table 5.1: masks version 2."""
    return pd.read_csv(REFERENCE / "thesis_table_5_1_mask_v2.csv")


@pytest.fixture(scope="session")
def published_with_masks_1() -> pd.DataFrame:
    """Bieri (2023), Table A.3: masks version 1."""
    return pd.read_csv(REFERENCE / "thesis_table_A_3_mask_v1.csv")
