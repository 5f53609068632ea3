"""dvc.yaml held to the truth: what each stage depends on, and what a changed parameter reruns.

The reruns are watched in a real DVC repository that uses the project's own dvc.yaml and
params.yaml. Only the stage scripts are stand-ins: each writes a digest of everything that it is
declared to read, so that a stage's outputs change whenever one of its inputs does. That makes
the set of stages that rerun a property of dvc.yaml alone. (tests/test_audit.py runs the real
scripts.)
"""

import ast
import contextlib
import json
import shutil
import subprocess
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml
from dvc.repo import Repo

from tests.code_dependencies import (
    EXEMPT,
    LIBRARY,
    assert_code_dependencies,
    closure,
    declared_code,
)
from tests.places import ROOT
from tests.quick_lock import quick_lock

PIPELINE = yaml.safe_load((ROOT / "dvc.yaml").read_text())
STAGES: dict[str, Any] = PIPELINE["stages"]
MODULES = set((ROOT / "src/heed/audit/figures").glob("*.py"))


# -- code dependencies -------------------------------------------------------------------------


@pytest.mark.parametrize("name", STAGES)
def test_code_dependencies_are_the_rooms_that_the_script_reaches(name: str) -> None:
    assert_code_dependencies(STAGES[name], ROOT / "stages" / f"{name}.py")


def test_the_code_of_figures_is_used_by_figures_and_report_alone() -> None:
    """So that an edit to one of them reruns nothing that takes long."""
    for room in ("src/heed/figures", "src/heed/audit/figures"):
        users = {name for name in STAGES if room in declared_code(STAGES[name])}
        assert users == {"figures", "average_figures", "face_figures", "report"}, room


def test_figures_that_a_registry_finds_count_as_reached() -> None:
    """No import names them: a figure in a new file is found by its folder."""
    reached = closure(ROOT / "stages/figures.py")
    modules = {path.relative_to(ROOT).as_posix() for path in MODULES if path.stat().st_size}
    assert "src/heed/audit/figures/class_gap.py" in modules <= reached


def test_every_exemption_is_of_use_and_has_its_reason() -> None:
    reached = {
        file.removeprefix(LIBRARY)
        for name in STAGES
        for file in closure(ROOT / "stages" / f"{name}.py")
    }
    for pattern, reason in EXEMPT.items():
        assert reason
        assert any(fnmatch(file, pattern) for file in reached), pattern


def test_a_missing_and_a_needless_room_are_named() -> None:
    """The test above can fail, and says what to do."""
    script = ROOT / "stages/frontal.py"
    deps = [dep for dep in STAGES["frontal"]["deps"] if dep != "src/heed/geometry"]
    with pytest.raises(AssertionError, match=r"add to its deps.*src/heed/geometry"):
        assert_code_dependencies({"deps": deps}, script)
    with pytest.raises(AssertionError, match=r"remove from its deps.*src/heed/training"):
        assert_code_dependencies(
            {"deps": [*STAGES["frontal"]["deps"], "src/heed/training"]}, script
        )


@pytest.mark.parametrize("name", STAGES)
def test_stage_reads_only_parameters_that_it_declares(name: str) -> None:
    """The keys that the script loads are the keys under ``params`` of its stage."""
    from heed.audit.settings import KEYS

    key_of = {model.__name__: key for key, model in KEYS.items()}
    loaded = set()
    for node in ast.walk(ast.parse((ROOT / "stages" / f"{name}.py").read_text())):
        if isinstance(node, ast.Name) and node.id in key_of:
            loaded.add(key_of[node.id])
        if isinstance(node, ast.Attribute) and node.attr in key_of:
            loaded.add(key_of[node.attr])
        called = node.func if isinstance(node, ast.Call) else None
        if getattr(called, "attr", getattr(called, "id", "")) in {"load_model", "load_models"}:
            loaded.add("models")
        if getattr(called, "attr", getattr(called, "id", "")) == "printable":
            loaded |= {"models", *KEYS}
    declared = {entry.split(".")[0] for entry in STAGES[name].get("params", [])}
    assert loaded == declared


