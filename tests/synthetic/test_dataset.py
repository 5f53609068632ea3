import hashlib
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pytest
import zarr

from heed.celeba.attributes import ATTRIBUTES
from heed.geometry.affine import apply
from heed.geometry.alignment import LANDMARKS
from heed.synthetic.dataset import write_collection
from heed.synthetic.studio import Recipe, Studio

RECIPE = Recipe(4, 3, 5, 2.0, 3.0, 1.0, 0.7, seed=3)
COUNT = 12


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("drawn") / "collection"
    write_collection(RECIPE, path, workers=1)
    return path


def _digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _rows(path: Path, head: int) -> list[list[str]]:
    return [line.split() for line in path.read_text().splitlines()[head:]]


def test_same_seed_same_bytes_with_more_workers(folder: Path, tmp_path: Path) -> None:
    write_collection(RECIPE, tmp_path / "again", workers=2)
    assert _digests(tmp_path / "again") == _digests(folder)


def test_layout_is_celebas(folder: Path) -> None:
    names = [f"{number:06d}.jpg" for number in range(1, COUNT + 1)]
    for images in ("img_align_celeba", "img_celeba"):
        assert sorted(p.name for p in (folder / "Img" / images).iterdir()) == names
    for annotation in ("attr", "landmarks", "landmarks_align", "bbox"):
        path = folder / "Anno" / f"list_{annotation}_celeba.txt"
        assert path.read_text().splitlines()[0] == str(COUNT)
        assert [row[0] for row in _rows(path, 2)] == names
    partitions = _rows(folder / "Eval/list_eval_partition.txt", 0)
    assert [row[1] for row in partitions] == ["0"] * 4 + ["1"] * 3 + ["2"] * 5
    assert [row[0] for row in _rows(folder / "Anno/identity_CelebA.txt", 0)] == names


def test_attributes_and_landmarks_are_those_of_the_faces(folder: Path) -> None:
    studio = Studio(RECIPE)
    header = (folder / "Anno/list_attr_celeba.txt").read_text().splitlines()[1]
    assert header.split() == list(ATTRIBUTES)
    labels = np.array(_rows(folder / "Anno/list_attr_celeba.txt", 2))[:, 1:].astype(int)
    for index in range(COUNT):
        np.testing.assert_array_equal(labels[index], studio.face(index).labels)
    for kind in ("landmarks_align", "landmarks"):
        path = folder / "Anno" / f"list_{kind}_celeba.txt"
        columns = path.read_text().splitlines()[1].split()
        assert columns == [f"{name}_{axis}" for name in LANDMARKS for axis in "xy"]


def test_images_have_their_sizes_and_boxes_lie_in_them(folder: Path) -> None:
    boxes = np.array(_rows(folder / "Anno/list_bbox_celeba.txt", 2))
    for name, x, y, width, height in boxes:
        aligned = cv2.imread(str(folder / "Img/img_align_celeba" / name))
        wild = cv2.imread(str(folder / "Img/img_celeba" / name))
        assert aligned.shape == (218, 178, 3)
        assert int(x) + int(width) <= wild.shape[1]
        assert int(y) + int(height) <= wild.shape[0]


def test_transforms_take_the_face_frame_to_both_images(folder: Path) -> None:
    transforms = pd.read_parquet(folder / "evidence/transforms.parquet")
    assert transforms["image"].tolist() == [f"{n:06d}.jpg" for n in range(8, 13)]
    rows = {
        kind: {r[0]: np.array(r[1:], float).reshape(5, 2) for r in _rows(path, 2)}
        for kind, path in (
            ("aligned", folder / "Anno/list_landmarks_align_celeba.txt"),
            ("wild", folder / "Anno/list_landmarks_celeba.txt"),
        )
    }
    studio = Studio(RECIPE)
    corners = [f"{i}{j}" for i in range(2) for j in range(3)]
    for index, row in enumerate(transforms.to_dict("records")):
        pose = studio.face(7 + index).scene.look.pose
        in_frame = apply(pose.to_face_frame, pose.landmarks)
        for kind in ("aligned", "wild"):
            matrix = np.array([row[f"{kind}_{c}"] for c in corners]).reshape(2, 3)
            # The files have whole pixels.
            np.testing.assert_allclose(
                apply(matrix, in_frame), rows[kind][row["image"]], atol=0.5 + 1e-9
            )


def test_evidence_unpacks_to_masks(folder: Path) -> None:
    packed = zarr.open_group(folder / "evidence/masks.zarr", mode="r")["masks"]
    assert packed.shape == (5, 40, 256, 32)
    assert packed.chunks[0] == 64
    masks = np.unpackbits(packed[:], axis=-1)
    share = masks.mean(axis=(2, 3))
    assert (share < 0.9).all()
    assert (share > 0).mean() > 0.9
