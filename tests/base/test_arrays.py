"""Images on disk: what is read back, and that a failure leaves nothing."""

import pickle
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from heed.base.arrays import BLOCK, ArrayFileError, StoredImages, write_images

COUNT, SIZE = BLOCK + 3, 4
IMAGES = np.random.default_rng(0).integers(0, 256, (COUNT, SIZE, SIZE, 3), np.uint8)


def test_every_image_is_read_back_in_its_row(tmp_path: Path) -> None:
    written: list[int] = []
    write_images(tmp_path / "a.npy", COUNT, SIZE, lambda row: IMAGES[row], written.append)
    np.testing.assert_array_equal(np.load(tmp_path / "a.npy"), IMAGES)
    assert written == [BLOCK, 3]


def test_the_file_is_that_of_numpy(tmp_path: Path) -> None:
    write_images(tmp_path / "a.npy", COUNT, SIZE, lambda row: IMAGES[row], lambda count: None)
    np.save(tmp_path / "b.npy", IMAGES)
    assert (tmp_path / "a.npy").read_bytes() == (tmp_path / "b.npy").read_bytes()


def test_rows_are_copies_in_the_order_asked_for(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", IMAGES)
    images = StoredImages(tmp_path / "a.npy")
    np.testing.assert_array_equal(images[[7, 0, 3]], IMAGES[[7, 0, 3]])
    images[7][:] = 0
    np.testing.assert_array_equal(images[7], IMAGES[7])
    assert (len(images), images.shape, images.dtype, images.ndim) == (
        COUNT,
        IMAGES.shape,
        IMAGES.dtype,
        4,
    )
    with pytest.raises(IndexError):
        images[COUNT]


def test_another_process_gets_the_name_of_the_file_and_not_its_content(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", IMAGES)
    sent = pickle.dumps(StoredImages(tmp_path / "a.npy"))
    assert len(sent) < 1000 < IMAGES.nbytes
    np.testing.assert_array_equal(pickle.loads(sent)[5], IMAGES[5])


def test_without_images_there_is_an_empty_array(tmp_path: Path) -> None:
    write_images(tmp_path / "a.npy", 0, SIZE, lambda row: IMAGES[row], lambda count: None)
    assert StoredImages(tmp_path / "a.npy").shape == (0, SIZE, SIZE, 3)


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    write_images(tmp_path / "a.npy", 1, SIZE, lambda row: IMAGES[row], lambda count: None)

    def damaged(row: int) -> NDArray[np.uint8]:
        raise ValueError(f"row {row} is damaged")

    with pytest.raises(ValueError, match="row 0 is damaged"):
        write_images(tmp_path / "a.npy", 1, SIZE, damaged, lambda count: None)
    np.testing.assert_array_equal(np.load(tmp_path / "a.npy"), IMAGES[:1])
    assert [path.name for path in tmp_path.iterdir()] == ["a.npy"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "found no whole array of NumPy"),
        (b"version https://git-lfs.github.com/spec/v1", "found no whole array of NumPy"),
        ("cut off", "found no whole array of NumPy"),
        (np.zeros((2, 4, 4, 3), np.float32), r"found float32 \(2, 4, 4, 3\); expected uint8"),
        (np.zeros((2, 4, 4), np.uint8), r"found uint8 \(2, 4, 4\); expected uint8 \(N, S, S, 3\)"),
    ],
)
def test_what_is_no_array_of_images_is_named(
    tmp_path: Path, content: object, expected: str
) -> None:
    file = tmp_path / "a.npy"
    if isinstance(content, bytes):
        file.write_bytes(content)
    elif isinstance(content, np.ndarray):
        np.save(file, content)
    else:
        np.save(file, IMAGES)
        file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(ArrayFileError, match=expected) as raised:
        StoredImages(file)
    assert str(file) in str(raised.value)
