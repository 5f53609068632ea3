"""A device that is not there is refused before anything runs, and looked for only if need be."""

import subprocess
import sys
from pathlib import Path

import pytest
import torch
import yaml

from heed.audit.device_consistency import check_device
from heed.base.settings import ParamsError
from tests.places import ROOT


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    write_params()


def write_params(**infer):
    params = yaml.safe_load((ROOT / "params.yaml").read_text())
    Path("params.yaml").write_text(yaml.safe_dump({"infer": params["infer"] | infer}))


def test_what_this_machine_lacks_is_refused_by_its_key():
    write_params(device="cuda")
    with pytest.raises(ParamsError, match=r"^params.yaml: infer\.device: found 'cuda', but torch"):
        check_device(["mine"])
    write_params(device="cpu", precision="float16")
    with pytest.raises(ParamsError, match=r"^params.yaml: infer\.precision: found float16, which"):
        check_device(["mine"])


def test_results_of_another_machine_may_be_looked_at():
    write_params(device="cuda")
    Path("data/predictions/mine").mkdir(parents=True)
    check_device(["mine"])
    with pytest.raises(ParamsError):
        check_device(["mine", "other"])


def test_the_default_does_without_torch():
    code = (
        "import sys; from heed.audit.device_consistency import check_device; check_device(['a']); "
        "sys.exit('torch' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
