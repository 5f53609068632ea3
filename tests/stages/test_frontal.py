"""Stage frontal in a folder of its own."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from heed.geometry.landmarks import to_table
from stages import frontal

FACE = np.array([[80, 100], [120, 100], [100, 125], [85, 150], [115, 150]], float)
OFFSETS = [0, 20, 4, 0, -4.9, 6]  # of the nose; the eye-mouth height is 50


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    points = np.repeat(FACE[None], 6, axis=0)
    points[:, 2, 0] += OFFSETS
    table = to_table(points).assign(image=[f"{number}.jpg" for number in range(6)])
    table["partition"] = np.array([0, 0, 2, 2, 2, 2], np.int8)
    Path("data").mkdir()
    table.to_parquet("data/landmarks.parquet")


def run(partition: str, threshold: float = 0.1) -> pd.DataFrame:
    params = {"frontal": {"partition": partition, "threshold": threshold}}
    Path("params.yaml").write_text(yaml.safe_dump(params))
    frontal.main()
    return pd.read_parquet("data/frontal.parquet")


def test_faces_of_one_partition_are_kept_or_not(folder):
    table = run("test")
    assert table.image.tolist() == ["2.jpg", "3.jpg", "4.jpg", "5.jpg"]
    assert table.kept.tolist() == [True, True, True, False]
    np.testing.assert_allclose(table.ratio, [4 / 50, 0, 4.9 / 50, 6 / 50])
    assert run("train").kept.tolist() == [True, False]


def test_the_threshold_itself_is_kept(folder):
    assert run("test", threshold=6 / 50).kept.all()


def test_an_audit_without_faces_is_an_error(folder):
    with pytest.raises(ValueError, match=r"none of the 0 validation faces.*frontal\.partition"):
        run("validation")
