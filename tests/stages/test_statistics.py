"""Stage statistics in a folder of its own, fed with the published table."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
import zarr
from scipy import stats as scipy_stats

from heed.audit.tables.score_arrays import METRICS
from heed.celeba.attributes import ATTRIBUTES
from heed.metrics.groups import GROUPS
from stages import statistics
from tests.made_up_scales import made_up_scales
from tests.placements import stored
from tests.places import ROOT

REPOSITORY = ROOT
FACES = 12


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    settings = {"resamples": 200, "confidence": 0.95, "seed": 0, "kl_epsilon": 1.0e-7}
    settings["permutations"] = 3
    others = {"mask": {"version": 2}, "scale": {"faces": 100, "least_range": 0.05}}
    Path("params.yaml").write_text(yaml.safe_dump({"statistics": settings, **others}))
    Path("metrics/tables").mkdir(parents=True)
    shutil.copy(
        REPOSITORY / "tests/reference/thesis_table_5_1_mask_v2.csv", "metrics/tables/amr.csv"
    )
    models = ("balanced", "unbalanced")
    amr = pd.read_csv("metrics/tables/amr.csv")
    energy = amr[["attribute"]].assign(
        **{f"{m}_pe_predicted_{sign}": 0.5 for m in models for sign in ("positive", "negative")}
    )
    energy.to_csv("metrics/tables/energy.csv", index=False)
    made_up_scales(models, ["2"]).to_csv("metrics/tables/scales.csv", index=False)
    rng = np.random.default_rng(0)
    averages = zarr.open_group("data/averages.zarr", mode="w")
    for model in ("balanced", "unbalanced"):
        means = rng.random((40, len(GROUPS), 8, 8)).astype(np.float32)
        n = np.full((40, len(GROUPS)), 9)
        wrong = GROUPS.index("incorrect")
        means[0, wrong], n[0, wrong] = np.nan, 0
        averages.create_group(model).create_array("means", data=means)
        averages[model].create_array("n", data=n)
    images = [f"{index}.jpg" for index in range(FACES)]
    for room in ("scores", "cams"):
        for model in ("balanced", "unbalanced"):
            Path("data", room, model).mkdir(parents=True)
    persons = pd.array([5, 5, *range(FACES - 2)], dtype="Int64")
    pd.DataFrame({"image": images, "identity": persons}).to_parquet("data/faces.parquet")
    labels = rng.choice([-1, 1], 40 * FACES).astype(np.int8)
    for model in ("balanced", "unbalanced"):
        table = {
            "image": np.repeat(images, 40),
            "attribute": np.tile(ATTRIBUTES, FACES),
            "label": labels,
            "logit": rng.normal(size=40 * FACES).astype(np.float32),
            "empty": False,
        }
        pd.DataFrame(table | dict.fromkeys(METRICS, 0.5)).to_parquet(
            f"data/scores/{model}/1.parquet"
        )
        maps = rng.normal(size=(FACES, 40, 7, 7)).astype(np.float32)
        group = zarr.open_group(f"data/cams/{model}/1.zarr", mode="w")
        group.attrs.update(stored(8, 7))
        group.create_array("cams", data=maps)
    return tmp_path


def test_published_table_gives_the_published_numbers(folder):
    statistics.main()
    found = json.loads(Path("metrics/statistics.json").read_text())["amr"]
    for model, r, incorrect, positive in [
        ("balanced", -0.175, 26, 31),
        ("unbalanced", 0.213, 30, 36),
    ]:
        assert found[model]["pearson"] == pytest.approx(r, abs=5e-4)
        assert found[model]["incorrect_above_correct"] == incorrect
        assert found[model]["positive_above_negative"] == positive


def test_normalised_scores_stand_beside_the_others(folder):
    """One scale for all attributes: the correlation is that of AMR itself."""
    statistics.main()
    found = json.loads(Path("metrics/statistics.json").read_text())
    for model in ("balanced", "unbalanced"):
        of_model = found["amr_normalised"][model]
        assert of_model["pearson"] == pytest.approx(found["amr"][model]["pearson"], abs=1e-3)
        assert of_model["attributes"] == 40
    table = pd.read_csv("metrics/tables/normalised.csv")
    amr = pd.read_csv("metrics/tables/amr.csv")
    np.testing.assert_allclose(table["balanced_amr"], (amr["balanced_amr"] - 0.1) / 0.8, atol=0.01)
    np.testing.assert_allclose(table["unbalanced_pe_predicted_positive"], 0.5)
    assert "balanced PE+" in Path("metrics/tables/normalised.md").read_text()
    assert Path("metrics/tables/normalised.tex").read_text().startswith("% needs")


def test_distances_follow_the_tables_order_and_keep_missing_groups_missing(folder):
    statistics.main()
    table = pd.read_csv("metrics/tables/kl.csv")
    published = pd.read_csv("metrics/tables/amr.csv")["attribute"][:40].tolist()
    models = table[table.comparison == "models"]
    assert models["attribute"].tolist() == published
    assert set(models["p"]) == {"balanced/all"}
    averages = zarr.open_group("data/averages.zarr", mode="r")
    p, q = (
        averages[model]["means"][ATTRIBUTES.index("Bald"), 0].astype(float).ravel() + 1e-7
        for model in ("balanced", "unbalanced")
    )
    bald = models.set_index("attribute").loc["Bald", "proper"]
    assert bald == pytest.approx(scipy_stats.entropy(p, q), rel=1e-3)
    wrong = table[table.q == "unbalanced/incorrect"].set_index("attribute")
    assert wrong["proper"].isna().sum() == 1
    assert np.isnan(wrong.loc[ATTRIBUTES[0], "thesis"])
    assert (models["permuted"] > 0).all()
    np.testing.assert_allclose(
        table["corrected"], table["proper"] - table["permuted"], rtol=1e-3, atol=1e-3
    )


def test_the_seed_decides_the_permutations(folder):
    statistics.main()
    first = pd.read_csv("metrics/tables/kl.csv")
    params = yaml.safe_load(Path("params.yaml").read_text())
    params["statistics"]["seed"] = 1
    Path("params.yaml").write_text(yaml.safe_dump(params))
    statistics.main()
    other = pd.read_csv("metrics/tables/kl.csv")
    assert not np.allclose(first["permuted"], other["permuted"], equal_nan=True, rtol=1e-3)
    pd.testing.assert_series_equal(first["proper"], other["proper"])


def test_same_input_gives_the_same_bytes(folder):
    results = [Path("metrics/statistics.json"), Path("metrics/tables/kl.csv")]
    statistics.main()
    first = [path.read_bytes() for path in results]
    statistics.main()
    assert [path.read_bytes() for path in results] == first
