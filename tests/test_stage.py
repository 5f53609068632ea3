"""What a user sees when a stage script fails."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def failing(folder: Path, script: str) -> str:
    command = [sys.executable, "-P", str(ROOT / "stages" / f"{script}.py")]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 1
    return done.stderr


def test_an_error_of_ours_is_one_message(tmp_path: Path) -> None:
    text = (ROOT / "params.yaml").read_text().replace("threshold: 0.1", "threshold: lots")
    (tmp_path / "params.yaml").write_text(text)
    message = failing(tmp_path, "frontal")
    assert message.startswith("error: params.yaml: frontal.threshold: found 'lots'")
    assert "Traceback" not in message


def test_a_fault_keeps_its_traceback(tmp_path: Path) -> None:
    (tmp_path / "params.yaml").write_text((ROOT / "params.yaml").read_text())
    assert "Traceback" in failing(tmp_path, "frontal")  # no data/landmarks.parquet: not by dvc


def test_an_error_from_a_library_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    from heed.stage import run

    def broken() -> None:
        import json

        json.loads("{")

    with pytest.raises(ValueError, match="Expecting property name"):
        run(broken)
