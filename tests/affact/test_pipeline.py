"""The study's dvc.yaml held to the truth, as tests/test_pipeline.py does for the audit."""

import ast
import contextlib
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from dvc.repo import Repo

from heed.affact.settings import KEYS, ExtensionParams, NetworkParams
from heed.search.space import SearchParams
from tests.code_dependencies import assert_code_dependencies
from tests.places import ROOT

STUDY = ROOT / "studies/affact"
ENTRIES = yaml.safe_load((STUDY / "dvc.yaml").read_text())["stages"]
# A stage that is made for each entry of a key is written under `do`.
STAGES: dict[str, Any] = {name: stage.get("do", stage) for name, stage in ENTRIES.items()}
SCRIPT = {name: stage["cmd"].split()[1] for name, stage in STAGES.items()}


def test_every_script_belongs_to_a_stage_or_is_the_search() -> None:
    scripts = {path.relative_to(STUDY).as_posix() for path in (STUDY / "stages").glob("*.py")}
    assert scripts == {*SCRIPT.values(), "stages/search.py"}


@pytest.mark.parametrize("name", STAGES)
def test_code_dependencies_are_the_rooms_that_the_script_reaches(name: str) -> None:
    assert_code_dependencies(STAGES[name], STUDY / SCRIPT[name])


@pytest.mark.parametrize("name", STAGES)
def test_stage_reads_only_parameters_that_it_declares(name: str) -> None:
    key_of = {kind.__name__: key for key, kind in KEYS.items()}
    key_of[SearchParams.__name__] = SearchParams.key
    both = {NetworkParams.key, ExtensionParams.key}
    calls = {"load_networks": both, "evaluated_networks": {*both, "evaluate"}}
    loaded: set[str] = set()
    for node in ast.walk(ast.parse((STUDY / SCRIPT[name]).read_text())):
        word = {ast.Name: "id", ast.Attribute: "attr"}.get(type(node))
        name_used = getattr(node, word) if word else None
        if name_used in key_of:
            loaded.add(key_of[name_used])
        loaded |= calls.get(name_used, set())
    declared = {entry.split(".")[0] for entry in STAGES[name]["params"]}
    if name in ("train", "extend"):  # one script reads its own entry, of either key
        loaded -= both
        declared -= both
    assert loaded == declared


@pytest.mark.parametrize("name", STAGES)
def test_stage_has_a_description_and_a_script_of_its_name(name: str) -> None:
    assert STAGES[name]["desc"]
    assert SCRIPT[name] == f"stages/{'train' if name == 'extend' else name}.py"


@pytest.mark.parametrize("name", STAGES)
def test_no_group_of_parameters_hides_a_change_from_the_run_cache(name: str) -> None:
    """DVC leaves keys named size and nfiles out of a group when it looks a run up (issue 10296)."""
    params = yaml.safe_load((STUDY / "params.yaml").read_text())
    for entry in STAGES[name]["params"]:
        value = params
        for part in entry.removesuffix(".${key}").split("."):
            value = value[part]
        if isinstance(value, dict):
            assert not {"size", "nfiles"} & set(value), f"list {entry} key by key"


def stages_by_dvc(folder: Path, params: Path) -> set[str]:
    """The names of the stages that DVC makes of the study's pipeline and these parameters."""
    shutil.copy(STUDY / "dvc.yaml", folder)
    shutil.copy(params, folder / "params.yaml")
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    Repo.init(str(folder)).close()
    with contextlib.chdir(folder), Repo() as repo:
        return {stage.name for stage in repo.index.stages}


@pytest.mark.parametrize(
    "file", ["params.yaml", "settings/table_7_1.yaml", "settings/affact_b_ub.yaml"]
)
def test_dvc_makes_a_training_and_predictions_of_every_entry(tmp_path: Path, file: str) -> None:
    params = yaml.safe_load((STUDY / file).read_text())
    expected = set(ENTRIES) - {"train", "extend", "predict"}
    expected |= {f"train@{name}" for name in params["networks"]}
    expected |= {f"extend@{name}" for name in params["extensions"]}
    expected |= {f"predict@{name}" for name in params["evaluate"]["networks"]}
    assert stages_by_dvc(tmp_path, STUDY / file) == expected