@pytest.mark.parametrize("name", STAGES)
def test_stage_has_a_description_and_a_script_and_a_test_of_its_name(name: str) -> None:
    assert STAGES[name]["desc"]
    assert (ROOT / "tests/stages" / f"test_{name}.py").is_file()
    assert STAGES[name]["cmd"].split()[:2] == ["python", f"stages/{name}.py"]


@pytest.mark.parametrize("name", STAGES)
def test_no_group_of_parameters_hides_a_change_from_the_run_cache(name: str) -> None:
    """DVC leaves keys named size and nfiles out of a group when it looks a run up (issue 10296)."""
    params = yaml.safe_load((ROOT / "params.yaml").read_text())
    for entry in STAGES[name].get("params", []):
        value = params
        for part in entry.replace("${item.model}", "balanced").split("."):
            value = value[part]
        if isinstance(value, dict):
            assert not {"size", "nfiles"} & set(value), f"list {entry} key by key"


# -- reruns ------------------------------------------------------------------------------------

STAND_IN = """
import hashlib, json, pathlib, sys
name = pathlib.Path(sys.argv[0]).stem + ("@" + sys.argv[1] if len(sys.argv) > 1 else "")
plan = json.loads(pathlib.Path("plan.json").read_text())[name]
with open("ran.txt", "a") as log:
    log.write(name + chr(10))
params = dict(plan["params"])
if name == "inventory":  # reads these for two outputs of their own: the table of faces has no part
    models, audited = params.pop("models"), params.pop("frontal.partition")
digest = hashlib.sha256(json.dumps([name, params]).encode())
for dep in plan["deps"]:
    path = pathlib.Path(dep)
    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if file.is_file():
            digest.update(file.read_bytes())
for out in plan["outs"]:
    path = pathlib.Path(out)
    if path.name == "masks":  # a folder with one entry per version, of which stages read one
        for version in ("1", "2", "3", "evidence"):
            (path / (version + ".zarr")).mkdir(parents=True, exist_ok=True)
            (path / (version + ".zarr") / "content").write_text(version + digest.hexdigest())
    elif path.name == "weights":  # holds a file per model, which does not depend on the faces
        path.mkdir(parents=True, exist_ok=True)
        for model, entry in models.items():
            (path / (model + ".json")).write_text(json.dumps(entry["weights"]))
    elif path.name == "partitions.json":  # what is needed to train, and to audit
        trained = any(entry["weights"] == "train" for entry in models.values())
        needed = {audited} | ({"train", "validation"} if trained else set())
        path.write_text(json.dumps(sorted(needed)))
    elif path.suffix in {".parquet", ".json", ".html", ".safetensors"}:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"digest": digest.hexdigest()}))
    else:
        (path / "evidence").mkdir(parents=True, exist_ok=True)
        for file in (path / "README.txt", path / "evidence" / "content"):
            file.write_text(digest.hexdigest())
"""


