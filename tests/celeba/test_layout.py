import shutil

import pytest

from heed.celeba.layout import find_layout
from heed.celeba.messages import LayoutError


@pytest.mark.parametrize("layout", ["official", "torchvision", "flat", "kaggle"])
@pytest.mark.parametrize("kind", ["wild", "aligned"])
def test_finds_every_layout(tiny, layout, kind):
    faces = tiny(layout=layout).write()
    found = find_layout(faces.root, kind)
    assert found.attributes.samefile(faces.annotation("list_attr_celeba"))
    assert found.partitions.samefile(faces.annotation("list_eval_partition"))
    assert found.identities is not None
    assert found.identities.samefile(faces.annotation("identity_CelebA"))
    assert found.boxes is not None
    assert found.boxes.samefile(faces.annotation("list_bbox_celeba"))
    assert set(found.landmarks) == {"wild", "aligned"}
    assert found.images.samefile(faces.images(kind))


def test_finds_the_png_folder(tiny):
    faces = tiny(layout="official_png", image_suffix=".png").write()
    assert find_layout(faces.root, "aligned").images.name == "img_align_celeba_png"


def test_names_the_folder_inside_the_layout(tiny):
    faces = tiny(layout="torchvision").write()
    assert find_layout(faces.root / "celeba", "aligned").root == faces.root / "celeba"


def message(root, kind="aligned") -> str:
    with pytest.raises(LayoutError) as error:
        find_layout(root, kind)
    return str(error.value)


def test_no_such_root(tmp_path):
    text = message(tmp_path / "none")
    assert f"{tmp_path / 'none'}: found no such folder; expected a CelebA folder" in text
    assert "Set data.root in params.yaml" in text
    assert "run the stage synthesize first" in text


def test_root_is_a_file(tmp_path):
    (tmp_path / "celeba.zip").touch()
    assert "celeba.zip: found a file; expected a CelebA folder" in message(tmp_path / "celeba.zip")


def test_empty_root(tmp_path):
    text = message(tmp_path)
    assert "list_attr_celeba: found none of CelebA's annotation files, here or in a folder" in text
    assert "Set data.root in params.yaml to the folder that holds them, or download them" in text


@pytest.mark.parametrize("layout", ["official", "flat", "kaggle"])
@pytest.mark.parametrize("name", ["archive", "celeba", "My faces", "img"])
def test_finds_the_files_one_folder_deeper(tiny, tmp_path, layout, name):
    faces = tiny(layout=layout).write()
    (tmp_path / "parent").mkdir()
    faces.root.rename(tmp_path / "parent" / name)
    faces.root = tmp_path / "parent" / name
    (tmp_path / "parent/other").mkdir()
    found = find_layout(tmp_path / "parent", "aligned")
    assert found.root == tmp_path / "parent"
    assert found.attributes.samefile(faces.annotation("list_attr_celeba"))
    assert found.images.samefile(faces.images("aligned"))


def test_several_folders_that_could_be_meant(tiny, tmp_path):
    faces = tiny(layout="flat").write()
    (tmp_path / "parent").mkdir()
    shutil.copytree(faces.root, tmp_path / "parent/archive")
    shutil.copytree(faces.root, tmp_path / "parent/celeba")
    (tmp_path / "parent/archive/identity_CelebA.txt").unlink()
    text = message(tmp_path / "parent")
    assert "found CelebA's annotation files in 2 folders: archive, celeba; expected them" in text
    assert f"Set data.root in params.yaml to the one that is meant, for instance {tmp_path}" in text


def test_a_folder_with_some_of_the_files_is_not_meant(tiny, tmp_path):
    faces = tiny(layout="torchvision").write()
    (faces.root / "backup").mkdir()
    shutil.copy(faces.annotation("list_eval_partition"), faces.root / "backup")
    assert find_layout(faces.root, "aligned").partitions.parent.name == "celeba"


def test_a_stray_file_does_not_hide_the_folder_with_all(tiny, tmp_path):
    faces = tiny(layout="torchvision").write()
    shutil.copy(faces.annotation("list_eval_partition"), faces.root / "list_eval_partition.txt")
    assert find_layout(faces.root, "aligned").partitions.parent.name == "celeba"


