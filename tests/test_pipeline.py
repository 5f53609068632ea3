"""dvc.yaml held to the truth: what each stage depends on, and what a changed parameter reruns.

The reruns are watched with stand-ins for the scripts (tests/stand_ins.py); tests/test_audit.py runs
the real ones.
"""

import ast
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.code_dependencies import (
    EXEMPT,
    LIBRARY,
    assert_code_dependencies,
    closure,
    declared_code,
)
from tests.declared_params import assert_no_change_is_hidden
from tests.places import ROOT
from tests.stand_ins import StandInPipeline

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
        for script in [*ROOT.glob("stages/*.py"), *ROOT.glob("studies/*/stages/*.py")]
        for file in closure(script)
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
    params = yaml.safe_load((ROOT / "params.yaml").read_text())
    entries = STAGES[name].get("params", [])
    assert_no_change_is_hidden(params, entries, {"${item.model}": "balanced"})


# -- reruns ------------------------------------------------------------------------------------


def each(stage: str) -> set[str]:
    return {f"{stage}@balanced", f"{stage}@unbalanced"}


ALWAYS = {"inventory"}
PICTURES = {"figures", "average_figures", "face_figures"}
PAGES = PICTURES | {"report"}
TABLES = {"aggregate", "causal", "crossed", "statistics"} | PAGES - {"face_figures"}
SCORES = each("score") | {"face_figures"} | TABLES
ON_SCALES = {"mask_versions", "statistics", "figures", "report"}
VERSIONS = each("score_versions") | {"scales", "mask_versions"}
GATHERED = {"scales", "mask_versions", "face_figures"} | TABLES
CAMS = each("cams") | VERSIONS | SCORES
INFER = each("infer") | CAMS
FRONTAL = {"frontal", "masks", "mask_overlap"} | INFER
CROP = {"crop", "landmarks"} | each("train") | FRONTAL
OWN = ("train", "infer", "cams", "score", "score_versions")
BALANCED = {f"{stage}@balanced" for stage in OWN}

RERUNS: dict[str, tuple[Any, set[str]]] = {
    "data.source": ("celeba", {"synthesize"} | CROP),
    "data.root": ("elsewhere", CROP),
    "data.images": ("aligned", CROP),
    "data.verify": ("content", {"crop", "report"}),  # the crops come out the same
    "synthetic.seed": (1, {"synthesize"} | CROP),
    "crop.size": (256, CROP),
    "landmarks.method": ("shift", {"landmarks"} | FRONTAL),
    "frontal.threshold": (0.2, FRONTAL),
    "mask.version": (1, SCORES),
    "models.balanced.loss": ("bce", BALANCED | GATHERED),
    "models.balanced.train": ({"seed": 1}, BALANCED | GATHERED),
    "train.epochs": (2, each("train") | INFER),
    "infer.layer": ("after_relu", INFER),
    "infer.methods": (["hirescam", "gradcam"], INFER),
    "cam.method": ("hirescam", CAMS),
    "cam.target": (1, CAMS),
    "cam.placement": ("half_pixel", CAMS),
    "score.threshold": (0.0, (VERSIONS | SCORES) - {"causal"}),
    "scale.faces": (50, {"scales"} | ON_SCALES),
    "scale.least_range": (0.1, ON_SCALES),
    "aggregate.resamples": (10, TABLES | {"mask_versions"}),
    "causal.cells": (3, {"causal", "figures", "report"}),
    "crossed.attributes": (["Male"], {"crossed", "figures", "report"}),
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
    repository = StandInPipeline(tmp_path, ".")
    everything = repository.reproduce()
    assert {name.split("@")[0] for name in everything} == set(STAGES)
    assert repository.reproduce() == ALWAYS, "something reran although nothing changed"
    third = {"network": "nano", "weights": "train", "pretrained": None}
    expected = {key: stages for key, (_, stages) in RERUNS.items()}
    expected["models.third"] = {f"{stage}@third" for stage in OWN} | GATHERED
    values = {key: value for key, (value, _) in RERUNS.items()}
    values["models.third"] = {**third, "loss": "mse", "weighting": "none"}
    assert repository.reruns(values) == expected
