"""The study's dvc.yaml held to the truth, as tests/test_pipeline.py does for the audit."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from heed.probing import paths
from heed.probing.run_settings import KEYS as OF_RUNS
from heed.probing.settings import KEYS as OF_ANSWERS
from heed.training.settings import LoaderParams
from tests.code_dependencies import assert_code_dependencies
from tests.declared_params import assert_no_change_is_hidden, loaded_keys
from tests.probing.changed_params import STUDY
from tests.stand_ins import StandInPipeline

STAGES: dict[str, Any] = yaml.safe_load((STUDY / "dvc.yaml").read_text())["stages"]
PARAMS: dict[str, Any] = yaml.safe_load((STUDY / "params.yaml").read_text())
NETWORKS = ("residual", "untrained", "multitask")
"""Of the study's networks those that the reruns are watched with."""

FUNCTIONS = {
    "load_networks": {"networks"},
    "load_network_params": {"networks"},
    "load_layers": {"layers"},
}


def test_every_script_belongs_to_a_stage() -> None:
    assert {path.stem for path in (STUDY / "stages").glob("*.py")} == set(STAGES)


@pytest.mark.parametrize("name", STAGES)
def test_code_dependencies_are_the_rooms_that_the_script_reaches(name: str) -> None:
    assert_code_dependencies(STAGES[name], STUDY / f"stages/{name}.py")


@pytest.mark.parametrize("name", STAGES)
def test_stage_reads_only_parameters_that_it_declares(name: str) -> None:
    key_of = {kind.__name__: key for key, kind in (OF_RUNS | OF_ANSWERS).items()}
    del key_of[LoaderParams.__name__]  # which decides no byte, and so is no reason to run
    loaded = loaded_keys(STUDY / f"stages/{name}.py", key_of, FUNCTIONS)
    assert loaded == {entry.split(".")[0] for entry in STAGES[name]["params"]}


@pytest.mark.parametrize("name", STAGES)
def test_stage_has_a_description_and_a_script_of_its_name(name: str) -> None:
    assert STAGES[name]["desc"]
    assert STAGES[name]["cmd"].split()[:2] == ["python", f"stages/{name}.py"]


@pytest.mark.parametrize("name", STAGES)
def test_no_group_of_parameters_hides_a_change_from_the_run_cache(name: str) -> None:
    entries = STAGES[name]["params"]
    assert_no_change_is_hidden(PARAMS, entries, {"${item.network}": "residual"})


# -- reruns ------------------------------------------------------------------------------------


def each(stage: str, *networks: str) -> set[str]:
    return {f"{stage}@{network}" for network in networks or NETWORKS}


PAGE = {"figures", "report"}
ANSWERS = {"answers"} | PAGE
SILENCE = each("silence", "residual") | ANSWERS
PROBE = each("probe") | SILENCE
READ = PROBE | {"baseline"}
TRAIN = each("train") | READ
ADDED = {"train@added", "probe@added"} | ANSWERS
WITH_ADDED = each("probe", "added")

RERUNS: dict[str, tuple[Any, set[str]]] = {
    "silence.attributes": (["Eyeglasses"], SILENCE),
    "silence.later": (2, SILENCE),
    "layers.untrained": (
        {"names": ["*"], "kinds": ["sum"]},
        {"probe@untrained"} | ANSWERS,
    ),
    "layers.residual.kinds": (["sum"], {"probe@residual"} | SILENCE),
    "layers.added": ({"names": ["*"], "kinds": ["sum"]}, set()),
    "networks.added": ({"of": "random", "plan": "small_plain", "width": 8, "depth": 1}, ADDED),
    "networks.multitask.width": (8, {"train@multitask", "probe@multitask", "baseline"} | ANSWERS),
    "seeds.numbers": ([0, 1], TRAIN | {"train@added"} | WITH_ADDED),
    "probe.components": (4, READ - {"baseline"} | WITH_ADDED),
    "vip.bins": (10, PROBE | WITH_ADDED),
    "baseline.network": ("untrained", {"baseline"} | ANSWERS),
    "loader.workers": (1, set()),
    "training.epochs": (2, TRAIN | {"train@added"} | WITH_ADDED),
    "training.side": (144, {"crop"} | TRAIN | {"train@added"} | WITH_ADDED),
    "attribute_training.epochs": (2, TRAIN | {"train@added"} | WITH_ADDED),
    "persons.each": (10, TRAIN | {"train@added"} | WITH_ADDED),
    "synthetic.seed": (9, {"synthesize", "crop"} | TRAIN | {"train@added"} | WITH_ADDED),
    "data.verify": ("content", {"crop"} | each("train", *NETWORKS, "added")),
    "answers.confidence": (0.9, ANSWERS),
    "figures.dpi": (100, {"figures", "report"}),
}


def test_every_key_of_params_is_covered() -> None:
    assert set(PARAMS) == {key.split(".")[0] for key in RERUNS}


def test_a_changed_parameter_reruns_exactly_what_depends_on_it(tmp_path: Path) -> None:
    """Change one parameter after the other; each change is judged against the state before it."""
    folder = tmp_path / "studies/probing"
    folder.mkdir(parents=True)
    for name in ("amr.csv", "energy.csv"):
        table = folder / paths.AUDIT / name
        table.parent.mkdir(parents=True, exist_ok=True)
        table.touch()
    repository = StandInPipeline(folder, "studies/probing")
    params = yaml.safe_load((repository.folder / "params.yaml").read_text())
    for key in ("networks", "layers"):
        params[key] = {name: params[key][name] for name in NETWORKS}
    params["answers"]["networks"] = {"residual": None}
    (repository.folder / "params.yaml").write_text(yaml.safe_dump(params, sort_keys=False))
    everything = repository.reproduce()
    assert {name.split("@")[0] for name in everything} == set(STAGES)
    assert repository.reproduce() == {"inventory"}, "something reran although nothing changed"
    expected = {key: stages for key, (_, stages) in RERUNS.items()}
    assert repository.reruns({key: value for key, (value, _) in RERUNS.items()}) == expected