class TinyRepository:
    """The project's pipeline with stand-ins for its scripts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("params.yaml", ".dvcignore", "requirements.lock"):
            shutil.copy(ROOT / name, folder / name)
        # Without the library's files: they do not change here, and DVC would look at each of them
        # some hundred times.
        lines = (ROOT / "dvc.yaml").read_text().splitlines(keepends=True)
        kept = [line for line in lines if not line.startswith("      - src/")]
        (folder / "dvc.yaml").write_text("".join(kept))
        (folder / "stages").mkdir()
        for name in STAGES:
            (folder / "stages" / f"{name}.py").write_text(STAND_IN)
        subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
        Repo.init(str(folder)).close()

    def reproduce(self) -> set[str]:
        """``dvc repro``; returns the names of the stages that ran."""
        (self.folder / "ran.txt").write_text("")
        with contextlib.chdir(self.folder), quick_lock(), Repo() as repo:
            self._write_plan(repo)
            repo.reproduce()
        return set((self.folder / "ran.txt").read_text().split())

    def change(self, key: str, value: Any) -> None:
        params = yaml.safe_load((self.folder / "params.yaml").read_text())
        *path, leaf = key.split(".")
        place = params
        for part in path:
            place = place[part]
        assert place.get(leaf) != value, f"{key} is {value!r} already: the test would see no change"
        place[leaf] = value
        (self.folder / "params.yaml").write_text(yaml.safe_dump(params, sort_keys=False))

    def _write_plan(self, repo: Repo) -> None:
        plan = {}
        params = yaml.safe_load((self.folder / "params.yaml").read_text())
        for stage in repo.index.stages:
            declared = [key for d in stage.deps if hasattr(d, "params") for key in d.params]
            plan[stage.name] = {
                "deps": [d.def_path for d in stage.deps if not hasattr(d, "params")],
                "outs": [out.def_path for out in stage.outs],
                "params": {key: self._value(params, key) for key in declared},
            }
        (self.folder / "plan.json").write_text(json.dumps(plan))

    @staticmethod
    def _value(params: Any, key: str) -> Any:
        for part in key.split("."):
            params = params[part]
        return params


def each(stage: str) -> set[str]:
    return {f"{stage}@balanced", f"{stage}@unbalanced"}


ALWAYS = {"inventory"}
PICTURES = {"figures", "average_figures", "face_figures"}
PAGES = PICTURES | {"report"}
TABLES = {"aggregate", "statistics"} | PAGES - {"face_figures"}
SCORES = each("score") | {"face_figures"} | TABLES
MASKS = {"mask_versions"} | SCORES
GATHERED = {"mask_versions", "face_figures"} | TABLES
CAMS = each("cams") | MASKS
INFER = each("infer") | CAMS
FRONTAL = {"frontal", "masks"} | INFER
CROP = {"crop", "landmarks"} | each("train") | FRONTAL
BALANCED = {"train@balanced", "infer@balanced", "cams@balanced", "score@balanced"}

RERUNS: dict[str, tuple[Any, set[str]]] = {
    "data.source": ("celeba", {"synthesize"} | CROP),
    "data.root": ("elsewhere", CROP),
    "data.images": ("aligned", CROP),
    "data.verify": ("content", CROP),
    "synthetic.seed": (1, {"synthesize"} | CROP),
    "crop.size": (256, CROP),
    "landmarks.method": ("shift", {"landmarks"} | FRONTAL),
    "frontal.threshold": (0.2, FRONTAL),
    "mask.version": (1, SCORES),
    "models.balanced.loss": ("mse", BALANCED | GATHERED),
    "train.epochs": (2, each("train") | INFER),
    "infer.layer": ("after_relu", INFER),
    "infer.methods": (["hirescam", "gradcam"], INFER),
    "cam.method": ("hirescam", CAMS),
    "cam.target": (1, CAMS),
    "score.threshold": (0.0, MASKS),
    "aggregate.resamples": (10, TABLES),
    "statistics.kl_epsilon": (1.0e-6, {"statistics", "figures", "report"}),
    "figures.dpi": (100, PAGES),
    "face_figures.faces": (4, {"face_figures", "report"}),
    "report.faces_per_group": (1, {"report"}),
}


def test_every_key_of_params_is_covered() -> None:
    params = yaml.safe_load((ROOT / "params.yaml").read_text())
    assert set(params) == {key.split(".")[0] for key in RERUNS}


def test_a_changed_parameter_reruns_exactly_what_depends_on_it(tmp_path: Path) -> None:
    """Change one parameter after the other; each change is judged against the state before it."""
    repository = TinyRepository(tmp_path)
    everything = repository.reproduce()
    assert {name.split("@")[0] for name in everything} == set(STAGES)
    assert repository.reproduce() == ALWAYS, "something reran although nothing changed"

    found, expected = {}, {}
    for key, (value, stages) in RERUNS.items():
        repository.change(key, value)
        found[key], expected[key] = repository.reproduce() - ALWAYS, stages
    third = {"network": "nano", "weights": "train", "pretrained": None}
    repository.change("models.third", {**third, "loss": "mse", "weighting": "none"})
    found["models.third"] = repository.reproduce() - ALWAYS
    own = {"train@third", "infer@third", "cams@third", "score@third"}
    expected["models.third"] = own | GATHERED
    assert found == expected
