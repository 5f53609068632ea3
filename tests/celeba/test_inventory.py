import hashlib
import os
import shutil
import subprocess

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from heed.celeba.attributes import ATTRIBUTES
from heed.celeba.inventory import take_inventory
from heed.celeba.messages import AnnotationError, CelebAError, LayoutError
from heed.geometry.alignment import LANDMARKS
from heed.synthetic.dataset import write_collection
from heed.synthetic.studio import Recipe
from tests.places import SHARED

VERIFY = ("size", "content")
LANDMARK_COLUMNS = [f"{point}_{axis}" for point in LANDMARKS for axis in "xy"]


def assert_holds(table: pd.DataFrame, faces, kind: str) -> None:
    """Every number of the table is the one the folder was built from."""
    assert table["image"].tolist() == [stem + faces.image_suffix for stem in faces.stems]
    for row in table.itertuples():
        path = faces.root / row.path
        assert path.samefile(faces.images(kind) / row.image)
        assert row.size == path.stat().st_size
    assert table["size"].is_unique or kind == "wild"
    assert [*zip(table["width"], table["height"], strict=True)] == faces.pixels[kind]
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


def test_rows_are_sorted_whatever_the_order_of_the_labels(tiny):
    faces = tiny().write()

    def turn(lines: list[str]) -> None:
        lines[2:9] = lines[8:1:-1]

    faces.edit("list_attr_celeba", turn)
    assert_holds(take_inventory(faces.root, "aligned").table, faces, "aligned")


def test_columns_and_types(tiny):
    table = take_inventory(tiny().write().root, "wild").table
    expected = ["image", "path", "size", "width", "height", "partition", "identity"]
    expected += ["box_x", "box_y", "box_width", "box_height", *ATTRIBUTES]
    expected += [f"{kind}_{name}" for kind in ("wild", "aligned") for name in LANDMARK_COLUMNS]
    assert table.columns.tolist() == expected
    types = table.dtypes.astype(str)
    assert types["size"] == "int64"
    assert types["width"] == types["height"] == "int32"
    assert types["identity"] == "Int64"
    assert set(types[["partition", *ATTRIBUTES]]) == {"int8"}
    assert set(types[expected[7:11] + expected[51:]]) == {"float64"}


def test_what_is_not_needed_may_be_missing(tiny):
    missing = ("identity_CelebA", "list_bbox_celeba", "list_landmarks_celeba", "wild")
    table = take_inventory(tiny(without=missing).write().root, "aligned").table
    assert table["identity"].isna().all()
    assert str(table["identity"].dtype) == "Int64"
    assert table[["box_x", "box_y", "box_width", "box_height"]].isna().all(axis=None)
    assert table[[f"wild_{name}" for name in LANDMARK_COLUMNS]].isna().all(axis=None)
    assert table[[f"aligned_{name}" for name in LANDMARK_COLUMNS]].notna().all(axis=None)


def test_contents_are_what_sha256sum_says_of_the_images_in_order(tiny):
    faces = tiny().write()
    found = take_inventory(faces.root, "wild", "content")
    names = found.table["image"].tolist()
    listed = subprocess.run(
        ["sha256sum", *names], cwd=faces.images("wild"), capture_output=True, check=True
    )
    assert found.contents == hashlib.sha256(listed.stdout).hexdigest()
    assert take_inventory(faces.root, "wild", "size").contents is None


def test_content_notices_what_size_does_not(tiny):
    faces = tiny().write()
    before = {verify: take_inventory(faces.root, "wild", verify) for verify in VERIFY}
    path = faces.images("wild") / "000003.jpg"
    path.write_bytes(path.read_bytes()[:-1] + b"\1")
    after = {verify: take_inventory(faces.root, "wild", verify) for verify in VERIFY}
    assert before["content"].contents != after["content"].contents
    for found in (before["content"], *after.values()):
        assert found.table.equals(before["size"].table)


def test_images_without_annotations_are_reported(tiny):
    faces = tiny().write()
    for number in (9, 8, 11, 10):
        (faces.images("wild") / f"{number:06d}.jpg").write_bytes(b"no need to be an image")
    (faces.images("wild") / "Thumbs.db").touch()
    inventory = take_inventory(faces.root, "wild")
    assert_holds(inventory.table, faces, "wild")
    assert inventory.unannotated == tuple(f"{number:06d}.jpg" for number in (8, 9, 10, 11))
    assert inventory.summary() == (
        "7 faces: 3 train, 2 validation, 2 test; left out 4 images without annotations: "
        "000008.jpg, 000009.jpg, 000010.jpg and 1 more"
    )


