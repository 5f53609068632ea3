"""The library as others get it: the wheel, in an environment with nothing but what it asks for.

The environment is new and empty. Nothing is downloaded: the packages that the wheel's metadata
names, and those that these need, are linked into it from the environment of the tests. What is not
named there, such as the pipeline's packages, cannot be imported.
"""

import json
import os
import shutil
import subprocess
import sys
import venv
from email.message import Message
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement

from tests.places import ROOT

NOTEBOOK = ROOT / "docs/score_your_own_maps.ipynb"
PIPELINE = ["dvc", "lightning", "matplotlib", "optuna", "pydantic", "typer", "yaml", "zarr"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy, so that nothing is left beside the sources."""
    folder = tmp_path_factory.mktemp("wheel")
    shutil.copytree(ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("*.egg-info"))
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, folder)
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--quiet"]
    pip(["wheel", *options, "--wheel-dir", folder / "out", folder])
    (built,) = (folder / "out").glob("*.whl")
    return built


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment in which the wheel is installed."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin/python"
    pip(["--python", python, "install", "--no-deps", "--no-index", "--quiet", wheel])
    (site,) = folder.glob("lib/python*/site-packages")
    for name in needed(requirements(wheel)):
        link(name, site)
    return python


def pip(arguments: list[str | Path]) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr


def metadata(wheel: Path) -> Message:
    with ZipFile(wheel) as content:
        (name,) = [name for name in content.namelist() if name.endswith(".dist-info/METADATA")]
        message = Message()
        for line in content.read(name).decode().split("\n\n")[0].splitlines():
            key, _, value = line.partition(": ")
            message[key] = value
    return message


def requirements(wheel: Path) -> list[str]:
    """What it asks for without extras."""
    return metadata(wheel).get_all("Requires-Dist") or []


def needed(lines: list[str]) -> set[str]:
    """Names of the packages that are asked for, and of all that these ask for."""
    found: set[str] = set()
    waiting = list(lines)
    while waiting:
        requirement = Requirement(waiting.pop())
        extras = requirement.extras | {""}
        marker = requirement.marker
        wanted = marker is None or marker.evaluate({"extra": ""})
        if not wanted or requirement.name in found:
            continue
        found.add(requirement.name)
        for line in distribution(requirement.name).requires or []:
            inner = Requirement(line).marker
            if inner is None or any(inner.evaluate({"extra": extra}) for extra in extras):
                waiting.append(line.partition(";")[0])
    return found


def link(name: str, site: Path) -> None:
    """Make an installed package importable from another folder."""
    try:
        installed = distribution(name)
    except PackageNotFoundError:
        pytest.fail(f"{name} is not installed, but the library asks for it")
    for top in {file.parts[0] for file in installed.files or ()} - {"..", "__pycache__"}:
        source, target = Path(str(installed.locate_file(top))), site / top
        if source.exists() and not target.exists():
            target.symlink_to(source)


def run(python: Path, code: str) -> str:
    """What a program prints in the new environment, which knows nothing of this one."""
    done = subprocess.run(
        [python, "-I", "-c", code], capture_output=True, text=True, check=False, cwd=python.parent
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_only_what_the_library_needs_is_asked_for(wheel: Path) -> None:
    names = {Requirement(line).name for line in requirements(wheel) if "extra ==" not in line}
    expected = {"numpy", "opencv-python-headless", "pandas", "safetensors", "scipy", "torch"}
    assert names == expected | {"torchvision"}
    assert metadata(wheel)["Provides-Extra"] == "pipeline"
    extra = {Requirement(line).name for line in requirements(wheel) if "extra ==" in line}
    assert {"dvc", "lightning", "optuna", "pydantic", "zarr"} <= extra


def test_types_tables_and_templates_are_in_it(wheel: Path) -> None:
    with ZipFile(wheel) as content:
        names = set(content.namelist())
    library = ROOT / "src"
    kinds = {".py", ".csv", ".json", ".j2", ".css", ".js", ".typed"}
    files = {p for p in library.glob("heed/**/*") if p.suffix in kinds or p.name == "py.typed"}
    assert "heed/py.typed" in names
    assert {path.relative_to(library).as_posix() for path in files} <= names


def test_the_environment_has_nothing_of_the_pipeline(python: Path) -> None:
    code = f"from importlib.util import find_spec; print([n for n in {PIPELINE} if find_spec(n)])"
    assert run(python, code) == "[]\n"


CALLS = """
import numpy as np, torch, heed
assert heed.__file__.startswith(__import__("sys").prefix), heed.__file__
face = np.array([[93, 101], [132, 102], [108, 124], [97, 142], [129, 142]], float)
rng = np.random.default_rng(0)
called = {"__version__", "masks"}
for to in (np.asarray, torch.as_tensor):
    kind = type(to(face))
    for version in (1, 2, 3):
        masks = heed.masks.for_landmarks(to(face), version=version, size=224)
        assert isinstance(masks, kind) and masks.any()
    maps = to(rng.random(tuple(masks.shape)))
    for name in ("acceptable_mask_ratio", "proportional_energy", "intersection_over_union"):
        scores = getattr(heed, name)(maps, masks)
        assert isinstance(scores, kind) and 0 < scores.min() <= scores.max() < 1, name
        called.add(name)
    logits, labels = to(rng.normal(size=(50, 3))), to(rng.choice([-1, 1], (50, 3)))
    rates = heed.error_rates(logits, labels)
    assert all(isinstance(rate, kind) and (0 < rate).all() and (rate < 1).all() for rate in rates)
    assert (heed.kl_divergence(maps, maps) == 0).all()
    assert (heed.kl_divergence(maps, maps**2) > 0).all()
    called |= {"error_rates", "kl_divergence"}

import os, tempfile
from heed.networks.catalogue import NETWORKS, build
from heed.networks.weights import save_weights
folder = tempfile.mkdtemp()
for name in ("nano", "nano_ext"):
    save_weights(build(name, outputs=3), os.path.join(folder, "mine.safetensors"))
    network = heed.load_network(os.path.join(folder, "mine.safetensors"))
    assert network(torch.rand(2, 3, 64, 64)).shape == (2, 3) and network.name == name
with torch.device("meta"):
    assert all(build(name, 3).name == name for name in NETWORKS)
called.add("load_network")
for name in ("gradcam", "gradcam_plusplus", "eigencam", "ablationcam", "occlusion"):
    result = heed.explain(network, torch.rand(2, 3, 64, 64), name, layer="trunk")
    assert result.maps.shape == (2, 3, 2, 2) and result.contribution.shape == (2, 3)
    assert result.pixels("predicted").shape == (2, 3, 64, 64)
called.add("explain")
# heed.results reads what the pipeline wrote, and needs its packages.
assert called == set(heed.__all__) - {"results"}, called ^ set(heed.__all__)
print(heed.__version__)
"""


def test_every_public_name_can_be_called(wheel: Path, python: Path) -> None:
    assert run(python, CALLS) == f"{metadata(wheel)['Version']}\n"


def test_the_commands_say_what_they_need(python: Path) -> None:
    command = [python.parent / "heed", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "pip install 'heed[pipeline]'" in done.stderr
    assert "Traceback" not in done.stderr


def test_results_say_what_they_need(python: Path) -> None:
    code = """
import heed
try:
    heed.results
except ImportError as error:
    print(error)
"""
    said = run(python, code)
    assert said.startswith("heed.results: found no package ")
    assert said.endswith("pip install 'heed[pipeline]'\n")


def test_the_notebook_runs_and_prints_what_it_shows(python: Path) -> None:
    cells = [c for c in json.loads(NOTEBOOK.read_text())["cells"] if c["cell_type"] == "code"]
    shown = "".join(line for cell in cells for output in cell["outputs"] for line in output["text"])
    assert "AMR" in shown
    assert run(python, "\n".join("".join(cell["source"]) for cell in cells)) == shown
