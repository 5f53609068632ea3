"""The whole study with its real scripts, on a few drawn faces."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from heed.attention.schema import COLUMNS, PLACES
from heed.celeba.attributes import ATTRIBUTES
from heed.networks.weights_file import read_state
from tests.pipeline_copy import ROOT, PipelineCopy

PARAMS = yaml.safe_load((ROOT / "studies/attention/params.yaml").read_text())
NETWORKS = {"plain": {"of": "original"}, "mixture": {"of": "mixture", "seeds": 1}}
LIPSTICK = {"pairs": ["lipstick"], "loss": "iou", "weights": [1.0, 5.0]}
RUNS = {"bce": PARAMS["runs"]["bce"], "lipstick": LIPSTICK}
SEEDS = (3, 1)
TEST = 96

FEW = {
    "synthetic": {"train": 48, "validation": 16, "test": TEST},
    "crop": {"size": 64},
    "seeds": {"numbers": list(SEEDS)},
    "pretraining": {"epochs": 1, "batch_size": 16},
    "tuning": {"batch_size": 16},
    "evaluate": {"faces": 20, "examples": 2},
    "answers": {"resamples": 20},
    "figures": {"dpi": 50},
}


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> PipelineCopy:
    study = PipelineCopy(tmp_path_factory.mktemp("study"), "studies/attention", FEW)
    path = study.folder / "params.yaml"
    params = yaml.safe_load(path.read_text())
    params |= {"networks": NETWORKS, "runs": RUNS}
    params["pairs"] = {"lipstick": PARAMS["pairs"]["lipstick"]}
    path.write_text(yaml.safe_dump(params, sort_keys=False))
    study.reproduce()
    return study


def results(study: PipelineCopy, kind: str, name: str) -> pd.DataFrame:
    return pd.read_parquet(study.folder / PLACES[kind](name))  # type: ignore[index]


def weights(study: PipelineCopy, name: str) -> dict[str, bytes]:
    files = (study.folder / f"data/networks/{name}").glob("*.safetensors")
    return {file.stem: file.read_bytes() for file in files}


def test_every_network_answers_on_every_set(study: PipelineCopy) -> None:
    for name, seeds in {"plain": SEEDS, "mixture": SEEDS[:1], "bce": SEEDS}.items():
        found = results(study, "decisions", name)
        assert found.columns.tolist() == COLUMNS["decisions"]
        sizes = found.groupby(["seed", "set"]).size().to_dict()
        of_sets = {"test": TEST, "sunglasses": 20, "mouth_only": 20}
        assert sizes == {(seed, of): count for seed in seeds for of, count in of_sets.items()}
        assert np.isfinite(found.filter(like="logit.")).all(axis=None)


def test_concealed_faces_are_answered_otherwise(study: PipelineCopy) -> None:
    found = results(study, "decisions", "plain").query(f"seed == {SEEDS[0]}").set_index("image")
    logits = {of: table.filter(like="logit.") for of, table in found.groupby("set")}
    for of in ("sunglasses", "mouth_only"):
        seen = logits["test"].loc[logits[of].index]
        assert (seen != logits[of]).any(axis=1).mean() > 0.9


def test_maps_are_scored_of_those_faces_that_have_the_attribute(study: PipelineCopy) -> None:
    faces = pd.read_parquet(study.folder / "data/faces.parquet")
    test = faces[faces["partition"] == 2]
    having = test.loc[test["Wearing_Lipstick"] > 0, "image"]
    for name in ("plain", "lipstick"):
        found = results(study, "regions", name)
        for seed in SEEDS:
            assert set(found.loc[found["seed"] == seed, "image"]) == set(having)
        assert found["proportional_energy"].between(0, 1).all()


def test_errors_are_those_of_the_decisions(study: PipelineCopy) -> None:
    faces = pd.read_parquet(study.folder / "data/faces.parquet").set_index("image")
    attributes = results(study, "attributes", "bce").set_index(["seed", "attribute"])
    decisions = results(study, "decisions", "bce").query("set == 'test'")
    assert len(attributes) == len(SEEDS) * len(ATTRIBUTES)
    for seed, of_seed in decisions.groupby("seed"):
        labels = faces.loc[of_seed["image"], "Smiling"].to_numpy()
        wrong = (of_seed["logit.Smiling"].to_numpy() * labels < 0).mean()
        assert attributes.loc[(seed, "Smiling"), "error_rate"] == pytest.approx(wrong)


def test_each_run_starts_from_the_network_of_its_seed_and_moves_it(study: PipelineCopy) -> None:
    folder = study.folder / "data/networks"
    for run in RUNS:
        for seed in SEEDS:
            start, _ = read_state(folder / f"plain/{seed}.safetensors")
            tuned, _ = read_state(folder / f"{run}/{seed}.safetensors")
            other, _ = read_state(folder / f"plain/{SEEDS[seed == SEEDS[0]]}.safetensors")
            key = "attributes.weight"
            moved, apart = (float((tuned[key] - of[key]).norm()) for of in (start, other))
            assert 0 < moved < apart


def test_the_maps_loss_is_in_the_curves_of_the_run_that_has_it(study: PipelineCopy) -> None:
    columns = {
        run: set(pd.read_csv(study.folder / f"data/curves/{run}.csv").columns) for run in RUNS
    }
    assert "train/map_loss" in columns["lipstick"]
    assert "train/map_loss" not in columns["bce"]


def test_examples_are_the_same_faces_for_all(study: PipelineCopy) -> None:
    found = {
        name: np.load(study.folder / f"data/examples/{name}.npz") for name in ("plain", "lipstick")
    }
    for key in ("images", "names", "sets", "corners"):
        one, other = (arrays[f"lipstick/{key}"] for arrays in found.values())
        assert (one == other).all()
    assert found["plain"]["lipstick/sets"].tolist() == ["E1", "E2"]
    assert (found["plain"]["lipstick/maps"] != found["lipstick"]["lipstick/maps"]).any()


def test_stages_open_only_what_they_declare(study: PipelineCopy) -> None:
    found = study.undeclared_inputs()
    # Images are read by way of the inventory's table, which has their sizes.
    left = {
        stage: {path for path in paths if not str(path).startswith("data/synthetic")}
        for stage, paths in found.items()
    }
    assert {stage: paths for stage, paths in left.items() if paths} == {}


def test_only_the_inventory_runs_again(study: PipelineCopy) -> None:
    before = study.lock()
    assert study.reproduce() == {"inventory"}
    assert study.lock() == before
    assert not list(study.folder.rglob("*.partial"))


def test_a_changed_weight_tunes_and_evaluates_its_own_run_alone(study: PipelineCopy) -> None:
    kept = {name: weights(study, name) for name in ("plain", "bce", "lipstick")}
    study.change("runs", "lipstick", {**LIPSTICK, "weights": [1.0, 2.0]})
    ran = study.reproduce()
    gathered = {"inventory", "answers", "figures", "report"}
    assert ran - gathered == {"tune@lipstick", "evaluate_run@lipstick"}
    assert {name: weights(study, name) for name in ("plain", "bce")} == {
        name: kept[name] for name in ("plain", "bce")
    }
    assert weights(study, "lipstick") != kept["lipstick"]
    study.change("runs", "lipstick", LIPSTICK)
    study.reproduce()
    assert weights(study, "lipstick") == kept["lipstick"]


def test_a_tuning_is_the_same_byte_for_byte_when_it_is_run_again(study: PipelineCopy) -> None:
    names = [PLACES[kind]("lipstick") for kind in PLACES] + ["data/examples/lipstick.npz"]
    before = weights(study, "lipstick")
    tables = {name: (study.folder / name).read_bytes() for name in names}
    shutil.rmtree(study.folder / "data/networks/lipstick")
    study.reproduce("--force", "--single-item", "tune@lipstick")
    assert weights(study, "lipstick") == before
    study.reproduce("--force", "--single-item", "evaluate_run@lipstick")
    assert {name: (study.folder / name).read_bytes() for name in names} == tables


def test_a_drawn_region_runs_what_is_new_and_what_it_is_compared_with(study: PipelineCopy) -> None:
    box = {**PARAMS["pairs"]["lipstick"], "regions": None, "box": [20, 36, 44, 48]}
    study.change("pairs", "drawn", box)
    study.change("runs", "drawn", {**LIPSTICK, "pairs": ["drawn"]})
    ran = study.reproduce() - {"inventory", "answers", "figures", "report"}
    judged = {"evaluate_network@plain", "evaluate_network@mixture", "evaluate_run@bce"}
    assert ran == {"tune@drawn", "evaluate_run@drawn"} | judged
    assert set(results(study, "regions", "bce")["pair"]) == {"lipstick", "drawn"}
    assert set(results(study, "regions", "drawn")["pair"]) == {"drawn"}
    assert set(results(study, "regions", "lipstick")["pair"]) == {"lipstick"}
    assert Path(study.folder, "data/examples/drawn.npz").is_file()
