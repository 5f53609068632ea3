"""Stage causal in a folder of its own, on a few drawn faces and networks that know nothing."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
import yaml
import zarr

import heed
from heed.audit import paths
from heed.audit.flip_store import read_flips
from heed.base.errors import InputError
from heed.base.files import images_digest
from heed.celeba.attributes import ATTRIBUTES
from heed.explain.forward import logits_of
from heed.geometry.affine import to_table
from heed.geometry.alignment import alignment
from heed.geometry.photograph import crop
from heed.geometry.sampling import DEFAULT
from heed.masks.packing import pack
from heed.metrics.deletion import filled
from heed.networks.catalogue import build
from heed.networks.weights import load_network, save_weights
from heed.synthetic.dataset import encoded, image_name
from heed.synthetic.studio import Recipe, Studio
from stages import causal
from tests.placements import stored
from tests.places import ROOT

RECIPE = {"train": 2, "validation": 2, "test": 8, "faces_per_identity": 2.0, "sharpness": 3.0,
          "correlation_gain": 1.0, "frontal_share": 0.7, "seed": 3}  # fmt: skip
FIRST, SIZE, CELLS, TRAININGS = 4, 64, 2, 2
TABLE = Path("metrics/tables/causal.csv")


@pytest.fixture(scope="module")
def drawn():
    studio = Studio(Recipe(**RECIPE))
    names = [image_name(index) for index in range(FIRST, FIRST + RECIPE["test"])]
    faces = [studio.face(index) for index in range(FIRST, FIRST + RECIPE["test"])]
    transforms = alignment(np.stack([f.wild_landmarks for f in faces]), SIZE, 5.5, names)
    crops = [
        crop(encoded(studio.photograph(face, "wild")), transform, SIZE, "", DEFAULT)
        for face, transform in zip(faces, transforms, strict=True)
    ]
    labels = np.stack([face.labels for face in faces])
    return names, studio.identities[FIRST:], labels, transforms, np.stack(crops)


@pytest.fixture
def folder(drawn, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names, persons, labels, transforms, crops = drawn
    write_params()
    for path in ("data/crops", "data/predictions/small"):
        Path(path).mkdir(parents=True)
    faces = pd.DataFrame(labels, columns=ATTRIBUTES)
    faces.insert(0, "image", names)
    faces.insert(1, "identity", persons)
    faces.insert(2, "partition", 2)
    faces.to_parquet("data/faces.parquet")
    table = to_table(transforms, "a_")
    table.insert(0, "image", names)
    table.to_parquet("data/crops/test.parquet")
    np.save("data/crops/test.npy", crops)
    kept = np.arange(len(names)) != 1
    frontal = pd.DataFrame({"image": names, "ratio": 0.0, "kept": kept})
    frontal.to_parquet("data/frontal.parquet")
    audited = np.array(names)[kept]
    masks = np.zeros((1, 2, SIZE, SIZE), bool)
    masks[0, 0, :32, :32] = True
    group = zarr.open_group("data/masks/2.zarr", mode="w")
    group.attrs.update(
        images_sha256=images_digest(audited), region_of_attribute=[0] * 20 + [1] * 20
    )
    group.create_array("regions", data=pack(masks))
    for replicate in range(1, TRAININGS + 1):
        torch.manual_seed(replicate)
        save_weights(build("nano", 40), f"data/networks/small/{replicate}.safetensors")
        network = load_network(f"data/networks/small/{replicate}.safetensors", 40)
        logits = pd.DataFrame(
            logits_of(network, crops[kept]), columns=[f"logit.{name}" for name in ATTRIBUTES]
        )
        logits.insert(0, "image", audited)
        logits.to_parquet(f"data/predictions/small/{replicate}.parquet")
        cams = zarr.open_group(f"data/cams/small/{replicate}.zarr", mode="w")
        rng = np.random.default_rng(replicate)
        maps = rng.normal(size=(len(audited), 40, CELLS, CELLS)).astype(np.float32)
        maps[:, :, 0, 1] = np.abs(maps[:, :, 0, 1])
        maps[:, 5] = -1  # nothing in them speaks for the target
        cams.attrs.update(
            {
                "images_sha256": images_digest(audited),
                "target": 2,
                "method": "gradcam",
                "layer": "after_relu",
                **stored(SIZE, CELLS),
            }
        )
        cams.create_array("cams", data=maps)
    return crops


def write_params(source="synthetic", **changed):
    params = yaml.safe_load((ROOT / "params.yaml").read_text())
    params["models"] = {"small": params["models"]["balanced"] | {"replicates": TRAININGS}}
    params["data"]["source"] = source
    params["synthetic"] = RECIPE | changed
    params["crop"]["size"] = SIZE
    params["aggregate"] |= {"resamples": 40, "least_faces": 2}
    params["causal"] |= {"faces": 3, "cells": 1, "shown": 2}
    Path("params.yaml").write_text(yaml.safe_dump(params, sort_keys=False))


def test_flips_and_deletions_of_all_trainings(folder):
    causal.main()
    table = pd.read_csv(TABLE).set_index(["metric", "attribute"])
    assert set(table["model"]) == {"small"}
    assert table.loc[("flip", "Eyeglasses"), "n"] == 3
    assert np.isfinite(table.loc[("flip", "Eyeglasses"), "mean"])
    assert table.loc[("mask", ATTRIBUTES[0]), "n"] == 3
    assert table.loc[("mask", ATTRIBUTES[30]), "n"] == 0  # its mask is empty
    assert table.loc[("top", ATTRIBUTES[5]), "n"] == 0  # its maps are
    first = TABLE.read_bytes()
    causal.main()
    assert TABLE.read_bytes() == first


def test_shown_faces_are_switched_and_explained(folder):
    causal.main()
    found = read_flips(paths.FLIPS, ["small"])
    audited = np.delete(folder, 1, axis=0)
    assert set(found.rows) == {0, len(audited) - 1}
    index = np.flatnonzero(found.attributes == ATTRIBUTES.index("Eyeglasses"))[0]
    apart = np.abs(found.crops[index].astype(int) - audited[found.rows[index]])
    assert 0 < (apart.max(axis=-1) > 8).mean() < 0.5  # the face is the same, but for its eyes
    network = load_network("data/networks/small/1.safetensors", 40)
    logits = logits_of(network, found.crops)[np.arange(len(found.rows)), found.attributes]
    of = found.of["small"]
    np.testing.assert_allclose(of.logits, logits, atol=1e-5)
    # target 2: what speaks for the decision
    assert {*np.sign(logits)} == {-1, 1}
    raw = heed.explain(network, found.crops, method="gradcam").maps
    expected = raw[np.arange(len(logits)), found.attributes] * np.sign(logits)[:, None, None]
    np.testing.assert_allclose(of.maps, expected, rtol=1e-3, atol=1e-5)


def test_a_deletion_is_the_fall_of_the_explained_logit(folder):
    causal.main()
    table = pd.read_csv(TABLE).set_index(["metric", "attribute"])
    audited = np.delete(folder, 1, axis=0)
    means = []
    for replicate in range(1, TRAININGS + 1):
        network = load_network(f"data/networks/small/{replicate}.safetensors", 40)
        logits = logits_of(network, audited).astype(float)
        cams = zarr.open_array(f"data/cams/small/{replicate}.zarr", path="cams")[:]
        falls = []
        for face in chosen_faces():
            blurred = filled(audited[face], "blur", 32)
            image, (row, column) = audited[face].copy(), divmod(int(cams[face, 7].argmax()), 2)
            # cells lie at rows 0 and 32, columns 8 and 40: the first ones have less than half
            rows = [slice(0, 16), slice(16, 64)][row]
            columns = [slice(0, 24), slice(24, 64)][column]
            image[rows, columns] = blurred[rows, columns]
            fell = logits[face, 7] - logits_of(network, image[None])[0, 7]
            falls.append(np.sign(logits[face, 7]) * fell / logits[:, 7].std())
        means.append(np.mean(falls))
    assert table.loc[("top", ATTRIBUTES[7]), "mean"] == pytest.approx(np.mean(means), rel=2e-2)


def chosen_faces():
    persons = np.delete(pd.read_parquet("data/faces.parquet")["identity"].to_numpy(), 1)
    of_any = causal.chosen_faces(np.ones((len(persons), 1), bool), persons, 3)
    return np.flatnonzero(of_any[:, 0])


def test_photographs_are_not_drawn(folder):
    write_params(source="celeba")
    causal.main()
    assert read_flips(paths.FLIPS, ["small"]) is None
    metrics = set(pd.read_csv(TABLE)["metric"])
    assert "top" in metrics
    assert not any("flip" in name or name == "off_target" for name in metrics)


def test_faces_of_another_recipe_are_refused(folder):
    write_params(seed=4)
    with pytest.raises(InputError, match=r"drawn again it differs .* run `dvc repro`"):
        causal.main()
