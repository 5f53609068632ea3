"""What a user sees when a stage script fails or is stopped."""

from heed.pipeline.stage import run

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.places import ROOT


def failing(folder: Path, *command: str) -> str:
    done = subprocess.run(
        [sys.executable, *command], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    return done.stderr


def stage(name: str) -> str:
    return str(ROOT / "stages" / f"{name}.py")


def test_an_error_of_ours_is_one_message(tmp_path: Path) -> None:
    text = (ROOT / "params.yaml").read_text().replace("threshold: 0.1", "threshold: lots")
    (tmp_path / "params.yaml").write_text(text)
    message = failing(tmp_path, stage("frontal"))
    assert message.startswith("error: params.yaml: frontal.threshold: found 'lots'")
    assert "Traceback" not in message


def test_a_stage_before_its_inputs_says_what_makes_them(tmp_path: Path) -> None:
    (tmp_path / "params.yaml").write_text((ROOT / "params.yaml").read_text())
    assert failing(tmp_path, stage("frontal")) == (
        "error: data/landmarks.parquet: found no such file or folder; the stage frontal reads it. "
        "Run `dvc repro frontal`, which makes it first\n"
    )
    for name in ("statistics", "report", "aggregate"):
        assert f"Run `dvc repro {name}`" in failing(tmp_path, stage(name))
    assert "Run `dvc repro score@balanced`" in failing(tmp_path, stage("score"), "balanced")


@pytest.mark.parametrize("argument", ["averaged", ""])
def test_an_unknown_model_is_named(tmp_path: Path, argument: str) -> None:
    (tmp_path / "params.yaml").write_text((ROOT / "params.yaml").read_text())
    for name in ("train", "infer", "cams", "score"):
        message = failing(tmp_path, stage(name), *([argument] if argument else []))
        assert f"found '{argument}' as its argument; expected one of balanced, unb" in message
        assert "Traceback" not in message


def test_a_wrong_argument_is_refused_before_anything_heavy_is_imported(tmp_path: Path) -> None:
    """Importing torch takes seconds, and the message says nothing about it."""
    (tmp_path / "params.yaml").write_text((ROOT / "params.yaml").read_text())
    (tmp_path / "torch.py").write_text("raise RuntimeError('torch was imported')")
    for argument in ("averaged", "balanced"):
        done = subprocess.run(
            [sys.executable, stage("train"), argument],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT / 'src'}"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 1
        assert ("torch was imported" in done.stderr) == (argument == "balanced"), done.stderr


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (None, "params.yaml: no such file"),
        ("models: [", "params.yaml: not valid YAML"),
        ("modles: {balanced: {}}", "params.yaml: models: found None; expected a mapping"),
    ],
)
def test_a_broken_parameter_file_is_what_is_said(
    tmp_path: Path, content: str | None, expected: str
) -> None:
    if content is not None:
        (tmp_path / "params.yaml").write_text(content)
    assert expected in failing(tmp_path, stage("train"), "balanced")


def test_a_fault_keeps_its_traceback(tmp_path: Path) -> None:
    (tmp_path / "faulty.py").write_text(
        "from heed.pipeline.stage import run\ndef main():\n    {}['a']\nrun(main)\n"
    )
    assert "Traceback" in failing(tmp_path, "faulty.py")


def test_an_error_from_a_library_keeps_its_traceback() -> None:
    def broken() -> None:
        import json

        json.loads("{")

    with pytest.raises(ValueError, match="Expecting property name"):
        run(broken)


STOPPED = """
from heed.pipeline.stage import run
import multiprocessing, os, signal, sys, time
for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
    signal.signal(number, signal.SIG_DFL)  # tests that run in the background inherit others
from heed.base.files import written_whole

def child():
    os.write(1, b"child\\n")
    try:
        time.sleep(60)
    except BaseException:  # as a pool's processes do
        time.sleep(60)

def main():
    with written_whole("result") as partial:
        partial.write_text("half")
        process = multiprocessing.get_context("fork").Process(target=child, daemon=True)
        process.start()
        os.write(1, b"ready\\n")
        time.sleep(60)

run(main)
"""


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGHUP"])
@pytest.mark.parametrize("group", [False, True])
def test_a_signal_ends_a_stage_with_its_status_and_one_line(
    tmp_path: Path, name: str, group: bool
) -> None:
    """Sent to the stage alone, or to all its processes, as a cluster or a terminal does."""
    (tmp_path / "slow.py").write_text(STOPPED)
    process = subprocess.Popen(
        [sys.executable, "slow.py"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    lines = {process.stdout.readline().split()[0] for _ in range(2)}
    assert lines == {"ready", "child"}
    assert (tmp_path / "result.partial").exists()
    number = signal.Signals[name]
    (os.killpg if group else os.kill)(process.pid, number)
    _, message = process.communicate(timeout=300)
    assert process.returncode == 128 + number
    assert message.splitlines() == [
        f"slow: stopped by {name} before it was finished; nothing half written is left. "
        "Run the same command again"
    ]
    assert not list(tmp_path.glob("result*"))


def test_signals_mean_again_what_they_meant(tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGTERM)
    inside = []
    run(lambda: inside.append(signal.getsignal(signal.SIGTERM)))
    assert inside != [before]
    assert signal.getsignal(signal.SIGTERM) is before
