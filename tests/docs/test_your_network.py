"""The page on auditing one's own network: its snippets, as they stand there."""

import re
import sys
from pathlib import Path

import pytest
import torch
import yaml
from torch import nn

from heed.audit.models import load_models
from heed.audit.network_consistency import TriedNetworks
from heed.cli import app
from tests.places import ROOT

PAGE = (ROOT / "docs/your_network.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.M | re.S)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The folder of params.yaml with the function in the file that the page names."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    _, function = blocks("python")
    file = Path(function.splitlines()[0].removeprefix("# "))
    file.parent.mkdir()
    file.write_text(function)
    params = yaml.safe_load((ROOT / "params.yaml").read_text())
    of_torchvision, own = (yaml.safe_load(block)["models"]["mine"] for block in blocks("yaml"))
    params["models"] = {"torchvision": of_torchvision, "own": own}
    Path("params.yaml").write_text(yaml.safe_dump(params))
    yield tmp_path
    for name in ("my_nets.faces", "my_nets"):
        sys.modules.pop(name, None)


def test_maps_of_ones_own_network():
    model = nn.Sequential(nn.Conv2d(3, 4, 3, 2), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
                          nn.Linear(4, 5))  # fmt: skip
    names = {"model": model, "images": torch.rand(2, 3, 9, 9)}
    exec(blocks("python")[0], names)
    assert names["result"].maps.shape == (2, 5, 4, 4)


def test_the_entries_are_valid_and_the_function_makes_a_network_to_audit(folder):
    models = load_models()
    assert models["torchvision"].trained
    assert models["torchvision"].network == "torchvision:convnext_tiny"
    found = TriedNetworks("notes").note("own", models["own"], {"weights": None})
    assert found is not None
    assert (found["cells"], found["affine"]) == (14, True)


def test_a_checkpoint_of_it_is_imported(folder):
    from typer.testing import CliRunner

    sys.path.append(str(folder))
    from my_nets.faces import make

    torch.save({"state_dict": make(40).state_dict()}, "mine.ckpt")
    (command,) = re.findall(r"`heed (import-weights mine\.ckpt [^`]+)`", PAGE)
    done = CliRunner().invoke(app, command.split())
    assert done.exit_code == 0, done.output
    assert "4 tensors of python:my_nets.faces:make, found behind 'state_dict.'" in done.output


def test_messages_that_the_page_explains_are_those_of_the_code():
    code = "".join(path.read_text() for path in (ROOT / "src/heed").rglob("*.py"))
    code = re.sub(r'"\s*\n\s*f?"', "", code)  # joined as Python joins them
    pieces = re.findall(r"^\| `([^`]+)` \|", PAGE.partition("## If it is refused")[2], re.M)
    assert len(pieces) == 11
    for piece in (
        "no module {",
        "looked for {",
        "makes logits {",
        "asked about crops of {",
        "has no such layer",
        "the maps of {",
        "found cam, but the head of {",
        " raised {",
        "all of its answers lie in 0..1",
        "asked twice about the same images in eval mode",
        "(in training mode)",
        "in training mode it raised {",
        "holds weights of a network that was given pixels with {",
    ):
        assert piece in code, piece