def test_one_is_said_in_the_singular(tiny):
    faces = tiny().write()
    (faces.images("aligned") / "000002.jpg").rename(faces.images("aligned") / "2.jpg")
    summary = take_inventory(faces.root, "aligned", missing="skip").summary()
    assert "; left out 1 image without annotations: 2.jpg" in summary
    assert summary.endswith("; left out 1 annotated image that is not there: 000002")


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


@pytest.mark.parametrize("kind", ["wild", "aligned"])
def test_missing_images_are_skipped_when_told_so(tiny, kind):
    faces = tiny().write()
    for stem in ("000002", "000005"):
        (faces.images(kind) / f"{stem}.jpg").unlink()
    inventory = take_inventory(faces.root, kind, missing="skip")
    for stem in ("000002", "000005"):
        shutil.copy(faces.images(kind) / "000001.jpg", faces.images(kind) / f"{stem}.jpg")
    whole = take_inventory(faces.root, kind).table
    expected = whole[~whole["image"].isin(["000002.jpg", "000005.jpg"])].reset_index(drop=True)
    pd.testing.assert_frame_equal(inventory.table, expected)
    assert inventory.summary() == (
        "5 faces: 2 train, 2 validation, 1 test; left out 2 annotated images that are not there: "
        "000002, 000005"
    )


def test_skipping_leaves_no_needed_partition_empty(tiny):
    faces = tiny().write()
    for stem in ("000005", "000006"):
        (faces.images("aligned") / f"{stem}.jpg").unlink()
    with pytest.raises(AnnotationError, match=r"line 7: found no image of the partition test in"):
        take_inventory(faces.root, "aligned", missing="skip")
    inventory = take_inventory(faces.root, "aligned", missing="skip", needed=("train",))
    assert inventory.summary() == (
        "3 faces: 3 train, 0 validation, 0 test; left out 4 images of partitions that nothing "
        "needs: validation, test"
    )


def test_nothing_left(tiny):
    faces = tiny().write()
    for path in faces.images("aligned").iterdir():
        path.rename(path.with_stem(f"{path.stem}_small"))
    with pytest.raises(AnnotationError, match="found no image of the partition train"):
        take_inventory(faces.root, "aligned", missing="skip")


@pytest.mark.parametrize("missing", ["stop", "skip"])
def test_only_needed_partitions_must_be_there(tiny, missing):
    faces = tiny().write()
    for stem, code in zip(faces.stems, faces.numbers["list_eval_partition"][:, 0], strict=True):
        if code != 2:
            (faces.images("aligned") / f"{stem}.jpg").unlink()
    with pytest.raises(AnnotationError, match=r"not in|no image of the partition train"):
        take_inventory(faces.root, "aligned", missing=missing)
    inventory = take_inventory(faces.root, "aligned", missing=missing, needed=("test",))
    assert inventory.table["image"].tolist() == ["000005.jpg", "000006.jpg"]
    assert inventory.summary() == (
        "2 faces: 0 train, 0 validation, 2 test; left out 5 images of partitions that nothing "
        "needs: train, validation"
    )


def test_images_that_nothing_needs_are_left_out_unopened(tiny):
    """A few training faces must not pass for the training faces: the rates would be theirs."""
    faces = tiny().write()
    for stem in ("000001", "000004"):
        (faces.images("aligned") / f"{stem}.jpg").unlink()
    for stem in ("000002", "000003", "000007"):
        (faces.images("aligned") / f"{stem}.jpg").write_bytes(b"no image at all")
    inventory = take_inventory(faces.root, "aligned", needed=("test",))
    assert inventory.table["image"].tolist() == ["000005.jpg", "000006.jpg"]
    assert (inventory.table["partition"] == 2).all()
    assert inventory.unannotated == ()
    assert inventory.summary() == (
        "2 faces: 0 train, 0 validation, 2 test; left out 5 images of partitions that nothing "
        "needs: train, validation"
    )


def test_annotations_of_test_images_only(tiny):
    faces = tiny()
    faces.numbers["list_eval_partition"][:] = 2
    faces.write()
    with pytest.raises(AnnotationError, match=r"expected images with 0 \(train\) too"):
        take_inventory(faces.root, "aligned")
    inventory = take_inventory(faces.root, "aligned", needed=("test",))
    assert inventory.summary() == "7 faces: 0 train, 0 validation, 7 test"


def test_a_missing_image_of_a_needed_partition_is_refused(tiny):
    faces = tiny().write()
    for stem in ("000001", "000005"):
        (faces.images("aligned") / f"{stem}.jpg").unlink()
    with pytest.raises(AnnotationError, match=r"found 1 of 7 images .*: 000005; .*missing: skip"):
        take_inventory(faces.root, "aligned", needed=("test",))


