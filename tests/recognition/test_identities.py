"""Folders of persons: what is read, and what is refused."""

import numpy as np
import pandas as pd
import pytest

from heed.celeba.inventory import take_inventory
from heed.recognition.identities import IdentitiesError, find_identities, identities_in
from tests.places import SHARED
from tests.recognition.persons import folder_of_persons, write


def test_images_come_in_order_with_the_name_of_their_folder(tmp_path):
    found = find_identities(folder_of_persons(tmp_path, each=2, names=("Bo", "Ann")))
    assert found.table.values.tolist() == [
        ["Ann/Ann_0001.jpg", "Ann"],
        ["Ann/Ann_0002.jpg", "Ann"],
        ["Bo/Bo_0001.jpg", "Bo"],
        ["Bo/Bo_0002.jpg", "Bo"],
    ]
    assert found.notes == ()


def test_other_files_beside_the_persons_and_single_images_are_told(tmp_path):
    root = folder_of_persons(tmp_path, each=2)
    (root / "pairs.txt").write_text("10 300")
    (root / "Cy" / "Cy_0002.jpg").unlink()
    (root / ".DS_Store").write_text("")
    (root / "Ann" / "Thumbs.db").write_text("")
    found = find_identities(root)
    assert found.summary() == (
        "7 images of 4 persons; passed over pairs.txt, which no person's folder holds; "
        "1 person has a single image: Cy"
    )


def _no_folder(root):
    return root / "missing"


def _no_person(root):
    (root / "none").mkdir()
    return root / "none"


def _image_outside(root):
    (root / "Ann" / "Ann_0001.jpg").rename(root / "Ann_0001.jpg")
    return root


def _empty_person(root):
    (root / "Ed").mkdir()
    return root


def _deeper(root):
    (root / "train").mkdir()
    (root / "Ann").rename(root / "train" / "Ann")
    return root


def _other_file(root):
    (root / "Bo" / "age.csv").write_text("")
    return root


def _empty_file(root):
    (root / "Bo" / "Bo_0002.jpg").write_bytes(b"")
    return root


def _no_image(root):
    (root / "Bo" / "Bo_0002.jpg").write_bytes(b"no image at all")
    return root


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_no_folder, "missing: found no such folder; expected one with a folder of images"),
        (_no_person, "none: found no folder; expected one for each person"),
        (_image_outside, "Ann_0001.jpg: found an image; expected a folder for each person"),
        (_empty_person, "Ed: found no image; expected at least one of each person"),
        (_deeper, "train/Ann: found a folder; expected images only"),
        (_other_file, "age.csv: found a file that ends in '.csv'; expected images only"),
        (_empty_file, "Bo_0002.jpg: found 0 bytes that are no image"),
        (_no_image, "Bo_0002.jpg: found 15 bytes that are no image"),
    ],
)
def test_what_is_wrong_is_refused_by_its_name(tmp_path, spoil, said):
    with pytest.raises(IdentitiesError, match="expected") as refused:
        find_identities(spoil(folder_of_persons(tmp_path, each=2)))
    assert said in str(refused.value)


def test_a_table_keeps_its_partitions_and_loses_the_unknown():
    faces = pd.DataFrame(
        {
            "image": list("abcd"),
            "path": [f"Img/{name}.jpg" for name in "abcd"],
            "identity": pd.array([3, pd.NA, 1, 3], dtype="Int64"),
            "partition": [0, 0, 2, 0],
        }
    )
    found = identities_in(faces, "faces.parquet")
    assert found.table.values.tolist() == [
        ["Img/a.jpg", 3, 0],
        ["Img/c.jpg", 1, 2],
        ["Img/d.jpg", 3, 0],
    ]
    assert found.notes == (
        "left out 1 image whose person is not known",
        "1 person has a single image: 1",
    )


def test_a_table_without_identities_is_refused():
    faces = pd.DataFrame({"path": ["a"], "identity": pd.array([pd.NA], dtype="Int64")})
    with pytest.raises(IdentitiesError, match="found no identity of 1 images"):
        identities_in(faces, "faces.parquet")


def test_grey_and_other_formats_are_images_too(tmp_path):
    for number, suffix in enumerate((".png", ".bmp", ".webp", ".JPEG")):
        write(tmp_path / "Ann" / f"{number}{suffix}", np.zeros((5, 5), np.uint8))
    assert len(find_identities(tmp_path).table) == 4


@pytest.mark.skipif(not (SHARED / "celeba-sample").is_dir(), reason="needs a part of CelebA")
def test_celebas_identities_are_those_of_its_file():
    root = SHARED / "celeba-sample"
    found = identities_in(take_inventory(root, "aligned").table, "faces.parquet")
    lines = (root / "Anno/identity_CelebA.txt").read_text().split()
    person = dict(zip(lines[::2], map(int, lines[1::2]), strict=True))
    names = found.table["path"].str.removeprefix("Img/img_align_celeba/")
    assert [person[name] for name in names] == found.table["identity"].tolist()
    assert found.summary().startswith("2400 images of 298 persons; 26 persons have a single image")


@pytest.mark.parametrize("identity", [[1.5, 1.2], [float("inf"), 1.0]])
def test_identities_that_would_become_one_are_refused(identity):
    faces = pd.DataFrame({"path": ["a.jpg", "b.jpg"], "identity": identity})
    with pytest.raises(
        IdentitiesError, match=rf"x.csv: found the identity {identity[0]} of a\.jpg"
    ):
        identities_in(faces, "x.csv")


def test_a_table_without_the_column_is_refused():
    with pytest.raises(IdentitiesError, match=r"found the columns path; .* add identity"):
        identities_in(pd.DataFrame({"path": ["a.jpg"]}), "x.csv")


def test_an_image_of_too_many_pixels_is_refused(tmp_path, monkeypatch):
    root = folder_of_persons(tmp_path, each=1)
    monkeypatch.setattr("PIL.Image.MAX_IMAGE_PIXELS", 10)
    with pytest.raises(IdentitiesError, match="found more pixels than are read"):
        find_identities(root)
