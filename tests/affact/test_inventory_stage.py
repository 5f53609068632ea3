"""The study's inventory: every file of ImageNet weights is opened before anything is trained."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
import yaml

from heed.base.settings import ParamsError
from heed.networks.weights_file import save_state
from tests.affact.changed_params import STUDY, changed

SCRIPT = STUDY / "stages/inventory.py"
MISSING = r": weights/r\.safetensors: found no such file .*resnet50-19c8e357\.pth"


def inventory() -> None:
    """Run the script in the current folder."""
    spec = importlib.util.spec_from_file_location("affact_inventory", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    script.main()


NETWORK = {"networks__aligned__network": "resnet51", "search__base": "affact"}
PRETRAINED = {"networks__aligned__pretrained": "weights/r.safetensors"}
SPACE = {"search__space__network": {"nano": None, "resnet51": "weights/r.safetensors"}}


@pytest.mark.parametrize(
    ("values", "key"),
    [
        (NETWORK | PRETRAINED, r"networks\.aligned\.pretrained"),
        (SPACE, r"search\.space\.network\.resnet51"),
    ],
)
def test_a_start_that_is_missing_or_incomplete_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, values: dict, key: str
) -> None:
    monkeypatch.chdir(tmp_path)
    changed(tmp_path, **values)
    with pytest.raises(ParamsError, match=key + MISSING):
        inventory()
    save_state({"conv1.weight": torch.ones(64, 3, 7, 7)}, "resnet50", "weights/r.safetensors")
    with pytest.raises(ParamsError, match=rf"{key}: weights/r\.safetensors \(resnet50\): misses"):
        inventory()
    assert not Path("data").exists()


def test_torch_is_not_imported_where_nothing_is_named(tmp_path: Path) -> None:
    changed(tmp_path, data__source="celeba", data__root="nowhere")
    code = (
        "import runpy, sys\n"
        f"try: runpy.run_path({str(SCRIPT)!r}, run_name='__main__')\n"
        "except SystemExit: pass\n"
        "import json; print(json.dumps('torch' in sys.modules))"
    )
    environment = os.environ | {"PYTHONPATH": str(STUDY.parents[1] / "src")}
    run = subprocess.run(
        [sys.executable, "-P", "-c", code],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "nowhere" in run.stderr
    assert json.loads(run.stdout) is False
    notes = {path.name for path in (tmp_path / "data/pretrained").iterdir()}
    networks = yaml.safe_load((STUDY / "params.yaml").read_text())
    assert notes == {f"{name}.json" for key in ("networks", "extensions") for name in networks[key]}
