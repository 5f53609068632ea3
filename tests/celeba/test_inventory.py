import hashlib
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from heed.attributes import ATTRIBUTES, LANDMARKS
from heed.celeba.errors import AnnotationError, CelebAError, LayoutError
from heed.celeba.inventory import take_inventory

SHARED = Path(__file__).resolve().parents[2] / "../shared"
VERIFY = ("size", "content")
LANDMARK_COLUMNS = [f"{point}_{axis}" for point in LANDMARKS for axis in "xy"]


def assert_holds(table: pd.DataFrame, faces, kind: str) -> None:
    """Every number of the table is the one the folder was built from."""
    assert table["image"].tolist() == [stem + faces.image_suffix for stem in faces.stems]
    for row in table.itertuples():
        path = faces.root / row.path
        assert path.samefile(faces.images(kind) / row.image)
        assert row.size == path.stat().st_size == faces.sizes[path.stem]
    numbers = faces.numbers
    assert table["partition"].tolist() == numbers["list_eval_partition"][:, 0].tolist()
    assert table["identity"].tolist() == numbers["identity_CelebA"][:, 0].tolist()
    for columns, name in (
        (["box_x", "box_y", "box_width", "box_height"], "list_bbox_celeba"),
        (list(ATTRIBUTES), "list_attr_celeba"),
        ([f"wild_{name}" for name in LANDMARK_COLUMNS], "list_landmarks_celeba"),
        ([f"aligned_{name}" for name in LANDMARK_COLUMNS], "list_landmarks_align_celeba"),
    ):
        np.testing.assert_array_equal(table[columns].to_numpy(), numbers[name])


@pytest.mark.parametrize("kind", ["wild", "aligned"])
@pytest.mark.parametrize("layout", ["official", "torchvision", "flat", "kaggle"])
def test_reads_every_layout_and_joins_by_name(tiny, layout, kind):
    faces = tiny(layout=layout).write()
    inventory = take_inventory(faces.root, kind)
    assert_holds(inventory.table, faces, kind)
    assert inventory.unannotated == ()


@pytest.mark.parametrize(
    "form",
    [
        {"newline": "\r\n"},
        {"trailing": "  "},
        {"newline": "\r\n", "trailing": " "},
        {"counts": False},
        {"image_column": "image_id"},
        {"zero_labels": True},
        {"image_suffix": ".png"},
        {"annotation_suffix": ".png"},
        {"layout": "official_png", "image_suffix": ".png"},
        {"layout": "kaggle", "newline": "\r\n", "zero_labels": True},
    ],
)
def test_reads_every_form(tiny, form):
    faces = tiny(**form).write()
    assert_holds(take_inventory(faces.root, "aligned").table, faces, "aligned")


def test_columns_and_types(tiny):
    table = take_inventory(tiny().write().root, "wild").table
    expected = ["image", "path", "size", "partition", "identity"]
    expected += ["box_x", "box_y", "box_width", "box_height", *ATTRIBUTES]
    expected += [f"{kind}_{name}" for kind in ("wild", "aligned") for name in LANDMARK_COLUMNS]
    assert table.columns.tolist() == expected
    types = table.dtypes.astype(str)
    assert types["size"] == "int64"
    assert types["identity"] == "Int64"
    assert set(types[["partition", *ATTRIBUTES]]) == {"int8"}
    assert set(types[expected[5:9] + expected[49:]]) == {"float64"}


def test_what_is_not_needed_may_be_missing(tiny):
    missing = ("identity_CelebA", "list_bbox_celeba", "list_landmarks_celeba", "wild")
    table = take_inventory(tiny(without=missing).write().root, "aligned").table
    assert table["identity"].isna().all()
    assert str(table["identity"].dtype) == "Int64"
    assert table[["box_x", "box_y", "box_width", "box_height"]].isna().all(axis=None)
    assert table[[f"wild_{name}" for name in LANDMARK_COLUMNS]].isna().all(axis=None)
    assert table[[f"aligned_{name}" for name in LANDMARK_COLUMNS]].notna().all(axis=None)


