import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from heed.ledger.recorded import digest_of, recorded_digests

LOCK = """
schema: '2.0'
stages:
  train@balanced:
    cmd: python stages/train.py balanced
    outs:
    - path: data/networks/balanced.safetensors
      hash: md5
      md5: aa
      size: 3
  figures:
    cmd: python stages/figures.py
    outs:
    - path: plots/figures
      hash: md5
      md5: bb.dir
    - path: nothing
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "dvc.lock").write_text(LOCK)
    return tmp_path


def test_what_is_recorded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    weights = Path("data/networks/balanced.safetensors")
    assert recorded_digests(weights) == recorded_digests(folder / weights) == {"aa"}
    assert recorded_digests("plots/../plots/figures/") == {"bb.dir"}
    assert recorded_digests("nothing") == recorded_digests("plots") == frozenset()
    monkeypatch.chdir("/")
    assert recorded_digests(folder / weights, folder) == {"aa"}
    assert recorded_digests(folder / weights) == frozenset()


def test_the_sum_of_a_file_and_of_a_folder_is_the_one_that_dvc_records(tmp_path: Path) -> None:
    """Against DVC itself."""
    for file in ("a b/z.txt", "a b/é/1.zarr", "a b/10.txt", "a b/2.txt", "single"):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text(file)
    dvc = [sys.executable, "-m", "dvc"]
    subprocess.run([*dvc, "init", "--no-scm", "--quiet"], cwd=tmp_path, check=True)
    for output in ("a b", "single"):
        subprocess.run([*dvc, "add", "--quiet", output], cwd=tmp_path, check=True)
        recorded = yaml.safe_load((tmp_path / f"{output}.dvc").read_text())["outs"][0]["md5"]
        assert digest_of(tmp_path / output) == recorded


@pytest.mark.parametrize("length", range(0, len(LOCK), 7))
def test_a_lock_that_was_cut_off_is_no_error(folder: Path, length: int) -> None:
    (folder / "dvc.lock").write_text(LOCK[:length])
    assert recorded_digests("plots/figures") <= {"bb.dir", "bb.d", "b", "bb", "bb.", "bb.di"}
