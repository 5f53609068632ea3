"""Exports against the results themselves, and COCO's JSON against its own tools."""

import errno
import hashlib
import json
from dataclasses import replace

import cv2
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis.extra.numpy import array_shapes, arrays

import heed
from heed.base.errors import InputError
from heed.explorer import export
from heed.explorer.audited import Audited
from heed.explorer.chosen_faces import choose
from heed.explorer.export import export_coco, export_npy, export_png, segmentation
from heed.explorer.exported_folder import image_file
from heed.explorer.tiles import stored_faces, tile_pixels
from tests.explorer.audit_folder import SIZE, audit_folder

ATTRIBUTES = ("Smiling", "Bald")
NETWORKS = ("unweighted/2", "balanced/1")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return audit_folder(tmp_path_factory.mktemp("export") / "audit")


@pytest.fixture(scope="module")
def audited(folder):
    return Audited(folder)


@pytest.fixture(scope="module")
def chosen(audited):
    """Five faces in an order of their own, against masks of version 3."""
    found = choose(audited, audited.images[7:2:-1], None, ATTRIBUTES, NETWORKS)
    return replace(found, conditions=replace(found.conditions, mask="3"))


def read(file):
    return cv2.imread(str(file), cv2.IMREAD_COLOR)[..., ::-1]


def digests(folder):
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.rglob("*")
        if file.is_file()
    }


def test_pictures(folder, audited, chosen, tmp_path):
    layers = frozenset({"map", "active"})
    export_png(audited, chosen, tmp_path / "out", layers=layers, side=100)
    out = tmp_path / "out"
    image = chosen.images[1]
    for attribute in ATTRIBUTES:
        for network in NETWORKS:
            found = read(out / attribute / network.replace("/", "-") / image_file(image))
            expected = tile_pixels(
                audited, image, attribute, network, chosen.conditions, layers=layers, side=100
            )
            np.testing.assert_array_equal(found, expected)
    face = heed.results(folder).crops([image]).to_numpy()[0]
    export_png(audited, chosen, tmp_path / "small", side=SIZE)
    np.testing.assert_array_equal(read(tmp_path / "small/faces" / image_file(image)), face)
    assert len(list(out.rglob("*.png"))) == 5 * (1 + 2 * 2)


def test_scores(folder, audited, chosen, tmp_path):
    """Those of score_versions, where heed.results has no other."""
    export_png(audited, chosen, tmp_path / "out", side=16)
    table = pd.read_csv(tmp_path / "out/scores.csv")
    assert table.shape == (5 * 2 * 2, 11)
    assert table.image.unique().tolist() == list(chosen.images)
    versions = pd.read_parquet(folder / "data/score_versions/balanced/1.parquet")
    stored = heed.results(folder).scores(["balanced"]).query("replicate == 1")
    for image in chosen.images:
        row = table.query("image == @image and attribute == 'Bald' and network == 'balanced/1'")
        of_face = versions[versions.face == audited.images.index(image)]
        of_face = of_face.query("version == '3' and placement == 'receptive_field'").iloc[0]
        np.testing.assert_allclose(row.amr, of_face["amr.Bald"], rtol=1e-5)
        known = stored.query("image == @image and attribute == 'Bald'")
        for name in ("label", "logit", "contribution", "active_area"):
            np.testing.assert_allclose(row[name], known[name], rtol=1e-5)


def test_arrays(folder, audited, chosen, tmp_path):
    out = tmp_path / "out"
    export_npy(audited, chosen, out)
    results = heed.results(folder)
    np.testing.assert_array_equal(np.load(out / "crops.npy"), results.crops(chosen.images))
    masks = results.masks("3", chosen.images, ATTRIBUTES).to_numpy()
    np.testing.assert_array_equal(np.load(out / "masks.npy"), masks)
    signed = results.maps("unweighted", replicate=2)
    expected = signed.sel(image=list(chosen.images), attribute=list(ATTRIBUTES))
    np.testing.assert_array_equal(np.load(out / "maps/unweighted-2.npy"), expected)
    assert pd.read_csv(out / "names.csv").image.tolist() == list(chosen.images)
    about = json.loads((out / "about.json").read_text())
    assert about["attributes"] == list(ATTRIBUTES)
    assert about["conditions"]["mask"] == "3"
    placement = audited.placements_of("balanced/1")["receptive_field"]
    assert about["placements"]["balanced/1"] == placement.attributes()