@pytest.mark.parametrize("suffix", [".jpg", ".png"])
@pytest.mark.parametrize("size", [(89, 109), (1024, 1024), (218, 178), (178, 217)])
def test_aligned_images_of_another_size(tiny, size, suffix):
    faces = tiny(image_suffix=suffix)
    faces.pixels["aligned"] = [size] * 7
    text = message(faces.write(), error=LayoutError)
    assert f"found 000001{suffix} of {size[0]}x{size[1]} pixels, and 7 of 7 images so; exp" in text


def test_one_aligned_image_of_another_size(tiny):
    faces = tiny()
    faces.pixels["aligned"][4] = (356, 436)
    text = message(faces.write(), error=LayoutError)
    assert "found 000005.jpg of 356x436 pixels, and 1 of 7 images so; expected 178x218" in text


@pytest.mark.parametrize("size", [(89, 109), (1024, 1024), (356, 436)])
def test_aligned_landmarks_are_scaled_when_told_so(tiny, size):
    faces = tiny()
    faces.pixels["aligned"] = [size] * 7
    inventory = take_inventory(faces.write().root, "aligned", landmark_size=(178, 218))
    before = faces.numbers["list_landmarks_align_celeba"].reshape(7, 5, 2)
    expected = (before + 0.5) * np.array(size) / [178, 218] - 0.5
    found = inventory.table[[f"aligned_{name}" for name in LANDMARK_COLUMNS]].to_numpy()
    np.testing.assert_allclose(found.reshape(7, 5, 2), expected)
    # what belongs to the photographs stays as it is
    for columns, name in (
        (["box_x", "box_y", "box_width", "box_height"], "list_bbox_celeba"),
        ([f"wild_{name}" for name in LANDMARK_COLUMNS], "list_landmarks_celeba"),
    ):
        np.testing.assert_array_equal(inventory.table[columns].to_numpy(), faces.numbers[name])
    assert f"; landmarks scaled from 178x218 to {size[0]}x{size[1]}" in inventory.summary()
    assert ("stretched" in inventory.summary()) == (size == (1024, 1024))


@pytest.mark.parametrize("kind", ["aligned", "wild"])
@pytest.mark.parametrize("size", [(1024, 1024), (356, 436), (256, 256), (200, 245)])
def test_the_size_of_the_files_is_not_that_of_the_landmarks(tiny, size, kind):
    """Landmarks in pixels of 178x218, said to be in pixels of the larger files."""
    faces = tiny()
    aligned = faces.numbers["list_landmarks_align_celeba"]
    name = {"aligned": "list_landmarks_align_celeba", "wild": "list_landmarks_celeba"}[kind]
    faces.numbers[name] = aligned
    faces.numbers["list_bbox_celeba"][:] = [40, 60, 90, 120]
    faces.pixels[kind] = [size] * 7
    faces.write()
    with pytest.raises(AnnotationError) as error:
        take_inventory(faces.root, kind, landmark_size=size)
    text = str(error.value)
    assert f"{faces.annotation(name)}, line " in text
    assert "found from here on landmarks that refer to images of 178x218 (median eyes at " in text
    assert "not that of your files: set it to 178x218 in params.yaml" in text


def test_landmarks_that_were_scaled_already(tiny):
    """A size near 178x218, and landmarks in pixels of it."""
    faces = tiny()
    scaled = faces.numbers["list_landmarks_align_celeba"].reshape(7, 5, 2) * [192 / 178, 235 / 218]
    faces.numbers["list_landmarks_align_celeba"] = np.rint(scaled).astype(int).reshape(7, 10)
    faces.pixels["aligned"] = [(192, 235)] * 7
    table = take_inventory(faces.write().root, "aligned", landmark_size=(192, 235)).table
    columns = [f"aligned_{name}" for name in LANDMARK_COLUMNS]
    np.testing.assert_array_equal(table[columns], faces.numbers["list_landmarks_align_celeba"])


def test_one_wrong_row_names_its_line(tiny):
    faces = tiny()
    faces.numbers["list_landmarks_celeba"][2] += 5000
    text = message(faces.write(), "wild", LayoutError)
    path = faces.annotation("list_landmarks_celeba")
    line = 1 + [row[:6] for row in path.read_text().split("\n")].index("000003")
    assert f"This image or its row in {path}, line {line}, is wrong" in text


def test_the_word_of_the_user_does_not_replace_the_other_checks(tiny):
    faces = tiny()
    faces.pixels["aligned"] = [(89, 109)] * 7
    faces.numbers["list_landmarks_align_celeba"] = faces.numbers["list_landmarks_celeba"]
    faces.write()
    with pytest.raises(AnnotationError, match="look like landmarks of the wild images"):
        take_inventory(faces.root, "aligned", landmark_size=(178, 218))
    with pytest.raises(AnnotationError, match="a landmark outside the image of 89x109 pixels"):
        take_inventory(faces.root, "aligned", landmark_size=(89, 109))


