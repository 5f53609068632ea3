"""Stage aggregate in a folder of its own, on files as the stages before it leave them."""

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
import zarr

from heed.audit.tables.score_arrays import METRICS
from heed.base.files import images_digest
from heed.celeba.attributes import ATTRIBUTES
from heed.explain.postprocess import normalise
from stages import aggregate
from tests.placements import stored, uneven
from tests.places import ROOT
from tests.trainings import set_replicates

REPOSITORY = ROOT
TRAINING, TEST, SIZE = 21, 60, 32
MODELS = ("zebra", "ant")  # not in the order of the alphabet


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    params = yaml.safe_load((REPOSITORY / "params.yaml").read_text())
    entry = params["models"]["balanced"] | {"replicates": 1}
    params["models"] = dict.fromkeys(MODELS, entry)
    params["aggregate"]["resamples"] = 50
    (tmp_path / "params.yaml").write_text(yaml.safe_dump(params, sort_keys=False))

    rng = np.random.default_rng(0)
    rates = rng.permutation(np.linspace(0.05, 0.95, 40))
    labels = np.where(rng.random((TRAINING + TEST, 40)) < rates, 1, -1).astype(np.int8)
    faces = pd.DataFrame(labels, columns=ATTRIBUTES)
    names = np.array([f"{index:06d}.jpg" for index in range(TRAINING + TEST)])
    faces.insert(0, "image", names)
    identity = rng.integers(0, 40, len(faces))
    faces.insert(1, "identity", pd.array(identity, dtype="Int64"))
    faces.insert(2, "partition", np.repeat([0, 2], [TRAINING, TEST]).astype(np.int8))
    kept = rng.random(TEST) < 0.7
    for path in ("crops", "cams", *(f"scores/{model}" for model in MODELS)):
        Path("data", path).mkdir(parents=True)
    faces.to_parquet("data/faces.parquet", index=False)
    pd.DataFrame({"image": names[TRAINING:], "ratio": 0.0, "kept": kept}).to_parquet(
        "data/frontal.parquet", index=False
    )
    pixels = rng.integers(0, 256, (TEST, SIZE, SIZE, 3), dtype=np.uint8)
    np.save("data/crops/test.npy", pixels)

    audited, audited_labels = names[TRAINING:][kept], labels[TRAINING:][kept]
    n = len(audited)
    for model in MODELS:
        Path("plots/training", model, "1").mkdir(parents=True)
        cams = zarr.open_group(f"data/cams/{model}/1.zarr", mode="w")
        cams.attrs.update({"images_sha256": images_digest(audited), **stored(SIZE, 7)})
        maps = rng.normal(size=(n, 40, 7, 7)).astype(np.float32)
        cams.create_array("cams", data=maps, chunks=(256, 40, 7, 7))
        logits = (audited_labels + rng.normal(size=(n, 40))).astype(np.float32)
        table = pd.DataFrame(
            {
                "image": np.repeat(audited, 40),
                "attribute": np.tile(ATTRIBUTES, n),
                "label": audited_labels.ravel(),
                "logit": logits.ravel(),
                **{metric: rng.random(40 * n) for metric in METRICS},
                "empty": rng.random(40 * n) < 0.1,
            }
        )
        table.to_parquet(f"data/scores/{model}/1.parquet", index=False)
    return tmp_path


def written(folder):
    """Digest of every file that the stage writes."""
    paths = [*folder.glob("metrics/**/*"), *folder.glob("data/averages.zarr/**/*")]
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in paths
        if path.is_file()
    }


