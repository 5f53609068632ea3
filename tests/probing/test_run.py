"""The whole study with its real scripts, on a few drawn faces and persons."""

import json
from pathlib import Path

import pandas as pd
import pytest
import yaml

from heed.celeba.attributes import ATTRIBUTES
from tests.pipeline_copy import ROOT, PipelineCopy
from tests.probing.made_up import audited_maps

PARAMS = yaml.safe_load((ROOT / "studies/probing/params.yaml").read_text())
SMALL = {"plan": "small_plain", "width": 4, "depth": 1}
LAYERS = {"names": ["body.features.[58]", "body.classifier.1"], "kinds": ["activation", "pooling"]}
UNITS = ("layer", "channel", "channels", "neuron", "neurons")

FEW = {
    "synthetic": {"train": 64, "validation": 16, "test": 24},
    "persons": {"drawn": 48, "per_person": 6.0, "apart": 0.5, "folds": 2, "each": 2},
    "training": {"side": 36, "crop": 32, "epochs": 1, "batch_size": 8},
    "attribute_training": {"epochs": 1},
    "probe": {"training": 40, "validation": 20, "components": 3, "top": 2},
    "vip": {"neurons": 5, "bins": 4},
    "silence": {"attributes": ["Smiling"], "depths": [10], "shares": [0.1], "later": 1},
    "answers": {
        "networks": {"plain": "vgg16"},
        "controls": {"multitask": "plain"},
        "resamples": 20,
    },
    "figures": {"dpi": 50},
}


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> PipelineCopy:
    root = tmp_path_factory.mktemp("study")
    study = PipelineCopy(root, "studies/probing", FEW)
    path = study.folder / "params.yaml"
    params = yaml.safe_load(path.read_text())
    params["networks"] = {
        "plain": {"of": "identities", **SMALL},
        "multitask": {"of": "attributes", **SMALL},
    }
    params["layers"] = dict.fromkeys(params["networks"], LAYERS)
    path.write_text(yaml.safe_dump(params, sort_keys=False))
    (root / "metrics/tables").mkdir(parents=True)
    audited_maps(root / "metrics/tables")
    study.reproduce()
    return study


def probes(study: PipelineCopy, network: str) -> pd.DataFrame:
    return pd.read_parquet(study.folder / f"data/probes/{network}.parquet")


def table(study: PipelineCopy, name: str) -> pd.DataFrame:
    return pd.read_csv(study.folder / f"metrics/tables/{name}.csv")


def test_every_layer_attribute_and_unit_has_a_row(study: PipelineCopy) -> None:
    for network in ("plain", "multitask"):
        found = probes(study, network)
        assert len(found) == 3 * len(ATTRIBUTES) * len(UNITS)
        assert found["accuracy"].notna().any()
        assert found.loc[found["accuracy"].isna(), "why"].ne("").all()


def test_the_networks_were_tested_on_persons(study: PipelineCopy) -> None:
    found = pd.read_parquet(study.folder / "data/recognition/plain.parquet")
    assert found["verification"].between(0, 1).all()
    assert found["identification"].notna().all()
    control = pd.read_parquet(study.folder / "data/recognition/multitask.parquet")
    assert control["identification"].isna().all()


def test_neurons_of_the_answers_networks_alone_are_silenced(study: PipelineCopy) -> None:
    files = [path.name for path in (study.folder / "data/silenced").glob("*.parquet")]
    assert files == ["plain.parquet"]
    assert set(pd.read_parquet(study.folder / "data/silenced/plain.parquet")["attribute"]) == {
        "Smiling"
    }


def test_tables_figures_and_page_are_there(study: PipelineCopy) -> None:
    tables = study.folder / "metrics/tables"
    for number in (1, 2, 3, 4):
        assert (tables / f"table_5_{number}.md").stat().st_size
    assert set(table(study, "attributes")["network"]) == {"plain", "multitask"}
    too_few = table(study, "undefined")
    assert too_few["why"].str.contains("faces with it|behind the pooling").any()
    assert json.loads((study.folder / "metrics/probing.json").read_text())
    assert len(list((study.folder / "plots/figures").glob("*.png"))) >= 8
    page = (study.folder / "report/index.html").read_text()
    assert "http://" not in page
    assert "https://" not in page
    assert not list(study.folder.rglob("*.partial"))


def test_stages_open_only_what_they_declare(study: PipelineCopy) -> None:
    found = study.undeclared_inputs()
    # Images are read by way of the inventory's tables, which have their sizes.
    images = {"data/synthetic", "data/persons"}
    left = {
        stage: {path for path in paths if not any(str(path).startswith(of) for of in images)}
        for stage, paths in found.items()
    }
    assert {stage: paths for stage, paths in left.items() if paths} == {}


def test_only_the_inventory_runs_again(study: PipelineCopy) -> None:
    before = study.lock()
    assert study.reproduce() == {"inventory"}
    assert study.lock() == before


def test_another_attribute_to_silence_runs_nothing_dear(study: PipelineCopy) -> None:
    kept = {path: path.read_bytes() for path in Path(study.folder, "data/probes").glob("*.parquet")}
    study.change("silence", "attributes", [])
    assert study.reproduce() == {"inventory", "silence@plain", "answers", "figures", "report"}
    assert kept == {path: path.read_bytes() for path in kept}
