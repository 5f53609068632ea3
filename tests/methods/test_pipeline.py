"""The study's dvc.yaml held to the truth, as tests/test_pipeline.py does for the audit."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from heed.methods.settings import KEYS
from heed.training.settings import LoaderParams
from tests.code_dependencies import assert_code_dependencies
from tests.declared_params import assert_no_change_is_hidden, loaded_keys
from tests.methods.changed_params import STUDY
from tests.stand_ins import StandInPipeline

STAGES: dict[str, Any] = yaml.safe_load((STUDY / "dvc.yaml").read_text())["stages"]
LEVELS = ("base", "dropout_50", "depth_2")
"""Of the study's levels those that the reruns are watched with."""


def test_every_script_belongs_to_a_stage() -> None:
    assert {path.stem for path in (STUDY / "stages").glob("*.py")} == set(STAGES)


@pytest.mark.parametrize("name", STAGES)
def test_code_dependencies_are_the_rooms_that_the_script_reaches(name: str) -> None:
    assert_code_dependencies(STAGES[name], STUDY / f"stages/{name}.py")


@pytest.mark.parametrize("name", STAGES)
def test_stage_reads_only_parameters_that_it_declares(name: str) -> None:
    key_of = {kind.__name__: key for key, kind in KEYS.items()}
    del key_of[LoaderParams.__name__]  # which decides no byte, and so is no reason to run
    calls = {
        "load_levels": {"levels"},
        "load_level": {"levels"},
        "load_run": {"base", "levels"},
        "load_seeds": {"seeds"},
    }
    loaded = loaded_keys(STUDY / f"stages/{name}.py", key_of, calls)
    assert loaded == {entry.split(".")[0] for entry in STAGES[name]["params"]}


@pytest.mark.parametrize("name", STAGES)
def test_stage_has_a_description_and_a_script_of_its_name(name: str) -> None:
    assert STAGES[name]["desc"]
    assert STAGES[name]["cmd"].split()[:2] == ["python", f"stages/{name}.py"]


@pytest.mark.parametrize("name", STAGES)
def test_no_group_of_parameters_hides_a_change_from_the_run_cache(name: str) -> None:
    params = yaml.safe_load((STUDY / "params.yaml").read_text())
    examples = {"${item.level}": "base", "${item.seeds}": "first"}
    assert_no_change_is_hidden(params, STAGES[name]["params"], examples)


# -- reruns ------------------------------------------------------------------------------------


def each(stage: str) -> set[str]:
    return {f"{stage}@{level}-first" for level in LEVELS}


PAGE = {"figures", "report"}
TABLES = {"answers"} | PAGE
MEASURE = each("measure") | TABLES
CHECKS = {"randomise", "stability"}
TRAIN = each("train") | CHECKS | MEASURE
OWN = {"train@depth_2-first", "measure@depth_2-first"} | TABLES

RERUNS: dict[str, tuple[Any, set[str]]] = {
    "data.side": (128, {"draw", "prepare", "report"} | TRAIN),
    "fundus.seed": (2, {"draw", "prepare"} | TRAIN),
    "celeba.seed": (1, {"prepare", "report"} | TRAIN),
    "loader.workers": (1, set()),
    "base.epochs": (2, TRAIN),
    "seeds.first.numbers": ([7], TRAIN),
    "levels.depth_2.changes": ({"depth": 4}, OWN),
    "levels.depth_2.factor": ("blocks", OWN - {"train@depth_2-first"}),
    "levels.depth_2.level": ("two blocks", TABLES),
    "levels.added": (
        {"factor": "depth", "level": "4 blocks", "changes": {"depth": 4}},
        {"train@added-first", "measure@added-first"} | TABLES,
    ),
    "score.threshold": (0.2, MEASURE | {"measure@added-first"} | CHECKS),
    "randomisation.draws": (1, {"randomise"} | TABLES),
    "stability.radius": (0.1, {"stability"} | TABLES),
    "answers.confidence": (0.9, TABLES),
    "figures.dpi": (100, PAGE),
    "seeds.more": (
        {"numbers": [8, 9]},
        {f"{stage}@{level}-more" for stage in ("train", "measure") for level in (*LEVELS, "added")}
        | CHECKS
        | TABLES,
    ),
}


def test_every_key_of_params_is_covered() -> None:
    params = yaml.safe_load((STUDY / "params.yaml").read_text())
    assert set(params) == {key.split(".")[0] for key in RERUNS}


def test_a_changed_parameter_reruns_exactly_what_depends_on_it(tmp_path: Path) -> None:
    """Change one parameter after the other; each change is judged against the state before it."""
    repository = StandInPipeline(tmp_path, "studies/methods")
    params = yaml.safe_load((tmp_path / "params.yaml").read_text())
    params["levels"] = {level: params["levels"][level] for level in LEVELS}
    (tmp_path / "params.yaml").write_text(yaml.safe_dump(params, sort_keys=False))
    everything = repository.reproduce()
    assert {name.split("@")[0] for name in everything} == set(STAGES)
    assert repository.reproduce() == {"inventory"}, "something reran although nothing changed"
    expected = {key: stages for key, (_, stages) in RERUNS.items()}
    assert repository.reruns({key: value for key, (value, _) in RERUNS.items()}) == expected
