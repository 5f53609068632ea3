"""The tables of docs/explain.md, from other packages to Heed: both sides give the same."""

import re
from typing import Any

import numpy as np
import pytest
import torch

import heed
from heed.explain.postprocess import stretch
from tests.docs.snippets import given
from tests.places import ROOT

TEXT = (ROOT / "docs/explain.md").read_text(encoding="utf-8")


def rows(package: str) -> list[list[str]]:
    """The rows of a package's table: task, their code, Heed's."""
    (section,) = re.findall(rf"^### {package}\n(.*?)(?=^##|\Z)", TEXT, re.M | re.S)
    cells = [line.strip("| ").split(" | ") for line in re.findall(r"^\| .*", section, re.M)]
    assert cells[0] == ["task", "there", "here"]
    assert all(len(row) == 3 for row in cells)
    return cells[1:]


def code(cell: str) -> str | None:
    """The code of a cell, if it is an expression that stands for itself."""
    found = re.match(r"`([^`]+)`", cell)
    complete = found and "…" not in found[1] and not re.match(r"\w+=|\"", found[1])
    return found[1] if found and complete else None


@pytest.fixture(scope="module")
def names() -> dict[str, Any]:
    found = given()
    model = found["model"].eval()
    result = heed.explain(model, found["images"], layer=model.trunk)
    more = {"heed": heed, "np": np, "layer": model.trunk, "result": result, "stretch": stretch}
    return found | more


@pytest.mark.parametrize("package", ["grad-cam", "torch-cam", "Captum"])
@pytest.mark.filterwarnings("ignore:method 'package")
def test_code_of_heed_runs(package, names) -> None:
    ran = [eval(here, names) for _, _, cell in rows(package) if (here := code(cell))]
    assert len(ran) >= 5


def comparable() -> list[Any]:
    """The rows of which both sides are maps."""
    found = []
    for task, there, here in rows("grad-cam"):
        theirs, ours = code(there), code(here)
        if theirs and ours and "images" in theirs:
            found.append(pytest.param(theirs, ours, id=task))
    return found


@pytest.mark.parametrize(("theirs", "ours"), comparable())
@pytest.mark.filterwarnings("ignore:method 'package")
def test_the_package_gives_the_same(theirs, ours, names) -> None:
    import pytorch_grad_cam
    from pytorch_grad_cam.utils import model_targets

    theirs_names = names | vars(pytorch_grad_cam) | vars(model_targets)
    expected, found = eval(theirs, theirs_names), eval(ours, names)
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, atol=1e-5)
    assert torch.is_grad_enabled()


def test_most_rows_are_compared() -> None:
    assert len(comparable()) >= 11
