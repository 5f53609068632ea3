"""The whole study with its real scripts, on a folder that no drawing of Heed's has made."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from heed.synthetic.dataset import write_collection
from heed.synthetic.studio import Recipe
from tests.masked_folder.folders import masked_folder
from tests.pipeline_copy import ROOT, PipelineCopy

PARAMS = yaml.safe_load((ROOT / "studies/methods/params.yaml").read_text())
LEVELS = ("base", "dropout_50")
METHODS = ["gradcam", "gradcam_plusplus", "layercam"]
METRICS = PARAMS["score"]["metrics"]
MAPS = [*METHODS, *PARAMS["score"]["references"]]

FEW = {
    "data": {"side": 64},
    "fundus": {"train": 12, "validation": 4, "test": 8, "side": 64},
    "base": {"epochs": 2, "batch_size": 8, "width": 8},
    "seeds": {"first": {"numbers": [1]}, "more": {"numbers": [0]}},
    "score": {
        "methods": METHODS,
        "images": 3,
        "epoch_images": 2,
        "examples": 2,
    },
    "randomisation": {"images": 2, "draws": 2},
    "stability": {"images": 2, "draws": 2},
    "answers": {"resamples": 20},
    "figures": {"dpi": 50},
}


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> PipelineCopy:
    """On a masked folder of its own, a few small images, beside the pipeline."""
    root = tmp_path_factory.mktemp("study")
    study = PipelineCopy(root, "studies/methods", FEW)
    masked_folder(root / "eyes", per_class=6, size=(90, 70))
    for name, value in (("source", "folder"), ("root", "../../eyes")):
        study.change("data", name, value)
    for level in PARAMS["levels"]:
        if level not in LEVELS:
            drop_level(study, level)
    study.reproduce()
    return study


def drop_level(study: PipelineCopy, level: str) -> None:
    path = study.folder / "params.yaml"
    params = yaml.safe_load(path.read_text())
    del params["levels"][level]
    path.write_text(yaml.safe_dump(params, sort_keys=False))


def scores_of(study: PipelineCopy, level: str) -> pd.DataFrame:
    """The scores of both entries of ``seeds``."""
    folder = study.folder / "data/scores" / level
    return pd.concat([pd.read_parquet(folder / f"{entry}.parquet") for entry in ("first", "more")])


def table(study: PipelineCopy, name: str) -> pd.DataFrame:
    return pd.read_csv(study.folder / f"metrics/tables/{name}.csv")


def test_a_score_for_every_run_image_map_and_metric(study: PipelineCopy) -> None:
    for level in LEVELS:
        scores = scores_of(study, level)
        assert scores.columns.tolist() == [
            "run", "factor", "level", "seed", "epoch", "image", "class", "predicted", "method",
            "metric", "value",
        ]  # fmt: skip
        at_end = scores[scores["epoch"] == -1]
        assert len(at_end) == 2 * 6 * len(MAPS) * len(METRICS)
        assert not at_end.duplicated(["seed", "image", "method", "metric"]).any()
        assert set(scores["epoch"]) == ({-1, 0, 1, 2} if level == "base" else {-1})
        assert set(scores["predicted"]) <= {-1, 1}


def test_the_last_epoch_that_is_kept_is_the_network_at_the_end(study: PipelineCopy) -> None:
    scores = scores_of(study, "base")
    keys = ["seed", "image", "method", "metric"]
    last, end = (scores[scores["epoch"] == e].set_index(keys)["value"] for e in (2, -1))
    assert len(last)
    pd.testing.assert_series_equal(last, end.loc[last.index])


def test_the_mask_scores_best_by_every_metric_of_localisation(study: PipelineCopy) -> None:
    methods = table(study, "methods")
    for metric in ("iou", "amr", "proportional_energy"):
        of_metric = methods[methods["metric"] == metric].set_index("method")["value"]
        assert of_metric.idxmax() == "mask"
    assert methods[methods["metric"].isin(["iou", "proportional_energy"])].query(
        "method == 'mask'"
    )["value"].tolist() == [1.0, 1.0]


def test_the_tables_have_every_level_and_run(study: PipelineCopy) -> None:
    assert set(table(study, "factors")["level"]) == set(LEVELS) - {"base"}
    runs = [f"{level}/{seed}" for level in LEVELS for seed in (0, 1)]
    assert table(study, "runs")["run"].tolist() == runs
    assert set(table(study, "progress")["epoch"]) == {0, 1, 2}
    metrics = json.loads((study.folder / "metrics/methods.json").read_text())
    assert metrics["networks"] == 2 * len(LEVELS)
    assert not list(study.folder.rglob("*.partial"))


def test_maps_are_compared_while_the_base_forgets_and_edges_stay(study: PipelineCopy) -> None:
    likeness = pd.read_parquet(study.folder / "data/randomised.parquet")
    # Trainings, draws, blocks, images, methods and edges, measures.
    assert len(likeness) == 2 * 2 * 4 * 4 * (len(METHODS) + 1) * 3
    found = table(study, "randomisation")
    edges = found[found["method"] == "edges"]
    assert edges["likeness"].tolist() == pytest.approx([1.0] * 4 * 3)
    assert not edges["passes"].astype(bool).any()


def test_the_page_answers_six_questions_and_asks_for_nothing(study: PipelineCopy) -> None:
    page = (study.folder / "report/index.html").read_text()
    assert page.count('class="question"') == 6
    assert "http://" not in page
    assert "https://" not in page
    assert page.count("data:image/webp") == 2 * (1 + len(MAPS))  # two images, and their maps
    assert page.count("<svg ") == 7


def test_stages_open_only_what_they_declare(study: PipelineCopy) -> None:
    found = study.undeclared_inputs()
    # A folder of the user's is read by way of the table of images, which has its digests.
    eyes = (study.root / "eyes").resolve()
    left = {
        stage: {path for path in paths if not (study.folder / path).resolve().is_relative_to(eyes)}
        for stage, paths in found.items()
    }
    assert {stage: paths for stage, paths in left.items() if paths} == {}


def test_only_the_inventory_runs_again(study: PipelineCopy) -> None:
    before = study.lock()
    assert study.reproduce() == {"inventory"}
    assert study.lock() == before


def test_a_factor_more_runs_its_own_stages_and_what_gathers(study: PipelineCopy) -> None:
    kept = {
        path: path.read_bytes()
        for path in (study.folder / "data").rglob("*")
        if path.suffix in (".safetensors", ".parquet")
    }
    study.change("levels", "deep", {"factor": "depth", "level": "2", "changes": {"depth": 2}})
    ran = study.reproduce("answers")
    own = {f"{stage}@deep-{e}" for stage in ("train", "measure") for e in ("first", "more")}
    assert ran == {"inventory", "answers"} | own
    assert kept == {path: path.read_bytes() for path in kept}
    assert "deep" in set(table(study, "factors")["level"])


def test_a_training_is_the_same_byte_for_byte_when_it_is_run_again(study: PipelineCopy) -> None:
    folder = study.folder / "data/networks/dropout_50/first"
    before = {path.name: path.read_bytes() for path in folder.rglob("*.safetensors")}
    scores = (study.folder / "data/scores/dropout_50/first.parquet").read_bytes()
    maps = (study.folder / "data/examples/dropout_50/first.npz").read_bytes()
    shutil.rmtree(folder)
    study.reproduce("--force", "--single-item", "train@dropout_50-first")
    assert before == {path.name: path.read_bytes() for path in folder.rglob("*.safetensors")}
    study.reproduce("--force", "--single-item", "measure@dropout_50-first")
    assert scores == (study.folder / "data/scores/dropout_50/first.parquet").read_bytes()
    assert maps == (study.folder / "data/examples/dropout_50/first.npz").read_bytes()


def test_drawn_images_take_the_place_of_the_folder(study: PipelineCopy) -> None:
    study.change("data", "source", "drawn")
    study.change("data", "root", "data/drawn")
    study.reproduce("prepare")
    images = pd.read_parquet(study.folder / "data/images.parquet")
    assert len(images) == 24
    assert images.groupby("kind").size().to_dict() == {"glaucoma": 12, "healthy": 12}
    assert Path(study.folder, "data/drawn/eyes.csv").exists()


def test_faces_of_celeba_take_the_place_of_the_folder(study: PipelineCopy) -> None:
    recipe = Recipe(16, 8, 16, 2.0, 3.0, 1.0, 0.7, 0)
    write_collection(recipe, study.root / "celeba", workers=1, with_evidence=False)
    for name, value in (("source", "celeba"), ("root", "../../celeba"), ("positive", "Smiling")):
        study.change("data", name, value)
    for name, value in (("train", 8), ("validation", 2), ("test", 6), ("frontal", None)):
        study.change("celeba", name, value)
    study.reproduce("prepare")
    images = pd.read_parquet(study.folder / "data/images.parquet")
    assert images.groupby(["partition", "label"]).size().tolist() == [3, 3, 4, 4, 1, 1]
    assert np.load(study.folder / "data/images.npy").shape == (16, 64, 64, 3)
    masks = np.load(study.folder / "data/masks.npy")
    assert masks.shape == (6, 64, 64)
    assert masks.any(axis=(1, 2)).all()
