"""Tables as the stage aggregate writes them, with made-up numbers."""

import itertools

import numpy as np
import pandas as pd
import pytest

ATTRIBUTES = ("Smiling", "Bald", "Wearing_Hat")
MODELS = ("balanced", "unbalanced")


@pytest.fixture
def groups() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    columns = (MODELS, ("amr", "proportional_energy"), ATTRIBUTES)
    rows = [
        {"model": model, "metric": metric, "group": group, "attribute": attribute, "mean": mean}
        for model, metric, attribute in itertools.product(*columns)
        for group, mean in zip(
            ("all", "predicted_majority", "predicted_minority"), rng.random(3), strict=True
        )
    ]
    table = pd.DataFrame(rows)
    return table.assign(low=table["mean"] - 0.01, high=table["mean"] + 0.02)


@pytest.fixture
def errors() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    rows = [{"model": m, "attribute": a} for m, a in itertools.product(MODELS, ATTRIBUTES)]
    table = pd.DataFrame(rows)
    return table.assign(
        error_rate=rng.random(len(table)) / 5, balanced_error_rate=rng.random(len(table)) / 2
    )