def test_content_digests(tiny):
    faces = tiny().write()
    table = take_inventory(faces.root, "wild", "content").table
    assert table.columns[3] == "digest"
    for path, digest in zip(table["path"], table["digest"], strict=True):
        assert digest == hashlib.sha256((faces.root / path).read_bytes()).hexdigest()


def test_content_notices_what_size_does_not(tiny):
    faces = tiny().write()
    before = {verify: take_inventory(faces.root, "wild", verify).table for verify in VERIFY}
    path = faces.images("wild") / "000003.jpg"
    path.write_bytes(path.read_bytes()[:-1] + b"\1")
    after = {verify: take_inventory(faces.root, "wild", verify).table for verify in VERIFY}
    assert before["size"].equals(after["size"])
    changed = before["content"]["digest"] != after["content"]["digest"]
    assert before["content"]["image"][changed].tolist() == ["000003.jpg"]


def test_images_without_annotations_are_reported(tiny):
    faces = tiny().write()
    for number in (9, 8, 11, 10):
        (faces.images("wild") / f"{number:06d}.jpg").write_bytes(b"\xff\xd8\xff" + bytes(600))
    (faces.images("wild") / "Thumbs.db").touch()
    inventory = take_inventory(faces.root, "wild")
    assert_holds(inventory.table, faces, "wild")
    assert inventory.unannotated == tuple(f"{number:06d}.jpg" for number in (8, 9, 10, 11))
    assert inventory.summary() == (
        "7 faces: 3 train, 2 validation, 2 test; left out 4 images without annotations: "
        "000008.jpg, 000009.jpg, 000010.jpg and 1 more"
    )


def test_summary(tiny):
    inventory = take_inventory(tiny().write().root, "wild")
    assert inventory.summary() == "7 faces: 3 train, 2 validation, 2 test"


def message(faces, kind="aligned", error: type[CelebAError] = AnnotationError) -> str:
    with pytest.raises(error) as raised:
        take_inventory(faces.root, kind)
    return str(raised.value)


@pytest.mark.parametrize("how", ["absent", "dangling link"])
def test_annotated_image_missing_on_disk(tiny, how):
    faces = tiny().write()
    for stem in ("000002", "000005"):
        path = faces.images("aligned") / f"{stem}.jpg"
        path.unlink()
        if how == "dangling link":
            path.symlink_to("../.git/annex/objects/gone.jpg")
    text = message(faces)
    # two lines before the rows, and 000002 in the second of them
    assert f"{faces.annotation('list_attr_celeba')}, line 4: found 2 of 7 images that" in text
    assert f"not in {faces.images('aligned')}: 000002, 000005; expected a .jpg or .png" in text
    assert "Unpack the images completely" in text


def test_image_twice_on_disk(tiny):
    faces = tiny().write()
    (faces.images("aligned") / "000002.png").write_bytes(b"\x89PNG" + bytes(600))
    text = message(faces, error=LayoutError)
    assert "000002.png" in text
    assert "000002.jpg" in text
    assert "expected one file per image. Keep one of the two." in text


@pytest.mark.parametrize("content", [b"", b"version https://git-lfs.github.com/spec/v1\n"])
def test_image_that_is_none(tiny, content):
    faces = tiny().write()
    path = faces.images("aligned") / "000002.jpg"
    path.write_bytes(content)
    assert f"{path}: found {len(content)} bytes that are no image" in message(
        faces, error=LayoutError
    )


@pytest.mark.parametrize(("code", "name"), [(0, "train"), (1, "validation"), (2, "test")])
def test_partition_without_images(tiny, code, name):
    faces = tiny()
    numbers = faces.numbers["list_eval_partition"]
    numbers[numbers == code] = (code + 1) % 3
    others = ", ".join(str(other) for other in range(3) if other != code)
    text = message(faces.write())
    assert f"list_eval_partition.txt: found only the partition numbers {others}; " in text
    assert f"expected images with {code} ({name}) too. Give every partition some" in text