def test_room_for_arrays_is_taken_before_they_are_filled(tmp_path):
    """A page of a mapped file that the disk has no room for ends the process without a word."""
    array = export._array(tmp_path / "a.npy", (64, 1024), np.float32)
    assert (tmp_path / "a.npy").stat().st_blocks * 512 >= array.nbytes


def test_a_full_disk_is_told_of_its_folder(audited, chosen, tmp_path, monkeypatch):
    def full(file, pixels):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(export, "_write", full)
    with pytest.raises(InputError, match=r"out: cannot be written \(No space left on device\)"):
        export_png(audited, chosen, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_names_come_back_from_their_csv_whatever_they_are(tmp_path, monkeypatch):
    odd = ['a,b".jpg', "c\nd.jpg", '"', "=1+1.jpg", "é.jpg"]
    monkeypatch.setattr("tests.explorer.audit_folder.names", lambda faces: odd[:faces])
    audited = Audited(audit_folder(tmp_path / "odd", faces=len(odd), models=["one"], replicates=1))
    export_npy(audited, choose(audited, odd), tmp_path / "out")
    for file in ("names.csv", "scores.csv"):
        assert pd.read_csv(tmp_path / "out" / file).image.tolist() == odd


def test_coco(audited, chosen, tmp_path):
    out = tmp_path / "out"
    assert export_coco(audited, chosen, out) == 0
    content = json.loads((out / "annotations.json").read_text())
    assert [category["name"] for category in content["categories"]] == list(ATTRIBUTES)
    names = {each["id"]: each["file_name"] for each in content["images"]}
    assert list(names.values()) == [image_file(image) for image in chosen.images]
    assert len(content["annotations"]) == 5 * 2
    assert [each["id"] for each in content["annotations"]] == list(range(1, 11))
    faces = stored_faces(audited)
    attributes = {each["id"]: each["name"] for each in content["categories"]}
    for each in content["annotations"]:
        image = audited.images[each["image_id"] - 1]
        assert names[each["image_id"]] == image_file(image)
        attribute = attributes[each["category_id"]]
        mask = faces.mask(image, attribute, "3")
        np.testing.assert_array_equal(from_runs(each["segmentation"]), mask)
        assert each["label"] == faces.label(attribute)[each["image_id"] - 1]
        assert set(each["scores"]) == set(NETWORKS)
        logit = faces.logit(attribute, NETWORKS[0])[each["image_id"] - 1]
        assert each["scores"][NETWORKS[0]]["logit"] == pytest.approx(float(logit), rel=1e-6)
        np.testing.assert_array_equal(read(out / "images" / image_file(image)), faces.crop(image))


def from_runs(runs):
    """COCO's run lengths as pixels, one after the other down the columns."""
    height, width = runs["size"]
    pixels, inside = [], False
    for count in runs["counts"]:
        pixels += [inside] * count
        inside = not inside
    return np.array(pixels).reshape(width, height).T


@given(arrays(bool, array_shapes(min_dims=2, max_dims=2, max_side=7)))
@settings(max_examples=80, deadline=None)
def test_run_lengths_box_and_area(mask):
    mask[0, -1] = True
    found = segmentation(mask)
    np.testing.assert_array_equal(from_runs(found["segmentation"]), mask)
    assert found["area"] == mask.sum()
    left, top, width, height = found["bbox"]
    box = np.zeros_like(mask)
    box[top : top + height, left : left + width] = True
    assert not (mask & ~box).any()
    assert mask[top].any()
    assert mask[top + height - 1].any()
    assert mask[:, left].any()
    assert mask[:, left + width - 1].any()


def test_cocos_own_tools_read_it(audited, chosen, tmp_path):
    coco = pytest.importorskip("pycocotools.coco")
    mask_tools = pytest.importorskip("pycocotools.mask")
    export_coco(audited, chosen, tmp_path / "out")
    read_back = coco.COCO(tmp_path / "out/annotations.json")
    for annotation in read_back.loadAnns(read_back.getAnnIds()):
        runs = read_back.annToRLE(annotation)
        assert mask_tools.area(runs) == annotation["area"]
        assert mask_tools.toBbox(runs).tolist() == annotation["bbox"]


def test_masks_without_a_pixel_have_no_annotation(audited, chosen, tmp_path, monkeypatch):
    faces = stored_faces(audited)
    real = type(faces).mask

    def mask(self, image, attribute, version):
        found = real(self, image, attribute, version)
        return found & (attribute != "Bald" or image != chosen.images[0])

    monkeypatch.setattr(type(faces), "mask", mask)
    assert export_coco(audited, chosen, tmp_path / "out") == 1
    content = json.loads((tmp_path / "out/annotations.json").read_text())
    assert len(content["annotations"]) == 9


@pytest.mark.parametrize("write", [export_png, export_npy, export_coco])
def test_the_same_bytes_each_time_and_nothing_half_done(
    audited, chosen, tmp_path, monkeypatch, write
):
    out = tmp_path / "out"
    write(audited, chosen, out)
    first = digests(out)
    with pytest.raises(InputError, match="--force"):
        write(audited, chosen, out)
    write(audited, chosen, out, force=True)
    assert digests(out) == first
    # A face in the middle cannot be read: what is there stays, and nothing else.
    faces = stored_faces(audited)
    real = type(faces).crop

    def crop(self, image):
        if image == chosen.images[3]:
            raise InputError("is damaged")
        return real(self, image)

    monkeypatch.setattr(type(faces), "crop", crop)
    with pytest.raises(InputError, match="is damaged"):
        write(audited, chosen, out, force=True)
    assert digests(out) == first
    with pytest.raises(InputError, match="is damaged"):
        write(audited, chosen, tmp_path / "other")
    assert [each.name for each in tmp_path.iterdir()] == ["out"]


def test_what_is_not_an_export_stays(audited, chosen, tmp_path):
    out = tmp_path / "mine"
    out.mkdir()
    (out / "thesis.tex").write_text("mine")
    (tmp_path / "file").write_text("mine")
    (tmp_path / "link").symlink_to(out)
    for name in ("mine", "file", "link"):
        with pytest.raises(InputError, match="did not write it"):
            export_npy(audited, chosen, tmp_path / name, force=True)
    export_npy(audited, chosen, tmp_path / "export")
    (tmp_path / "to_an_export").symlink_to(tmp_path / "export")
    with pytest.raises(InputError, match="did not write it"):
        export_npy(audited, chosen, tmp_path / "to_an_export", force=True)
    (out / "about.json").write_text("[]")
    with pytest.raises(InputError, match="did not write it"):
        export_npy(audited, chosen, out, force=True)
    assert (out / "thesis.tex").read_text() == "mine"


def test_pictures_of_two_faces_never_have_one_name(audited, chosen, tmp_path):
    both = replace(chosen, images=("a.jpg", "a.png"))
    with pytest.raises(InputError, match="two of one name"):
        export_png(audited, both, tmp_path / "out")
    assert image_file("../etc/a.jpg") == ".._etc_a.png"
    assert image_file("a\\b.jpg") == "a_b.png"


def test_progress_is_told_each_face(audited, chosen, tmp_path):
    told = []

    def progress(images):
        for image in images:
            told.append(image)
            yield image

    export.export_npy(audited, chosen, tmp_path / "out", progress=progress)
    assert told == list(chosen.images)
