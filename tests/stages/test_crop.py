"""Stage crop in a folder of its own, on photographs written here."""

import hashlib
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pytest
import yaml

from heed.audit.partitions import partitions_note
from heed.base import arrays
from heed.base.arrays import StoredImages
from heed.base.files import write_json
from heed.geometry import affine
from heed.geometry.alignment import LandmarksError
from heed.geometry.filling import inside
from heed.geometry.landmarks import to_table
from heed.geometry.photograph import PhotographError
from stages import crop

SIZE = 64
COUNTS = {"train": 5, "validation": 2, "test": 3}
FACE = np.array([[80, 100], [120, 100], [100, 125], [85, 150], [115, 150]], float)


CROP = {
    "size": SIZE,
    "scale": 5.5,
    "fill": "nearest",
    "rounding": "nearest",
    "reduced_decoding": True,
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(arrays, "BLOCK", 4)  # more than one block of a few faces
    rng = np.random.default_rng(0)
    rows, points = [], []
    for code, count in enumerate(COUNTS.values()):
        for _ in range(count):
            name = f"{len(rows):06d}.jpg"
            face = FACE + rng.uniform(-5, 5, (5, 2))
            photograph = np.full((260, 200, 3), 90, np.uint8)
            cv2.circle(photograph, tuple(face[0].round().astype(int).tolist()), 6, (0, 0, 255), -1)
            path = Path("faces", "Img", name)
            path.parent.mkdir(parents=True, exist_ok=True)
            cv2.imwrite(str(path), photograph, [cv2.IMWRITE_JPEG_QUALITY, 98])
            rows.append({"image": name, "path": f"Img/{name}", "partition": code})
            points.append(face)
    wild = to_table(np.array(points)).add_prefix("wild_")
    aligned = to_table(np.full((len(rows), 5, 2), np.nan)).add_prefix("aligned_")
    write_faces(pd.concat([pd.DataFrame(rows), wild, aligned], axis=1))
    write_params("wild")
    return tmp_path


def write_faces(faces: pd.DataFrame) -> None:
    Path("data").mkdir(exist_ok=True)
    faces.to_parquet("data/faces.parquet")


def write_params(images: str) -> None:
    data = {"source": "celeba", "root": "faces", "images": images, "verify": "size"}
    params = {"data": data, "crop": CROP}
    Path("params.yaml").write_text(yaml.safe_dump(params))


def digests() -> dict[str, str]:
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(Path("data/crops").rglob("*"))
        if path.is_file()
    }


def test_every_face_is_cropped_in_the_order_of_the_inventory(folder):
    crop.main()
    faces = pd.read_parquet("data/faces.parquet")
    for code, (partition, count) in enumerate(COUNTS.items()):
        table = pd.read_parquet(f"data/crops/{partition}.parquet")
        images = np.load(f"data/crops/{partition}.npy")
        own = faces[faces.partition == code]
        assert table.image.tolist() == own.image.tolist()
        assert images.shape == (count, SIZE, SIZE, 3)
        assert set(table.source_width) == {200}
        assert set(table.source_height) == {260}
        assert table.source_width.dtype == np.int32
        eyes = own[["wild_lefteye_x", "wild_lefteye_y"]].to_numpy()
        transforms = affine.from_table(table, "a_")
        for pixels, transform, eye in zip(images, transforms, eyes, strict=True):
            # the red disc drawn at the left eye is found where the transform says
            red = pixels[..., 0].astype(int) - pixels[..., 2] > 100
            centre = np.argwhere(red).mean(axis=0)[::-1]
            assert np.abs(centre - affine.apply(transform, [eye])[0]).max() < 0.5
        known = [inside(transform, 200, 260, SIZE).mean() for transform in transforms]
        np.testing.assert_allclose(1 - table.filled, known, atol=0.03)
        assert (table.filled > 0.05).all()


def test_the_same_faces_give_the_same_bytes(folder):
    crop.main()
    first = digests()
    crop.main()
    assert digests() == first
    assert len(first) == 6


def test_a_file_that_cannot_be_decoded_is_named_and_leaves_no_output(folder):
    Path("faces/Img/000003.jpg").write_bytes(b"version https://git-lfs.github.com/spec/v1")
    with pytest.raises(PhotographError, match=r"faces/Img/000003\.jpg"):
        crop.main()
    assert digests() == {}


def test_landmarks_of_the_other_kind_of_images_are_missing(folder):
    write_params("aligned")
    with pytest.raises(LandmarksError, match=r"000000\.jpg: the aligned landmarks"):
        crop.main()


def test_a_face_without_height_is_named(folder):
    faces = pd.read_parquet("data/faces.parquet")
    faces.loc[1, [name for name in faces if name.startswith("wild_")]] = 50.0
    write_faces(faces)
    with pytest.raises(LandmarksError, match=r"000001\.jpg: the centre of the eyes"):
        crop.main()


def test_partitions_that_are_not_needed_are_there_without_faces(folder):
    write_json(partitions_note(["test"]), "data/partitions.json")
    for name in ("000000.jpg", "000005.jpg"):  # of train and validation: they are not opened
        Path("faces/Img", name).unlink()
    crop.main()
    for partition, count in COUNTS.items():
        found = count if partition == "test" else 0
        table = pd.read_parquet(f"data/crops/{partition}.parquet")
        assert len(table) == found
        rows = StoredImages(f"data/crops/{partition}.npy")
        assert rows.shape == (found, SIZE, SIZE, 3)
    columns = [*pd.read_parquet("data/crops/test.parquet")]
    assert [*pd.read_parquet("data/crops/train.parquet")] == columns
    empty = digests()
    crop.main()
    assert digests() == empty
