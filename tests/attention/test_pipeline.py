"""The study's dvc.yaml held to the truth, as tests/test_pipeline.py does for the audit."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from heed.attention.maps_settings import MapsParams
from heed.attention.run_settings import KEYS as OF_RUNS
from heed.attention.settings import KEYS as OF_ANSWERS
from heed.training.settings import LoaderParams
from tests.attention.changed_params import STUDY
from tests.code_dependencies import assert_code_dependencies
from tests.declared_params import assert_no_change_is_hidden, loaded_keys
from tests.stand_ins import StandInPipeline

STAGES: dict[str, Any] = yaml.safe_load((STUDY / "dvc.yaml").read_text())["stages"]
PARAMS: dict[str, Any] = yaml.safe_load((STUDY / "params.yaml").read_text())
NETWORKS = ("plain", "mouth_only")
RUNS = ("bce", "lipstick_iou", "chin_iou")
"""Of the study's networks and runs those that the reruns are watched with."""

FUNCTIONS = {
    "load_networks": {"networks"},
    "load_trained": {"networks"},
    "load_pairs": {"pairs"},
    "load_runs": {"runs"},
    "load_run": {"runs"},
    "read_study": {"networks", "pairs", "runs", "tuning"},
}


def test_every_script_belongs_to_a_stage() -> None:
    assert {path.stem for path in (STUDY / "stages").glob("*.py")} == set(STAGES)


@pytest.mark.parametrize("name", STAGES)
def test_code_dependencies_are_the_rooms_that_the_script_reaches(name: str) -> None:
    assert_code_dependencies(STAGES[name], STUDY / f"stages/{name}.py")


@pytest.mark.parametrize("name", STAGES)
def test_stage_reads_only_parameters_that_it_declares(name: str) -> None:
    key_of = {kind.__name__: key for key, kind in (OF_RUNS | OF_ANSWERS).items()}
    key_of[MapsParams.__name__] = MapsParams.key
    del key_of[LoaderParams.__name__]  # which decides no byte, and so is no reason to run
    loaded = loaded_keys(STUDY / f"stages/{name}.py", key_of, FUNCTIONS)
    assert loaded == {entry.split(".")[0] for entry in STAGES[name]["params"]}


@pytest.mark.parametrize("name", STAGES)
def test_stage_has_a_description_and_a_script_of_its_name(name: str) -> None:
    assert STAGES[name]["desc"]
    assert STAGES[name]["cmd"].split()[:2] == ["python", f"stages/{name}.py"]


@pytest.mark.parametrize("name", STAGES)
def test_no_group_of_parameters_hides_a_change_from_the_run_cache(name: str) -> None:
    examples = {"${item.network}": "plain", "${item.run}": "lipstick_iou"}
    assert_no_change_is_hidden(PARAMS, STAGES[name]["params"], examples)


# -- reruns ------------------------------------------------------------------------------------


def each(stage: str, *names: str) -> set[str]:
    return {f"{stage}@{name}" for name in names}


GATHERED = set(STAGES) & {"answers", "figures", "report"}
OF_NETWORKS = each("evaluate_network", *NETWORKS)
CONTROL = each("evaluate_run", "bce")
EVALUATE = OF_NETWORKS | each("evaluate_run", *RUNS) | GATHERED
TUNE = each("tune", *RUNS) | each("evaluate_run", *RUNS) | GATHERED
TRAIN = each("train", *NETWORKS) | TUNE | EVALUATE
ADDED = each("tune", "added") | each("evaluate_run", "added")


def own(run: str) -> set[str]:
    """What is made of one run alone, and what gathers."""
    return each("tune", run) | each("evaluate_run", run) | GATHERED


BOX = {
    "attribute": "Smiling",
    "confounder": "Male",
    "regions": None,
    "box": [80.0, 130.0, 144.0, 160.0],
}
DRAWN = {"pairs": ["drawn"], "loss": "iou", "weights": [1.0, 5.0]}

RERUNS: dict[str, tuple[Any, set[str]]] = {
    "runs.lipstick_iou.loss": ("energy", own("lipstick_iou")),
    "runs.lipstick_iou.weights": ([1.0, 2.0], own("lipstick_iou")),
    "runs.lipstick_iou.images": ("predicted", own("lipstick_iou")),
    "runs.bce.weights": ([2.0, 0.0], own("bce")),
    "pairs.lipstick.regions": (["eyes"], own("lipstick_iou") | OF_NETWORKS | CONTROL),
    # A pair that leads no run is evaluated with what all runs are compared with.
    "pairs.drawn": (BOX, OF_NETWORKS | CONTROL | GATHERED),
    "runs.added": (DRAWN, ADDED | GATHERED),
    "networks.mouth_only.seeds": (
        2, each("train", "mouth_only") | each("evaluate_network", "mouth_only") | GATHERED,
    ),
    "mask.version": (3, EVALUATE | each("evaluate_run", "added")),
    "evaluate.threshold": (0.2, EVALUATE | each("evaluate_run", "added")),
    "tuning.learning_rate": (0.05, TUNE | ADDED),
    "maps.placement": ("half_pixel", TUNE | ADDED | OF_NETWORKS),
    "loader.workers": (1, set()),
    "pretraining.epochs": (2, TRAIN | ADDED),
    "network.name": ("resnet18", TRAIN | ADDED),
    "seeds.numbers": ([0, 1], TRAIN | ADDED),
    "landmarks.file": ("mine.csv", {"crop"} | TRAIN | ADDED),
    "crop.size": (192, {"crop"} | TRAIN | ADDED),
    "synthetic.seed": (9, {"synthesize", "crop"} | TRAIN | ADDED),
    "data.verify": ("content", {"crop"}),
    "answers.confidence": (0.9, GATHERED),
    "figures.dpi": (100, GATHERED & {"figures", "report"}),
}  # fmt: skip


def test_every_key_of_params_is_covered() -> None:
    assert set(PARAMS) == {key.split(".")[0] for key in RERUNS}


def test_a_changed_parameter_reruns_exactly_what_depends_on_it(tmp_path: Path) -> None:
    """Change one parameter after the other; each change is judged against the state before it."""
    repository = StandInPipeline(tmp_path, "studies/attention")
    params = yaml.safe_load((tmp_path / "params.yaml").read_text())
    for key, names in (("networks", NETWORKS), ("runs", RUNS)):
        params[key] = {name: params[key][name] for name in names}
    (tmp_path / "params.yaml").write_text(yaml.safe_dump(params, sort_keys=False))
    everything = repository.reproduce()
    assert {name.split("@")[0] for name in everything} == set(STAGES)
    assert repository.reproduce() == {"inventory"}, "something reran although nothing changed"
    expected = {key: stages for key, (_, stages) in RERUNS.items()}
    assert repository.reruns({key: value for key, (value, _) in RERUNS.items()}) == expected