def test_results_are_those_of_pandas_and_pixels(folder):
    aggregate.main()
    faces = pd.read_parquet("data/faces.parquet")
    training = faces[faces.partition == 0][list(ATTRIBUTES)]
    positives = (training == 1).sum()
    by_imbalance = np.minimum(positives, TRAINING - positives).sort_values(
        ascending=False, kind="stable"
    )
    table = pd.read_csv("metrics/tables/amr.csv", index_col="attribute")
    assert table.index.tolist() == [*by_imbalance.index, "OVERALL"]

    counts = pd.read_csv("metrics/tables/attributes.csv", index_col="attribute")
    assert counts.index.tolist() == by_imbalance.index.tolist()
    assert counts["train_positives"].to_dict() == positives.to_dict()
    kept = pd.read_parquet("data/frontal.parquet").query("kept").image
    audited = faces.set_index("image").loc[kept, list(ATTRIBUTES)]
    assert counts["audited_negatives"].to_dict() == (audited == -1).sum().to_dict()

    averages = zarr.open_group("data/averages.zarr", mode="r")
    assert averages.attrs["attributes"] == list(ATTRIBUTES)
    groups = averages.attrs["groups"]
    for model in MODELS:
        scores = pd.read_parquet(f"data/scores/{model}/1.parquet")
        right = scores[scores.logit * scores.label > 0].groupby("attribute").amr.mean()
        np.testing.assert_allclose(
            table[f"{model}_amr_correct"].drop("OVERALL"), right[by_imbalance.index], rtol=1e-3
        )
        assert table.loc["OVERALL", f"{model}_amr_correct"] == pytest.approx(right.mean(), rel=1e-3)

        cams = zarr.open_group(f"data/cams/{model}/1.zarr", mode="r")["cams"][:]
        pixels = normalise(cams, SIZE, uneven(SIZE, 7))
        minority = np.where(2 * positives >= TRAINING, -1, 1)
        predicted = np.where(scores.logit.to_numpy().reshape(-1, 40) >= 0, 1, -1)
        for attribute in (0, 17, 39):
            for group, chosen in [
                ("all", slice(None)),
                ("predicted_minority", predicted[:, attribute] == minority[attribute]),
            ]:
                np.testing.assert_allclose(
                    averages[model]["means"][attribute, groups.index(group)],
                    pixels[chosen, attribute].mean(axis=0),
                    atol=1e-6,
                )
    frontal = pd.read_parquet("data/frontal.parquet")
    crops = np.load("data/crops/test.npy")
    np.testing.assert_allclose(averages["face"][:], crops[frontal.kept].mean(axis=0), rtol=1e-6)

    audit = json.loads(Path("metrics/audit.json").read_text())
    assert list(audit["models"]) == list(MODELS)
    assert audit["faces"] == frontal.kept.sum()
    assert audit["persons"] == faces.set_index("image").loc[kept, "identity"].nunique()
    assert list(audit["differences"]) == ["ant_minus_zebra"]
    assert set(pd.read_csv("metrics/tables/differences.csv")["difference"]) == {"ant_minus_zebra"}
    assert set(pd.read_csv("metrics/tables/gaps.csv")["model"]) == set(MODELS)
    for name in ("amr.md", "amr.tex", "energy.csv", "energy.md", "energy.tex", "errors.csv"):
        assert Path("metrics/tables", name).stat().st_size > 1000
    assert set(pd.read_csv("metrics/tables/groups.csv")["model"]) == set(MODELS)


def test_numbers_are_means_over_the_replicates_and_intervals_cover_another(folder):
    """A second training of one model with another AMR; its maps are the same."""
    aggregate.main()
    alone = json.loads(Path("metrics/audit.json").read_text())["models"]
    table = pd.read_parquet("data/scores/ant/1.parquet")
    table["amr"] = table["amr"] / 2
    table.to_parquet("data/scores/ant/2.parquet", index=False)
    shutil.copytree("data/cams/ant/1.zarr", "data/cams/ant/2.zarr")
    set_replicates("ant", 2)
    aggregate.main()
    found = json.loads(Path("metrics/audit.json").read_text())["models"]
    assert {name: of["replicates"] for name, of in found.items()} == {"zebra": 1, "ant": 2}
    first, both = alone["ant"]["amr"], found["ant"]["amr"]
    assert both["value"] == pytest.approx(0.75 * first["value"], abs=1e-3)
    # s / sqrt(2) is a quarter of the first one; Student's quantile of one degree of freedom is 12.7
    assert both["high"] == 1
    assert both["low"] == 0
    assert found["zebra"]["error_rate"] == alone["zebra"]["error_rate"]


def test_same_input_gives_the_same_bytes(folder):
    aggregate.main()
    first = written(folder)
    aggregate.main()
    assert written(folder) == first
    assert len(first) > 20


def test_results_of_other_faces_are_refused(folder):
    cams = zarr.open_group("data/cams/ant/1.zarr", mode="r+")
    cams.attrs["images_sha256"] = "0" * 64
    with pytest.raises(ValueError, match=r"data/cams/ant/1.zarr, .* not of the same faces"):
        aggregate.main()
    assert not Path("data/averages.zarr").exists()


def test_stage_runs_without_torch(folder):
    code = (
        "import runpy, sys;"
        f"runpy.run_path(r'{REPOSITORY / 'stages' / 'aggregate.py'}', run_name='__main__');"
        "sys.exit('torch' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("aggregate: ")


def test_without_training_faces_the_published_rates_decide(folder):
    faces = pd.read_parquet("data/faces.parquet")
    faces[faces.partition == 2].to_parquet("data/faces.parquet", index=False)
    aggregate.main()
    counts = pd.read_csv("metrics/tables/attributes.csv", index_col="attribute")
    assert counts["train_positives"].sum() == counts["validation_positives"].sum() == 0
    assert counts.index[0] == "Attractive"
    assert counts.loc["Bald", "published_positives"] / 100_000 == pytest.approx(0.0228, abs=1e-4)