def test_annotations_in_a_folder_beside_the_images(tiny):
    faces = tiny(layout="flat").write()
    (faces.root / "annotations").mkdir()
    for path in faces.root.glob("*.txt"):
        path.rename(faces.root / "annotations" / path.name)
    assert find_layout(faces.root, "aligned").images == faces.root / "img_align_celeba"


def test_files_each_in_a_folder_of_its_own_name(tiny):
    """As Kaggle's files are when each is downloaded and unpacked by itself."""
    faces = tiny(layout="kaggle").write()
    for path in faces.root.glob("*.csv"):
        content = path.read_bytes()
        path.unlink()
        path.mkdir()
        (path / path.name).write_bytes(content)
    assert find_layout(faces.root, "aligned").attributes.is_file()


@pytest.mark.parametrize("name", ["list_attr_celeba", "list_eval_partition"])
def test_missing_file(tiny, name):
    faces = tiny(without=(name,)).write()
    text = message(faces.root)
    assert f"{faces.root}: {name}: found no such file; expected Anno/{name}.txt, Eval/" in text


def test_missing_file_beside_its_pointer(tiny):
    faces = tiny().write()
    path = faces.annotation("list_attr_celeba")
    path.rename(path.with_name(path.name + ".dvc"))
    text = message(faces.root)
    assert "list_attr_celeba: found Anno/list_attr_celeba.txt.dvc, but not the file itself" in text
    assert "dvc pull" in text


def test_root_is_a_folder_of_the_layout(tiny):
    faces = tiny().write()
    text = message(faces.root / "Anno")
    assert "list_eval_partition: found no such file" in text
    assert "Set data.root in params.yaml to the folder that holds Anno/." in text


@pytest.mark.parametrize(
    ("kind", "other", "missing"),
    [
        ("wild", "aligned", "list_landmarks_celeba"),
        ("aligned", "wild", "list_landmarks_align_celeba"),
    ],
)
def test_only_the_other_landmarks(tiny, kind, other, missing):
    faces = tiny(without=(missing,)).write()
    text = message(faces.root, kind)
    assert f"{missing}: found no such file" in text
    assert f"belongs to the {other} images: set data.images: {other} in params.yaml" in text
    assert find_layout(faces.root, other).landmarks.keys() == {other}


@pytest.mark.parametrize("kind", ["wild", "aligned"])
def test_no_image_folder(tiny, kind):
    faces = tiny(without=(kind,)).write()
    text = message(faces.root, kind)
    assert f"{faces.root}: found no folder with .jpg or .jpeg or .png images; expected one" in text
    assert f"Unpack the {kind} images there" in text


def test_image_folder_without_images(tiny):
    faces = tiny().write()
    shutil.rmtree(faces.images("aligned"))
    faces.images("aligned").mkdir()
    (faces.images("aligned") / "img_align_celeba.zip").touch()
    assert "found no folder with .jpg or .jpeg or .png images" in message(faces.root)


def test_same_file_twice(tiny):
    faces = tiny().write()
    shutil.copy(faces.annotation("list_attr_celeba"), faces.root / "list_attr_celeba.csv")
    text = message(faces.root)
    assert "found Anno/list_attr_celeba.txt and list_attr_celeba.csv; expected one file" in text
    assert "Keep the one that belongs to the images" in text


