"""What DVC prints tells which stages are done."""

from pathlib import Path

from heed.explorer.run_log import TAIL, read_log

PRINTED = """\
Stage 'synthesize' didn't change, skipping
Running stage 'inventory':
> python stages/inventory.py
Updating lock file 'dvc.lock'

Stage 'train@plain' is cached - skipping run, checking out outputs
Running stage 'tune@a':
\rtune a 0:   0%|   |\rtune a 0:  50%|## |\r"""


def read(tmp_path: Path, text: str) -> tuple[list[str], bool, str]:
    (tmp_path / "log").write_bytes(text.encode())
    found = read_log(tmp_path / "log")
    return found.stages, found.last_runs, found.tail


def test_stages_are_told_in_order(tmp_path: Path) -> None:
    stages, runs, tail = read(tmp_path, PRINTED)
    assert stages == ["synthesize", "inventory", "train@plain", "tune@a"]
    assert runs
    assert tail.splitlines()[-1] == "tune a 0:  50%|## |"


def test_a_skipped_stage_does_not_run(tmp_path: Path) -> None:
    assert read(tmp_path, PRINTED.split("Running stage 'tune")[0])[1] is False


def test_only_the_last_lines_are_shown(tmp_path: Path) -> None:
    tail = read(tmp_path, "".join(f"{n}\n" for n in range(100)))[2]
    assert tail.splitlines() == [str(n) for n in range(100 - TAIL, 100)]


def test_no_log_is_empty(tmp_path: Path) -> None:
    found = read_log(tmp_path / "none")
    assert (found.stages, found.text, found.tail) == ([], "", "")


def test_signs_that_are_none_are_read(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b"\xff\xfe broken\n")
    assert "broken" in read_log(tmp_path / "log").text
