import os
import subprocess
import sys

import pytest
import torch
from typer.testing import CliRunner

from heed.cli import app
from heed.networks.catalogue import build
from heed.networks.weights import load_network


@pytest.fixture
def heed():
    runner = CliRunner()
    return lambda *arguments: runner.invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def weights(tmp_path):
    path = tmp_path / "weights.pth"
    torch.save(build("nano", 40).published_state(), path)
    return path


class Runs:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.system, (f"touch {self.path}",)


def test_import_weights(heed, weights, tmp_path):
    target = tmp_path / "nano.safetensors"
    result = heed("import-weights", weights, "--network", "nano", "-o", target)
    assert result.exit_code == 0
    assert result.stdout == f"{target}: 62 tensors of nano\n"
    assert result.stderr == ""
    assert load_network(target).name == "nano"


def test_errors_are_one_message_without_traceback(heed, weights, tmp_path):
    target = tmp_path / "out.safetensors"
    for arguments, expected in (
        (("none.pth", "--network", "nano", "-o", target), "Error: none.pth: no such file"),
        ((weights, "--network", "affact", "-o", target), f"Error: {weights}: holds a nano; i"),
        ((weights, "--network", "vgg", "-o", target), "Error: no network is called 'vgg'"),
        ((weights, "--network", "nano", "-o", "out.pth"), "Error: out.pth: expected a name that"),
    ):
        result = heed("import-weights", *arguments)
        assert result.exit_code == 1
        assert result.stderr.startswith(expected)
        assert result.stdout == ""
        assert isinstance(result.exception, SystemExit)
        assert not target.exists()


def test_a_file_of_the_users_is_not_replaced(heed, weights, tmp_path):
    (tmp_path / ".dvc").mkdir()
    target = tmp_path / "mine.safetensors"
    target.write_text("mine")
    result = heed("import-weights", weights, "--network", "nano", "-o", target)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"Error: {target}: found a file that Heed did not write")
    assert isinstance(result.exception, SystemExit)
    assert target.read_text() == "mine"


def test_code_runs_with_trust_alone_and_a_warning(heed, tmp_path):
    marker, target = tmp_path / "marker", tmp_path / "out.safetensors"
    path = tmp_path / "hostile.pth"
    content = {"state_dict": build("nano", 40).published_state(), "extra": Runs(marker)}
    torch.save(content, path)
    found = heed("import-weights", path, "--network", "nano", "-o", target)
    assert found.exit_code == 0
    assert found.stdout == (
        f"{target}: 62 tensors of nano, found behind 'state_dict.'\nLeft out: extra\n"
    )
    assert not marker.exists()
    trusted = heed("import-weights", path, "--network", "nano", "-o", target, "--trust")
    assert trusted.exit_code == 0
    assert trusted.stderr == f"Warning: --trust runs whatever code {path} holds.\n"
    assert marker.exists()


def test_help_names_the_command_and_does_not_load_torch():
    program = (
        "import sys; from heed.cli import app\n"
        "try: app(['--help'])\n"
        "except SystemExit: sys.exit('torch' in sys.modules)"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert "import-weights" in result.stdout


@pytest.mark.parametrize("given", [None, "ACTIVE"])
def test_threads_sleep_while_they_wait_unless_told_otherwise(given):
    script = (
        "import heed.cli, os, sys; print(os.environ['OMP_WAIT_POLICY'], 'torch' in sys.modules)"
    )
    environment = {name: value for name, value in os.environ.items() if name != "OMP_WAIT_POLICY"}
    if given:
        environment["OMP_WAIT_POLICY"] = given
    command = [sys.executable, "-c", script]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert ended.stdout.split() == [given or "PASSIVE", "False"]