@pytest.mark.parametrize("layout", ["official", "torchvision", "flat", "kaggle"])
@pytest.mark.parametrize(
    ("stem", "name", "remedy"),
    [
        ("list_attr_celeba", "list_attr_celeba (1).txt", "rename it to list_attr_celeba.txt"),
        ("list_attr_celeba", "List_Attr_CelebA.TXT", "rename it to list_attr_celeba.txt"),
        ("list_attr_celeba", "list_attr_celeba.txt.gz", "Unpack "),
        ("list_attr_celeba", "celeba_attr.csv", "rename it to list_attr_celeba.csv"),
        ("list_attr_celeba", "list_atr_celeba.txt", "rename it to list_attr_celeba.txt"),
        ("list_attr_celeba", "list_attr_celeba - Copy.txt", "rename it to list_attr_celeba.txt"),
        ("list_attr_celeba", "list_attr_celeba.txt.crdownload", "The download has not ended"),
        ("list_attr_celeba", "list_attr_celeba.xlsx", "save it as list_attr_celeba.txt or list_"),
        ("list_attr_celeba", "list_attr_celeba", "save it as list_attr_celeba.txt or list_"),
        ("list_eval_partition", "list_eval_partition(2).txt", "rename it to list_eval_partition."),
        ("list_landmarks_align_celeba", "list_landmarks_align_celeba_1.csv", "rename it to list_l"),
    ],
)
def test_names_the_file_that_is_missing_and_what_looks_like_it(tiny, layout, stem, name, remedy):
    faces = tiny(layout=layout).write()
    path = faces.annotation(stem)
    path.rename(path.with_name(name))
    text = message(faces.root)
    folder = faces.root / "celeba" if layout == "torchvision" else faces.root
    assert text.startswith(f"{folder}: {stem}: found ")
    assert name in text.partition("; expected ")[0]
    assert remedy in text
    assert ("landmarks" in text) == ("landmarks" in stem)


def test_renamed_when_nothing_else_is_there(tmp_path):
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive/list_attr_celeba.csv.zip").touch()
    assert "found archive/list_attr_celeba.csv.zip, but not the file itself" in message(tmp_path)


def test_the_other_landmarks_are_not_taken_for_renamed_ones(tiny):
    faces = tiny(without=("list_landmarks_celeba",)).write()
    assert "looks like it" not in message(faces.root, "wild")


@pytest.mark.parametrize("name", ["img_align_celeba.zip", "IMG_align_CelebA.7z.001"])
def test_images_that_are_still_packed(tiny, name):
    faces = tiny(without=("aligned",)).write()
    (faces.root / "Img" / name).touch()
    assert f"images (but Img/{name}); expected one of Img/img_align_celeba" in message(faces.root)


@pytest.mark.parametrize("folder", ["Annotations", "labels", "anno"])
@pytest.mark.parametrize("stem", ["list_attr_celeba", "list_eval_partition"])
def test_a_file_of_the_right_name_in_another_folder(tiny, folder, stem):
    faces = tiny().write()
    path = faces.annotation(stem)
    (faces.root / folder).mkdir()
    path.rename(faces.root / folder / path.name)
    text = message(faces.root)
    assert f"{stem}: found no such file there, but {folder}/{stem}.txt; expected Anno/" in text
    assert f"Move {folder}/{stem}.txt to where the other annotation files are." in text


def test_a_file_that_the_folder_with_the_others_lacks(tiny):
    faces = tiny().write()
    (faces.root / "Anno").rename(faces.root / "Annotations")
    text = message(faces.root)
    assert text.startswith(f"{faces.root / 'Annotations'}: list_eval_partition: found no such file")
    assert "file there, but ../Eval/list_eval_partition.txt; expected" in text


@pytest.mark.parametrize("place", ["images", "Img/images", "Img", "."])
def test_images_in_a_folder_of_another_name(tiny, place):
    faces = tiny(without=("wild",)).write()
    (faces.root / place).mkdir(exist_ok=True)
    for path in faces.images("aligned").iterdir():
        path.rename(faces.root / place / path.name)
    text = message(faces.root)
    assert f"png images where one is looked for, but images in {place}; expected one of" in text
    assert "If these are the aligned images, move them to img_align_celeba/. Unpack the" in text
    assert "data.images" not in text


@pytest.mark.parametrize("lacks", ["wild", "list_landmarks_celeba", None])
def test_the_other_images_are_advised_only_where_they_are(tiny, lacks):
    faces = tiny(without=("aligned", lacks)).write()
    text = message(faces.root)
    assert ("or set data.images: wild in params.yaml" in text) == (lacks is None)
    assert "but images in" not in text
