"""Stage score in a folder of its own, on files as the stages before it leave them."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
import zarr

from heed.base.files import images_digest
from heed.celeba.attributes import ATTRIBUTES
from heed.explain.postprocess import normalise
from heed.masks.packing import unpack
from heed.metrics.grid import pixels
from heed.metrics.intersection_over_union import intersection_over_union
from heed.metrics.pixel_roc_auc import pixel_roc_auc
from heed.metrics.pointing_game import pointing_game
from heed.metrics.scores import scores
from stages import score
from tests.placements import stored, uneven
from tests.places import ROOT

REPOSITORY = ROOT
IMAGES = [f"{number:06d}.jpg" for number in range(260)]  # one batch of 256, and a rest
REGIONS = 5


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["score.py", "small"])
    write_params(0.0)
    rng = np.random.default_rng(0)

    cams = zarr.open_group("data/cams/small/1.zarr", mode="w")
    cams.attrs.update({"images_sha256": images_digest(IMAGES), **stored(32, 7)})
    cams.attrs.update({"method": "gradcam", "target": 2})
    maps = rng.normal(size=(len(IMAGES), 40, 7, 7)).astype(np.float32)
    maps[0, 0] = -1
    cams.create_array("cams", data=maps, chunks=(256, 40, 7, 7))
    write_masks(1)

    logits = rng.normal(size=(len(IMAGES), 40)).astype(np.float32)
    names = [
        f"{part}.{attribute}" for part in ("logit", "contribution") for attribute in ATTRIBUTES
    ]
    values = np.concatenate([logits, logits - 0.5], axis=1)
    predictions = pd.DataFrame(values, columns=names)
    predictions.insert(0, "image", IMAGES)
    Path("data/predictions/small").mkdir(parents=True)
    predictions.to_parquet("data/predictions/small/1.parquet", index=False)

    # More faces than are audited, in another order.
    faces = pd.DataFrame(
        rng.choice([-1, 1], size=(len(IMAGES) + 1, 40)).astype(np.int8), columns=ATTRIBUTES
    )
    faces.insert(0, "image", [*IMAGES[::-1], "unused.jpg"])
    faces.to_parquet("data/faces.parquet", index=False)
    return tmp_path


def write_params(threshold, filled="keep"):
    params = {
        "score": {"threshold": threshold, "filled": filled},
        "mask": {"version": 2},
        "frontal": {"partition": "test", "threshold": 0.1},
    }
    Path("params.yaml").write_text(yaml.safe_dump(params))


def write_masks(images, digest=None):
    rng = np.random.default_rng(1)
    packed = rng.integers(0, 256, size=(images, REGIONS, 32, 4), dtype=np.uint8)
    masks = zarr.open_group("data/masks/2.zarr", mode="w")
    masks.attrs["region_of_attribute"] = [index % REGIONS for index in range(40)]
    masks.attrs["images_sha256"] = digest or images_digest(IMAGES)
    masks.create_array("regions", data=packed, chunks=(256, REGIONS, 32, 4))


@pytest.mark.parametrize(("masks", "threshold"), [(1, 0.0), (len(IMAGES), 0.5)])
def test_table_equals_pixel_scores(folder, masks, threshold):
    write_masks(masks)
    write_params(threshold)
    score.main()
    table = pd.read_parquet("data/scores/small/1.parquet")
    expected = scores(
        pixels.tally(
            zarr.open_group("data/cams/small/1.zarr", mode="r")["cams"][:],
            zarr.open_group("data/masks/2.zarr", mode="r")["regions"][:],
            np.arange(40) % REGIONS,
            threshold,
            uneven(32, 7),
        )
    )
    names = ("amr", "amr_uncorrected", "proportional_energy", "active_area", "intensity")
    for name in (*names, "border_share", "empty"):
        np.testing.assert_allclose(
            table[name].to_numpy(float), getattr(expected, name).ravel(), rtol=0, atol=1e-6
        )
    assert table["empty"].to_numpy().tolist() == [True] + [False] * (len(table) - 1)
    maps = zarr.open_group("data/cams/small/1.zarr", mode="r")["cams"][:]
    regions = unpack(zarr.open_group("data/masks/2.zarr", mode="r")["regions"][:])
    every = normalise(maps, 32, uneven(32, 7)), regions[:, np.arange(40) % REGIONS]
    for name, score_of in (("iou", intersection_over_union), ("pointing_game", pointing_game),
                           ("pixel_roc_auc", pixel_roc_auc)):  # fmt: skip
        expected = score_of(*every, threshold) if name == "iou" else score_of(*every)
        atol = 5e-4 if name == "pixel_roc_auc" else 1e-6
        np.testing.assert_allclose(table[name], expected.ravel(), rtol=0, atol=atol)
    assert table["image"].tolist() == [image for image in IMAGES for _ in ATTRIBUTES]
    assert table["attribute"].tolist() == list(ATTRIBUTES) * len(IMAGES)
    faces = pd.read_parquet("data/faces.parquet").set_index("image")
    assert table["label"].tolist() == faces.loc[IMAGES].to_numpy().ravel().tolist()
    np.testing.assert_allclose(table["logit"] - table["contribution"], 0.5, atol=1e-6)


def test_same_input_gives_the_same_bytes(folder):
    score.main()
    first = Path("data/scores/small/1.parquet").read_bytes()
    score.main()
    assert Path("data/scores/small/1.parquet").read_bytes() == first


def test_masks_of_other_images_are_refused(folder):
    write_masks(1, digest=images_digest(IMAGES[1:]))
    with pytest.raises(ValueError, match=r"not of the same images.*data/masks/2\.zarr"):
        score.main()


def test_failure_in_a_late_batch_leaves_no_output(folder):
    maps = zarr.open_group("data/cams/small/1.zarr", mode="a")["cams"]
    maps[258, 3] = np.full((7, 7), np.nan, np.float32)
    with pytest.raises(ValueError, match="not finite"):
        score.main()
    assert list(Path("data/scores").iterdir()) == []


def test_starts_without_torch():
    check = "import stages.score, sys; sys.exit('torch' in sys.modules)"
    subprocess.run([sys.executable, "-c", check], cwd=REPOSITORY, check=True)


@pytest.mark.parametrize(("masks", "threshold"), [(1, 0.0), (len(IMAGES), 0.5)])
def test_filled_pixels_can_be_left_out(folder, masks, threshold):
    """Crops that are moved to the right by as many pixels as their number, up to 20."""
    write_masks(masks)
    write_params(threshold, "leave_out")
    moved = np.arange(len(IMAGES)) % 20
    crops = pd.DataFrame({"image": IMAGES[::-1], "source_width": 32, "source_height": 32})
    for column in ("a_00", "a_01", "a_02", "a_10", "a_11", "a_12"):
        crops[column] = float(column in ("a_00", "a_11"))
    crops["a_02"] = moved[::-1].astype(float)
    Path("data/crops").mkdir()
    crops.to_parquet("data/crops/test.parquet")
    pd.DataFrame({"image": IMAGES, "kept": True}).to_parquet("data/frontal.parquet")
    score.main()
    table = pd.read_parquet("data/scores/small/1.parquet")
    group = zarr.open_group("data/masks/2.zarr")
    inside = np.arange(32) >= moved[:, None, None]  # (N, 1, 32)
    counted = np.packbits(np.broadcast_to(inside, (len(IMAGES), 32, 32)), axis=-1)
    maps = zarr.open_array("data/cams/small/1.zarr", path="cams")[:]
    of_attribute = np.array(group.attrs["region_of_attribute"])
    expected = scores(
        pixels.tally(maps, group["regions"][:], of_attribute, threshold, uneven(32, 7), counted)
    )
    for name in ("amr", "proportional_energy", "active_area"):
        found = table[name].to_numpy().reshape(len(IMAGES), 40)
        np.testing.assert_allclose(found, getattr(expected, name), atol=1e-6)
