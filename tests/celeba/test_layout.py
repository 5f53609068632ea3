import shutil

import pytest

from heed.celeba.errors import LayoutError
from heed.celeba.layout import find_layout


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
    assert "list_landmarks_align_celeba: found no such file; expected Anno/list_landm" in text
    assert "Download it from CelebA's page" in text


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