@pytest.mark.parametrize(
    "name",
    [
        "list_eval_partition",
        "identity_CelebA",
        "list_bbox_celeba",
        "list_landmarks_celeba",
        "list_landmarks_align_celeba",
    ],
)
def test_files_of_different_image_sets(tiny, name):
    faces = tiny().write()

    def rename(lines: list[str]) -> None:
        at = next(i for i, line in enumerate(lines) if line.startswith("000004.jpg"))
        lines[at] = lines[at].replace("000004", "000099")

    path = faces.edit(name, rename)
    line = 1 + [row[:6] for row in path.read_text().split("\n")].index("000099")
    text = message(faces)
    assert f"{path}, line {line}: found 000099, which list_attr_celeba.txt lacks" in text
    assert "expected the same images in both files. Take both files from the same" in text


def test_labels_of_an_image_that_another_file_lacks(tiny):
    faces = tiny().write()
    path = faces.edit("list_eval_partition", lambda lines: lines.pop(0))
    # rows are rolled by one, so the first line is the last image
    text = message(faces)
    assert (
        f"{faces.annotation('list_attr_celeba')}, line 9: found 000007, which {path.name}" in text
    )


def test_wild_landmarks_with_aligned_images(tiny):
    faces = tiny()
    faces.numbers["list_landmarks_align_celeba"] = faces.numbers["list_landmarks_celeba"]
    text = message(faces.write(), "aligned")
    assert f"{faces.annotation('list_landmarks_align_celeba')}, line 3: found from" in text
    assert "These look like landmarks of the wild images" in text


def test_aligned_landmarks_with_wild_images(tiny):
    faces = tiny()
    faces.numbers["list_landmarks_celeba"] = faces.numbers["list_landmarks_align_celeba"]
    text = message(faces.write(), "wild")
    assert f"{faces.annotation('list_landmarks_celeba')}, line 3: found from here on" in text
    assert "These look like landmarks of the aligned images" in text


def test_errors_of_the_files_come_through(tiny):
    faces = tiny(layout="kaggle").write()
    path = faces.edit("list_landmarks_align_celeba", lambda lines: lines.insert(3, "x/1.jpg,1"))
    assert f"{path}, line 4: found 'x/1.jpg', a name with a path in it" in message(faces)


def test_does_not_depend_on_the_working_folder_or_on_link_names(tiny, tmp_path, monkeypatch):
    faces = tiny().write()
    absolute = take_inventory(faces.root, "wild").table
    (tmp_path / "link").symlink_to(faces.root)
    monkeypatch.chdir(tmp_path)
    assert take_inventory("link", "wild").table.equals(absolute)
    assert take_inventory(os.path.join(".", "faces"), "wild").table.equals(absolute)


def test_real_faces():
    root = SHARED / "celeba-sample"
    if not root.exists():
        pytest.skip("the sample of CelebA is not part of this repository")
    inventory = take_inventory(root, "aligned")
    table = inventory.table
    assert inventory.summary() == "2400 faces: 1503 train, 305 validation, 592 test"
    assert table["image"].is_monotonic_increasing
    for columns, name in (
        (list(ATTRIBUTES), "Anno/list_attr_celeba.txt"),
        ([f"aligned_{name}" for name in LANDMARK_COLUMNS], "Anno/list_landmarks_align_celeba.txt"),
        (["identity"], "Anno/identity_CelebA.txt"),
        (["partition"], "Eval/list_eval_partition.txt"),
    ):
        lines = [line.split() for line in (root / name).read_text().split("\n")]
        naive = {line[0]: [*map(int, line[1:])] for line in lines if line and ".jpg" in line[0]}
        expected = [naive[image] for image in table["image"]]
        np.testing.assert_array_equal(table[columns].to_numpy(int), expected)
    # People are not shared between partitions, and boxes and wild landmarks are not there.
    assert (table.groupby("identity")["partition"].nunique() == 1).all()
    assert table[["box_x", "wild_nose_x"]].isna().all(axis=None)
