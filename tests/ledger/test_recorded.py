from pathlib import Path

import pytest

from heed.ledger.recorded import recorded_digests

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


@pytest.mark.parametrize("length", range(0, len(LOCK), 7))
def test_a_lock_that_was_cut_off_is_no_error(folder: Path, length: int) -> None:
    (folder / "dvc.lock").write_text(LOCK[:length])
    assert recorded_digests("plots/figures") <= {"bb.dir", "bb.d", "b", "bb", "bb.", "bb.di"}
