"""Networks are read back as they were written, whatever they are made of."""

from pathlib import Path
from typing import Any

import pytest
import torch

from heed.base.settings import load
from heed.methods.networks import load_saved, new_network, save_network
from heed.methods.run_settings import RunParams, with_changes
from heed.networks.state import WeightsError
from tests.methods.changed_params import STUDY

BASE = load(RunParams, STUDY / "params.yaml")


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"depth": 2, "batch_norm": False},
        {"dropout": 0.5, "stride": 8},
        {"network": "resnet18"},
        {"network": "resnet18", "dropout": 0.5},
    ],
)
def test_a_network_is_read_back_as_it_was_written(tmp_path: Path, changes: dict[str, Any]) -> None:
    run = with_changes(BASE, {"width": 8, **changes}, "test")
    torch.manual_seed(0)
    network = new_network(run).eval()
    save_network(network, tmp_path / "w.safetensors", run)
    images = torch.rand(2, 3, 64, 64)
    with torch.inference_mode():
        found = load_saved(tmp_path / "w.safetensors")(images)
        assert found.shape == (2, 1)
        assert torch.equal(found, network(images))


def test_the_same_weights_give_the_same_bytes(tmp_path: Path) -> None:
    torch.manual_seed(0)
    network = new_network(BASE)
    for name in ("a", "b"):
        save_network(network, tmp_path / name, BASE)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"none\.safetensors: no such file"):
        load_saved(tmp_path / "none.safetensors")
