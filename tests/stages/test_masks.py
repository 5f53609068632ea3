"""Stage masks in a folder of its own, on tables as the stages before it leave them."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
import zarr

from heed.geometry import affine
from heed.geometry.landmarks import from_table, to_table
from heed.masks import blocks, evidence, landmark_boxes
from heed.masks.packing import pack, unpack
from heed.store import images_digest
from stages import masks

SIZE = 224
NAMES = [f"{number}.jpg" for number in range(7)]
KEPT = ["1.jpg", "2.jpg", "4.jpg", "5.jpg", "6.jpg"]
FACE = np.array([[93, 101], [132, 102], [108, 124], [97, 142], [129, 142]], float)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(masks, "BATCH", 2)
    points = FACE + np.random.default_rng(0).uniform(-8, 8, (7, 5, 2))
    Path("data/crops").mkdir(parents=True)
    to_table(points).assign(image=NAMES).to_parquet("data/landmarks.parquet")
    kept = [name in KEPT for name in NAMES]
    pd.DataFrame({"image": NAMES, "kept": kept}).to_parquet("data/frontal.parquet")
    shifts = np.array([[[1, 0, number], [0, 1, 0]] for number in range(7)], float)
    crops = affine.to_table(shifts, "a_")
    crops = crops.assign(image=NAMES, source_width=300, source_height=300)
    crops.to_parquet("data/crops/test.parquet")


def run(version: int | str, source: str = "synthetic") -> zarr.Group:
    data = {"source": source, "root": "faces", "images": "wild", "verify": "size"}
    params = {"data": data, "crop": {"size": SIZE, "scale": 5.5}, "mask": {"version": version}}
    params["frontal"] = {"partition": "test", "threshold": 0.1}
    Path("params.yaml").write_text(yaml.safe_dump(params))
    masks.main()
    return zarr.open_group("data/masks.zarr", mode="r")


def write_evidence(names: list[str]) -> np.ndarray:
    """Boxes, other ones for each face and attribute, in a frame that is 10 px off the image."""
    drawn = np.zeros((len(names), 40, 64, 64), bool)
    for face, attribute in np.ndindex(len(names), 40):
        drawn[face, attribute, attribute : attribute + 8, 3 * face : 3 * face + 10] = True
    group = zarr.open_group("data/synthetic/evidence/masks.zarr", mode="w")
    group.create_array("masks", data=pack(drawn), chunks=(2, 40, 64, 8))
    frame = affine.to_table(np.repeat([[[1.0, 0, 10], [0, 1, 10]]], len(names), 0), "wild_")
    frame.assign(image=names).to_parquet("data/synthetic/evidence/transforms.parquet")
    return drawn


def test_version_1_is_drawn_for_the_kept_faces_in_order(folder):
    group = run(1)
    table = pd.read_parquet("data/landmarks.parquet").set_index("image", drop=False)
    expected = landmark_boxes.masks(from_table(table.loc[KEPT]), SIZE)
    np.testing.assert_array_equal(group["regions"][:], expected.regions)
    assert group["regions"].chunks[0] == 2
    assert dict(group.attrs) == {
        "version": 1,
        "size": SIZE,
        "region_names": list(landmark_boxes.NAMES),
        "region_of_attribute": list(landmark_boxes.REGION_OF_ATTRIBUTE),
        "images_sha256": images_digest(KEPT),
    }


def test_version_2_is_drawn_once(folder):
    group = run(2)
    np.testing.assert_array_equal(group["regions"][:], blocks.masks(SIZE).regions)
    assert group.attrs["images_sha256"] == images_digest(KEPT)


def test_evidence_goes_from_frame_to_image_to_crop(folder):
    stored = ["0.jpg", *KEPT[:3], "9.jpg", *KEPT[3:]]
    drawn = write_evidence(stored)
    regions = unpack(run("evidence")["regions"][:])
    assert regions.shape == (5, 40, SIZE, SIZE)
    for found, name in zip(regions, KEPT, strict=True):
        shift = 10 + int(name[0])  # the frame's place in the image, then the crop's own shift
        expected = np.zeros((40, SIZE, SIZE), bool)
        expected[:, 10:74, shift : shift + 64] = drawn[stored.index(name)]
        np.testing.assert_array_equal(found, expected)


def test_evidence_of_photographs_is_an_error_that_names_the_keys(folder):
    with pytest.raises(
        evidence.EvidenceError, match=r"mask\.version is evidence, but data\.source"
    ):
        run("evidence", source="celeba")
    assert not Path("data/masks.zarr").exists()


def test_an_audited_face_without_evidence_is_named(folder):
    write_evidence(KEPT[:-1])
    with pytest.raises(evidence.EvidenceError, match=r"6\.jpg: no evidence mask"):
        run("evidence")


def test_the_same_faces_give_the_same_bytes(folder):
    def content() -> dict[str, bytes]:
        files = sorted(Path("data/masks.zarr").rglob("*"))
        return {str(path): path.read_bytes() for path in files if path.is_file()}

    run(1)
    first = content()
    run(1)
    assert content() == first
