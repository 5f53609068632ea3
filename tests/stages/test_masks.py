"""Stage masks in a folder of its own, on tables as the stages before it leave them."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
import zarr

from heed.base.files import images_digest
from heed.celeba.attributes import ATTRIBUTES
from heed.geometry import affine
from heed.geometry.landmarks import from_table, to_table
from heed.guidance.named_regions import Region, save_region
from heed.masks import evidence
from heed.masks.catalogue import VERSIONS
from heed.masks.packing import pack, unpack
from stages import masks
from tests.masks import drawn
from tests.places import ROOT

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


def run(
    source: str = "celeba", partition: str = "test", scale: float = 5.5
) -> dict[str, zarr.Group]:
    """Run the stage; the versions that it wrote, by name."""
    data = {"source": source, "root": "faces", "images": "wild", "verify": "size"}
    crop = yaml.safe_load((ROOT / "params.yaml").read_text())["crop"]
    crop |= {"size": SIZE, "scale": scale}
    params = {"data": data, "crop": crop}
    params["frontal"] = {"partition": partition, "threshold": 0.1}
    Path("params.yaml").write_text(yaml.safe_dump(params))
    masks.main()
    return {
        path.stem: zarr.open_group(path, mode="r") for path in Path("data/masks").glob("*.zarr")
    }


def write_evidence(names: list[str]) -> np.ndarray:
    """Boxes, other ones for each face and attribute, in a frame that is 10 px off the image."""
    boxes = np.zeros((len(names), 40, 64, 64), bool)
    for face, attribute in np.ndindex(len(names), 40):
        boxes[face, attribute, attribute : attribute + 8, 3 * face : 3 * face + 10] = True
    group = zarr.open_group("data/synthetic/evidence/masks.zarr", mode="w")
    group.create_array("masks", data=pack(boxes), chunks=(2, 40, 64, 8))
    frame = affine.to_table(np.repeat([[[1.0, 0, 10], [0, 1, 10]]], len(names), 0), "wild_")
    frame.assign(image=names).to_parquet("data/synthetic/evidence/transforms.parquet")
    return boxes


@pytest.mark.parametrize("number", [1, 3])
def test_masks_from_landmarks_are_drawn_for_the_kept_faces_in_order(folder, number):
    group, version = run()[str(number)], VERSIONS[str(number)]
    table = pd.read_parquet("data/landmarks.parquet").set_index("image", drop=False)
    expected = version.masks(from_table(table.loc[KEPT]), SIZE)
    np.testing.assert_array_equal(group["regions"][:], expected)
    assert group["regions"].chunks[0] == 2
    assert dict(group.attrs) == {
        "version": number,
        "size": SIZE,
        "region_names": list(version.regions),
        "region_of_attribute": drawn.region_of(str(number)),
        "images_sha256": images_digest(KEPT),
    }


def test_version_2_is_drawn_once(folder):
    group = run()["2"]
    np.testing.assert_array_equal(group["regions"][:], VERSIONS["2"].masks(FACE[None], SIZE))
    assert group.attrs["images_sha256"] == images_digest(KEPT)


def test_evidence_goes_from_frame_to_image_to_crop(folder):
    stored = ["0.jpg", *KEPT[:3], "9.jpg", *KEPT[3:]]
    boxes = write_evidence(stored)
    group = run("synthetic")["evidence"]
    assert group.attrs["region_names"] == list(ATTRIBUTES)
    assert group.attrs["region_of_attribute"] == list(range(40))
    regions = unpack(group["regions"][:])
    assert regions.shape == (5, 40, SIZE, SIZE)
    for found, name in zip(regions, KEPT, strict=True):
        shift = 10 + int(name[0])  # the frame's place in the image, then the crop's own shift
        expected = np.zeros((40, SIZE, SIZE), bool)
        expected[:, 10:74, shift : shift + 64] = boxes[stored.index(name)]
        np.testing.assert_array_equal(found, expected)


def test_photographs_and_other_partitions_have_no_evidence(folder):
    write_evidence(KEPT)
    assert set(run("celeba")) == {"1", "2", "3"}
    assert set(run("synthetic", partition="validation")) == {"1", "2", "3"}
    assert set(run("synthetic")) == {"1", "2", "3", "evidence"}


def test_crops_of_another_scale_have_the_masks_that_follow_the_face(folder):
    assert set(run(scale=8.0)) == {"3"}


@pytest.mark.parametrize("base", ["2", "3"])
def test_a_named_region_is_drawn_behind_the_masks_of_its_base(folder, base):
    region = Region(
        kind="polygon",
        points=((60, -5), (165, 3), (150, 70)),
        attributes=("Wearing_Hat", "Bangs"),
        base=base,
    )
    save_region(".", "hat", region)
    found = run()
    assert set(found) == {"1", "2", "3"}
    group = zarr.open_group("data/masks/regions/hat.zarr", mode="r")
    table = pd.read_parquet("data/landmarks.parquet").set_index("image", drop=False)
    points = from_table(table.loc[KEPT])
    own = region.masks(points, SIZE)
    regions, of_attribute = group["regions"][:], np.array(group.attrs["region_of_attribute"])
    for attribute, name in enumerate(ATTRIBUTES):
        of_base = np.broadcast_to(
            found[base]["regions"][:, drawn.region_of(base)[attribute]], own.shape
        )
        expected = own if name in region.attributes else of_base
        np.testing.assert_array_equal(regions[:, of_attribute[attribute]], expected)
    assert group.attrs["version"] == "regions/hat"
    assert group.attrs["region_names"] == [*VERSIONS[base].regions, "regions/hat"]
    assert group.attrs["images_sha256"] == images_digest(KEPT)


def test_a_region_on_evidence_takes_one_attribute_over(folder):
    write_evidence(KEPT)
    region = Region(
        kind="box", points=((80, 130), (144, 160)), attributes=("Smiling",), base="evidence"
    )
    save_region(".", "mouth", region)
    evidence_group = run("synthetic")["evidence"]
    group = zarr.open_group("data/masks/regions/mouth.zarr", mode="r")
    np.testing.assert_array_equal(group["regions"][:, :40], evidence_group["regions"][:])
    of_attribute = list(range(40))
    of_attribute[ATTRIBUTES.index("Smiling")] = 40
    assert group.attrs["region_of_attribute"] == of_attribute
    with pytest.raises(ValueError, match=r"mouth\.yaml: base: found evidence"):
        run("celeba")


def test_versions_have_the_same_bytes_with_regions_and_without(folder):
    def content() -> dict[str, bytes]:
        files = sorted(Path("data/masks").rglob("*"))
        return {str(path): path.read_bytes() for path in files if path.is_file()}

    run()
    before = content()
    region = Region(kind="box", points=((80, 130), (144, 160)), attributes=("Smiling",))
    save_region(".", "mouth", region)
    run()
    after = content()
    assert {path: of for path, of in after.items() if "masks/regions/" not in path} == before


def test_an_audited_face_without_evidence_is_named(folder):
    write_evidence(KEPT[:-1])
    with pytest.raises(evidence.EvidenceError, match=r"6\.jpg: no evidence mask"):
        run("synthetic")
    assert not Path("data/masks").exists()


def test_the_same_faces_give_the_same_bytes(folder):
    def content() -> dict[str, bytes]:
        files = sorted(Path("data/masks").rglob("*"))
        return {str(path): path.read_bytes() for path in files if path.is_file()}

    run()
    first = content()
    run()
    assert content() == first
