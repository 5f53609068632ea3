"""Curves of a run are read while it trains, and as the stage wrote them."""

import os
from pathlib import Path

import pytest

from heed.explorer.run_curves import COLUMNS, curves_of_run

LIVE = "data/checkpoints/a/{seed}/abc/curves/plots/metrics/{part}/{quantity}.tsv"


def write(study: Path, seed: int | str, part: str, quantity: str, text: str) -> Path:
    path = study / LIVE.format(seed=seed, part=part, quantity=quantity)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_points_of_all_seeds_are_in_order(tmp_path: Path) -> None:
    write(tmp_path, 1, "validation", "loss", "step\tloss\n1\t0.5\n2\t0.4\n")
    write(tmp_path, 0, "train", "map_loss", "step\tmap_loss\n1\t2.5\n")
    found = curves_of_run(tmp_path, "a", 0.0)
    assert found.columns.tolist() == COLUMNS
    assert found.to_numpy().tolist() == [
        [0, 1, "train", "map_loss", 2.5],
        [1, 1, "validation", "loss", 0.5],
        [1, 2, "validation", "loss", 0.4],
    ]
    assert curves_of_run(tmp_path, "b", 0.0).empty
    assert curves_of_run(tmp_path, None, 0.0).empty


@pytest.mark.parametrize(
    "text", ["", "step", "step\tloss\n", "step\tloss\n1\t", "step\tloss\n1\tx\n"]
)
def test_a_file_that_is_just_being_written_is_left_out(tmp_path: Path, text: str) -> None:
    write(tmp_path, 0, "train", "loss", text)
    write(tmp_path, "none", "train", "loss", "step\tloss\n1\t0.5\n")
    found = curves_of_run(tmp_path, "a", 0.0)
    assert found.empty
    assert found.dtypes.astype(str)["value"] == "float64"


def test_what_was_written_before_is_of_another_run(tmp_path: Path) -> None:
    path = write(tmp_path, 0, "train", "loss", "step\tloss\n1\t0.5\n")
    os.utime(path, (100, 100))
    assert len(curves_of_run(tmp_path, "a", 99.0)) == 1
    assert curves_of_run(tmp_path, "a", 101.0).empty


def test_the_stage_s_own_table_counts_once_it_is_there(tmp_path: Path) -> None:
    write(tmp_path, 0, "train", "loss", "step\tloss\n1\t0.5\n")
    table = tmp_path / "data/curves/a.csv"
    table.parent.mkdir(parents=True)
    table.write_text("seed,epoch,train/loss,validation/loss\n0,1,0.5,0.6\n1,1,0.7,\n")
    found = curves_of_run(tmp_path, "a", 0.0)
    assert found.to_numpy().tolist() == [
        [0, 1, "train", "loss", 0.5],
        [0, 1, "validation", "loss", 0.6],
        [1, 1, "train", "loss", 0.7],
    ]
    os.utime(table, (100, 100))
    assert len(curves_of_run(tmp_path, "a", 101.0)) == 1  # an earlier run's; the live one counts