def test_the_landmarks_of_the_other_images_are_checked_as_ever(tiny):
    faces = tiny()
    faces.numbers["list_landmarks_celeba"] = faces.numbers["list_landmarks_align_celeba"]
    faces.write()
    with pytest.raises(AnnotationError, match="look like landmarks of the aligned images"):
        take_inventory(faces.root, "aligned", landmark_size=(178, 218))


def test_the_word_of_the_user_replaces_what_is_known_of_photographs(tiny):
    faces = tiny()
    faces.numbers["list_landmarks_celeba"] = faces.numbers["list_landmarks_align_celeba"]
    faces.numbers["list_bbox_celeba"][:] = [40, 60, 90, 120]
    faces.pixels["wild"] = [(178, 218)] * 7
    faces.write()
    with pytest.raises(CelebAError):
        take_inventory(faces.root, "wild")
    table = take_inventory(faces.root, "wild", landmark_size=(178, 218)).table
    columns = [f"wild_{name}" for name in LANDMARK_COLUMNS]
    np.testing.assert_array_equal(table[columns], faces.numbers["list_landmarks_align_celeba"])


def test_photographs_of_one_size_scaled_when_told_so(tiny):
    """Landmarks of frames of 1280x960, images of half that size."""
    faces = tiny()
    rng = np.random.default_rng(0)
    turned = faces.numbers["list_landmarks_celeba"].reshape(7, 5, 2)
    centred = turned - turned.mean(axis=1, keepdims=True) + [640, 480]
    moved = np.rint(centred + rng.integers(-99, 99, (7, 1, 2))).astype(int)
    faces.numbers["list_landmarks_celeba"] = moved.reshape(7, 10)
    boxes = np.concatenate([moved[:, 2] - 50, np.full((7, 2), 100)], axis=1)
    faces.numbers["list_bbox_celeba"] = boxes
    faces.pixels["wild"] = [(640, 480)] * 7
    faces.write()
    with pytest.raises(LayoutError, match="expected photographs as taken"):
        take_inventory(faces.root, "wild")
    inventory = take_inventory(faces.root, "wild", landmark_size=(1280, 960))
    columns = [f"wild_{name}" for name in LANDMARK_COLUMNS]
    expected = (moved + 0.5) / 2 - 0.5
    np.testing.assert_array_equal(inventory.table[columns], expected.reshape(7, 10))
    box_columns = ["box_x", "box_y", "box_width", "box_height"]
    np.testing.assert_array_equal(inventory.table[box_columns], boxes / 2)
    assert "; landmarks scaled from 1280x960 to 640x480" in inventory.summary()
    with pytest.raises(LayoutError, match="found landmarks outside the image"):
        take_inventory(faces.root, "wild", landmark_size=(640, 480))


def test_aligned_images_in_the_folder_of_the_photographs(tiny):
    faces = tiny()
    faces.pixels["wild"] = [(178, 218)] * 7
    text = message(faces.write(), "wild", LayoutError)
    assert "found 000001.jpg of 178x218 pixels, and 7 of 7 images so, the size of CelebA's" in text


def test_wrong_landmarks_are_refused(tiny):
    faces = tiny()
    numbers = faces.numbers["list_landmarks_align_celeba"]
    numbers[2, :4] = numbers[2, [2, 3, 0, 1]]
    text = message(faces.write())
    assert f"{faces.annotation('list_landmarks_align_celeba')}, line 9: found the left and" in text


def test_drawn_faces(tmp_path):
    """What the stage synthesize draws passes, resized copies do not."""
    write_collection(
        Recipe(40, 10, 10, 4.0, 3.0, 1.0, 0.7, 0),
        tmp_path / "drawn",
        workers=1,
        with_evidence=False,
    )
    for kind in ("wild", "aligned"):
        inventory = take_inventory(tmp_path / "drawn", kind)
        assert inventory.summary() == "60 faces: 40 train, 10 validation, 10 test"
        folder = tmp_path / "drawn" / os.path.dirname(inventory.table["path"][0])
        for path in folder.iterdir():
            with Image.open(path) as image:
                small = image.resize((image.width // 2, image.height // 2))
            small.save(path)
        with pytest.raises(LayoutError, match=r"data\.landmark_size"):
            take_inventory(tmp_path / "drawn", kind)


def test_the_cache_changes_nothing(tiny, tmp_path):
    faces = tiny().write()
    cache = tmp_path / "headers.parquet"
    plain = take_inventory(faces.root, "wild").table
    for _ in range(2):
        pd.testing.assert_frame_equal(take_inventory(faces.root, "wild", cache=cache).table, plain)
        assert cache.exists()


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
