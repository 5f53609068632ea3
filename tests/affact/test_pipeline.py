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

from heed.affact.settings import KEYS, EvaluateParams, ExtensionParams, NetworkParams
from heed.search.space import SearchParams
from heed.training.settings import LoaderParams
from tests.affact.changed_params import of_setting
from tests.code_dependencies import assert_code_dependencies
from tests.declared_params import assert_no_change_is_hidden
from tests.places import ROOT
from tests.stand_ins import StandInPipeline

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
    del key_of[LoaderParams.__name__]  # which decides no byte, and so is no reason to run
    both = {NetworkParams.key, ExtensionParams.key}
    calls = {"load_networks": both}
    for name_of_columns in ("evaluated_networks", "load_ensembles", "columns"):
        calls[name_of_columns] = {*both, EvaluateParams.key}
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
    params = yaml.safe_load((STUDY / "params.yaml").read_text())
    examples = {
        "networks.${key}": "networks.affact",
        "extensions.${key}": "extensions.affact_ext",
    }
    assert_no_change_is_hidden(params, STAGES[name]["params"], examples)


def stages_by_dvc(folder: Path) -> set[str]:
    """The names of the stages that DVC makes of the study's pipeline and the params.yaml there."""
    shutil.copy(STUDY / "dvc.yaml", folder)
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    Repo.init(str(folder)).close()
    with contextlib.chdir(folder), Repo() as repo:
        return {stage.name for stage in repo.index.stages}


@pytest.mark.parametrize("setting", [None, "table_7_1", "affact_b_ub"])
def test_dvc_makes_a_training_and_predictions_of_every_entry(
    tmp_path: Path, setting: str | None
) -> None:
    if setting:
        of_setting(tmp_path, setting)
    else:
        shutil.copy(STUDY / "params.yaml", tmp_path)
    params = yaml.safe_load((tmp_path / "params.yaml").read_text())
    expected = set(ENTRIES) - {"train", "extend", "predict"}
    expected |= {f"train@{name}" for name in params["networks"]}
    expected |= {f"extend@{name}" for name in params["extensions"]}
    expected |= {f"predict@{name}" for name in params["evaluate"]["networks"]}
    assert stages_by_dvc(tmp_path) == expected


# -- reruns ------------------------------------------------------------------------------------

NETWORKS = ("aligned", "affact", "affact_ext")
TRAINED = {"train@aligned", "train@affact", "extend@affact_ext"}
TABLES = {"evaluate", "figures", "face_figures"}
PREDICT = {f"predict@{name}" for name in NETWORKS} | TABLES
TEST_SET_T = {"test_set_t"} | PREDICT
TEST_SETS = {"test_sets"} | TEST_SET_T
FACES = {"detect"} | TRAINED | TEST_SETS
AFFACT = {"train@affact", "extend@affact_ext", "predict@affact", "predict@affact_ext"} | TABLES

RERUNS: dict[str, tuple[Any, set[str]]] = {
    "data.source": ("celeba", {"synthesize"} | FACES),
    "data.root": ("elsewhere", FACES),
    "data.images": ("aligned", FACES),
    # What opens the photographs; what it makes of them comes out the same.
    "data.verify": ("content", {"detect", "test_sets", "test_set_t", "face_figures"} | TRAINED),
    "synthetic.seed": (2, {"synthesize"} | FACES),
    "crop.size": (256, TRAINED | TEST_SETS),
    "augmentation.blur.std": (2.0, TEST_SET_T | AFFACT),  # the aligned network knows no blur
    "loader.workers": (1, set()),
    "networks.aligned.augment": (True, {"train@aligned", "predict@aligned"} | TABLES),
    "networks.affact.augment": ({"temperature": {"enabled": True}}, AFFACT),
    "extensions.affact_ext.augment": (
        {"temperature": {"enabled": True}},
        {"extend@affact_ext", "predict@affact_ext"} | TABLES,
    ),
    "networks.aligned.published": (None, TABLES),
    "networks.affact.training": ({"epochs": 1}, AFFACT),
    "extensions.affact_ext.published": (None, TABLES),
    "extensions.affact_ext.new_layer": (
        "identity",
        {"extend@affact_ext", "predict@affact_ext"} | TABLES,
    ),
    "detect.scale": (1.5, TEST_SETS),
    "test_sets.t": ({"temperature": {"enabled": True}}, TEST_SET_T),
    "test_sets.seed": (2, TEST_SET_T),
    "test_sets.ten_crop_size": (288, {"test_sets"} | PREDICT),
    "predict.batch_size": (1, PREDICT),
    "evaluate.threshold": (0.5, TABLES),
    "figures.dpi": (100, {"figures", "face_figures"}),
    "face_figures.faces": (2, {"face_figures"}),
    "search.trials": (1, set()),
}


def test_every_key_of_params_is_covered() -> None:
    params = yaml.safe_load((STUDY / "params.yaml").read_text())
    assert set(params) == {key.split(".")[0] for key in RERUNS}


def test_a_changed_parameter_reruns_exactly_what_depends_on_it(tmp_path: Path) -> None:
    """Change one parameter after the other; each change is judged against the state before it."""
    repository = StandInPipeline(tmp_path, "studies/affact")
    everything = repository.reproduce()
    assert {name.split("@")[0] for name in everything} == set(STAGES)
    assert repository.reproduce() == {"inventory"}, "something reran although nothing changed"
    expected = {key: stages for key, (_, stages) in RERUNS.items()}
    assert repository.reruns({key: value for key, (value, _) in RERUNS.items()}) == expected
