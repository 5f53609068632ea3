"""The whole study with its real scripts, on a handful of drawn faces, in a DVC repository."""

import json
from pathlib import Path

import pandas as pd
import pytest
import yaml
import zarr

from heed.celeba.attributes import ATTRIBUTES
from heed.networks.weights import load_network
from tests.pipeline_copy import ROOT, PipelineCopy

PARAMS = yaml.safe_load((ROOT / "studies/affact/params.yaml").read_text())


SHORT = {"epochs": 1, "batch_size": 8, "keep_every": 1}


def shortened(key: str) -> dict[str, dict[str, object]]:
    """The entries of a key with one epoch each."""
    return {
        name: {**entry, "training": {**entry["training"], **SHORT}}
        for name, entry in PARAMS[key].items()
    }


FEW = {
    "synthetic": {"train": 24, "validation": 8, "test": 12},
    "crop": {"size": 64},
    "test_sets": {"ten_crop_size": 72},
    "networks": shortened("networks"),
    "extensions": shortened("extensions"),
    "evaluate": {"resamples": 20, "ensembles": {"together": ["aligned", "affact"]}},
    "figures": {"dpi": 50},
    "face_figures": {"faces": 2},
}
NETWORKS = ["aligned", "affact", "affact_ext"]


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> PipelineCopy:
    study = PipelineCopy(tmp_path_factory.mktemp("study"), "studies/affact", FEW)
    study.reproduce()
    return study


def test_the_tables_have_every_network_set_and_attribute(study: PipelineCopy) -> None:
    rates = pd.read_csv(study.folder / "metrics/tables/rates.csv")
    judged = [*NETWORKS, "together"]
    expected = {(n, s, a) for n in judged for s in "ACDT" for a in (*ATTRIBUTES, "OVERALL")}
    assert set(zip(rates["network"], rates["set"], rates["attribute"], strict=True)) == expected
    assert rates["error"].between(0, 1).all()
    metrics = json.loads((study.folder / "metrics/affact.json").read_text())
    overall = rates.set_index(["network", "set", "attribute"])["error"]
    for network in judged:
        for name in "ACDT":
            found = metrics["networks"][network][name]["error_rate"]
            assert found == pytest.approx(overall.loc[network, name, "OVERALL"])
    assert sum(metrics["boxes"].values()) == metrics["faces"] == 12
    for suffix in ("csv", "md", "tex"):
        assert (study.folder / f"metrics/tables/table_7_1.{suffix}").stat().st_size > 1000
    assert not list(study.folder.rglob("*.partial"))


def test_an_ensemble_errs_where_the_mean_of_its_members_logits_does(study: PipelineCopy) -> None:
    members = [
        zarr.open_group(study.folder / f"data/predictions/{name}.zarr", mode="r")["A"][:]
        for name in ("aligned", "affact")
    ]
    images = pd.read_parquet(study.folder / "data/predictions/aligned.parquet")["image"]
    faces = pd.read_parquet(study.folder / "data/faces.parquet").set_index("image").loc[images]
    wrong = ((members[0] + members[1]) >= 0) != (faces[list(ATTRIBUTES)].to_numpy() > 0)
    rates = pd.read_csv(study.folder / "metrics/tables/rates.csv")
    found = rates.query("network == 'together' and set == 'A' and attribute != 'OVERALL'")
    assert found["error"].to_numpy() == pytest.approx(wrong.mean(axis=0), abs=6e-4)  # rounded
    assert (study.folder / "plots/figures/error_by_set_together.png").exists()


def test_the_weights_are_files_that_the_audit_takes(study: PipelineCopy) -> None:
    names = {name: load_network(path).name for name, path in weights(study).items()}
    assert names == {"aligned": "nano", "affact": "nano", "affact_ext": "nano_ext"}


def test_the_weights_of_single_epochs_are_kept_and_their_errors_listed(study: PipelineCopy) -> None:
    for name, path in weights(study).items():
        epochs = study.folder / "data/epochs" / name
        assert json.loads((epochs / "kept.json").read_text()) == {"epochs": [1]}
        assert (epochs / "1.safetensors").read_bytes() == path.read_bytes()  # the only epoch
        curves = study.folder / "plots/training" / name
        errors = pd.read_csv(curves / "attribute_errors.csv", index_col="epoch")
        assert errors.columns.tolist() == list(ATTRIBUTES)
        curve = json.loads((curves / "metrics.json").read_text())
        mean = errors.mean(axis=1).tolist()
        assert mean == pytest.approx([curve["validation"]["error_rate"]], abs=1e-6)


def weights(study: PipelineCopy) -> dict[str, Path]:
    return {name: study.folder / f"data/networks/{name}.safetensors" for name in NETWORKS}


def test_stages_open_only_what_they_declare(study: PipelineCopy) -> None:
    assert study.undeclared_inputs() == {}


@pytest.mark.parametrize(
    ("dependency", "stages"),
    [
        ("src/heed/affact/tables", {"evaluate", "figures"}),
        ("data/augmentation/affact.json", {"train@affact"}),
        ("data/test_sets", {"face_figures", *(f"predict@{name}" for name in NETWORKS)}),
        ("data/test_set_t", {"face_figures", *(f"predict@{name}" for name in NETWORKS)}),
    ],
)
def test_an_input_that_no_dep_names_is_noticed(
    study: PipelineCopy, dependency: str, stages: set[str]
) -> None:
    assert set(study.undeclared_inputs(but=[dependency])) == stages


def test_only_the_inventory_runs_again(study: PipelineCopy) -> None:
    before = study.lock()
    assert study.reproduce() == {"inventory"}
    assert study.lock() == before


def test_a_network_more_runs_its_own_stages_and_what_gathers(study: PipelineCopy) -> None:
    study.change("networks", "other", {**FEW["networks"]["aligned"], "published": None})
    study.change("evaluate", "networks", [*NETWORKS, "other"])
    before = {name: path.read_bytes() for name, path in weights(study).items()}
    ran = study.reproduce("evaluate")
    assert ran == {"inventory", "train@other", "predict@other", "evaluate"}
    assert study.stale() == {"inventory", "figures", "face_figures"}
    assert before == {name: path.read_bytes() for name, path in weights(study).items()}
