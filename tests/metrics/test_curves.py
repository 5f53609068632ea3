"""Curves of trainings from DVCLive's files."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from heed.metrics.curves import CurvesError, curves_table, read_curves
from heed.training.live import LocalLive


def write(folder: Path, name: str, curve: pd.DataFrame) -> None:
    file = folder / f"plots/metrics/{name}.tsv"
    file.parent.mkdir(parents=True, exist_ok=True)
    curve.to_csv(file, sep="\t", index=False)


def test_what_dvclive_has_logged_is_read_back(tmp_path: Path) -> None:
    with LocalLive(str(tmp_path), dvcyaml=False) as live:
        for epoch, loss in enumerate((0.5, 0.25), start=1):
            live.step = epoch
            live.log_metric("train/loss", loss)
            live.log_metric("validation/error_rate", loss / 5)
    curves = read_curves(tmp_path)
    assert list(curves) == ["train/loss", "validation/error_rate"]
    assert curves.index.tolist() == [1, 2]
    np.testing.assert_allclose(curves["validation/error_rate"], [0.1, 0.05])


def test_curves_are_joined_by_epoch(tmp_path: Path) -> None:
    write(tmp_path, "train/loss", pd.DataFrame({"step": [2, 1], "loss": [0.2, 0.3]}))
    write(tmp_path, "validation/error_rate", pd.DataFrame({"step": [2], "error_rate": [0.5]}))
    curves = read_curves(tmp_path)
    assert curves.index.tolist() == [1, 2]
    assert curves.index.name == "epoch"
    np.testing.assert_array_equal(curves["train/loss"], [0.3, 0.2])
    np.testing.assert_array_equal(curves["validation/error_rate"], [np.nan, 0.5])


def test_without_a_training_there_are_no_curves(tmp_path: Path) -> None:
    assert read_curves(tmp_path / "none").empty
    assert list(curves_table({("given", 1): read_curves(tmp_path)})) == [
        "model",
        "replicate",
        "epoch",
    ]


def test_another_file_is_named(tmp_path: Path) -> None:
    write(tmp_path, "train/loss", pd.DataFrame({"epoch": [1], "loss": [0.2]}))
    with pytest.raises(CurvesError, match=r"train/loss\.tsv: found the columns epoch, loss"):
        read_curves(tmp_path)
    write(tmp_path, "train/loss", pd.DataFrame({"step": [1, 2, 2], "loss": [0.2, 0.1, 0.3]}))
    with pytest.raises(CurvesError, match=r"train/loss\.tsv: epoch 2 is there twice"):
        read_curves(tmp_path)


def test_a_table_has_a_row_per_training_and_epoch() -> None:
    epochs = pd.RangeIndex(1, 3, name="epoch")
    first = pd.DataFrame({"train/loss": [0.5, 0.4], "learning_rate": [1.0, 0.5]}, index=epochs)
    second = pd.DataFrame({"train/loss": [0.7, 0.6]}, index=epochs)
    table = curves_table({("a", 1): first, ("given", 1): pd.DataFrame(), ("a", 2): second})
    assert list(table) == ["model", "replicate", "epoch", "learning_rate", "train_loss"]
    assert table["model"].tolist() == ["a"] * 4
    assert table["replicate"].tolist() == [1, 1, 2, 2]
    assert table["epoch"].tolist() == [1, 2, 1, 2]
    np.testing.assert_array_equal(table["train_loss"], [0.5, 0.4, 0.7, 0.6])
    np.testing.assert_array_equal(table["learning_rate"], [1.0, 0.5, np.nan, np.nan])
