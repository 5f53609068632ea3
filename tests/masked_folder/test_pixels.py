"""Images and masks of any size come to lie on each other."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from heed.masked_folder.layout import MaskedFolderError
from heed.masked_folder.pixels import box_mask, square_image, square_mask
from tests.masked_folder.folders import write


@pytest.mark.parametrize("size", [(64, 64), (200, 120), (90, 150), (40, 30)])
@pytest.mark.parametrize("finer", [1, 2])
def test_a_mask_lies_where_its_image_is_bright(
    tmp_path: Path, size: tuple[int, int], finer: int
) -> None:
    width, height = size
    image, mask = np.zeros((height, width, 3), np.uint8), np.zeros((height, width), np.uint8)
    image[height // 4 : height // 2, width // 3 : 2 * width // 3] = 255
    mask[height // 4 : height // 2, width // 3 : 2 * width // 3] = 255
    mask = np.repeat(np.repeat(mask, finer, 0), finer, 1)
    write(tmp_path / "image.png", image)
    write(tmp_path / "mask.png", mask)
    found = square_image(tmp_path / "image.png", 64)
    marked = square_mask(tmp_path / "mask.png", 64, size)
    assert found.shape == (64, 64, 3)
    assert ((found[..., 0] > 127) == marked).mean() > 0.99
    assert marked.any()


def test_colours_are_red_green_blue(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "red.png"), np.full((8, 8, 3), (0, 0, 200), np.uint8))
    assert square_image(tmp_path / "red.png", 32)[16, 16].tolist() == [200, 0, 0]


@pytest.mark.parametrize("size", [(100, 80), (80, 100)])
def test_boxes_and_a_mask_of_them_agree(tmp_path: Path, size: tuple[int, int]) -> None:
    boxes = [[10, 4, 30, 20], [50, 50, 20, 30]]
    drawn = np.zeros(size[::-1], np.uint8)
    for left, top, width, height in boxes:
        drawn[top : top + height, left : left + width] = 255
    write(tmp_path / "mask.png", drawn)
    of_file, of_boxes = square_mask(tmp_path / "mask.png", 50, size), box_mask(boxes, 50, size)
    assert np.array_equal(of_file, of_boxes)


def test_a_tiny_lesion_keeps_a_pixel(tmp_path: Path) -> None:
    mask = np.zeros((400, 400), np.uint8)
    mask[200, 300] = 255
    write(tmp_path / "mask.png", mask)
    found = square_mask(tmp_path / "mask.png", 32, (400, 400))
    assert np.argwhere(found).tolist() == [[16, 24]]
    assert box_mask([[300, 200, 1, 1]], 32, (400, 400)).sum() == 1


def test_a_file_that_is_cut_off_is_named(tmp_path: Path) -> None:
    write(tmp_path / "image.png", np.zeros((9, 9, 3), np.uint8))
    content = (tmp_path / "image.png").read_bytes()
    (tmp_path / "image.png").write_bytes(content[:40])
    with pytest.raises(MaskedFolderError, match=r"image\.png: found 40 bytes that are no whole"):
        square_image(tmp_path / "image.png", 32)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_a_mask_of_opacity_is_refused_and_one_with_it_is_not(tmp_path: Path, dtype: type) -> None:
    """White everywhere and shown in one place: all of it would be the mask."""
    white = np.iinfo(dtype).max
    mask = np.full((8, 8, 4), white, dtype)
    mask[2:, :, 3] = 0
    write(tmp_path / "mask.png", mask)
    with pytest.raises(
        MaskedFolderError, match=r"mask\.png: found white pixels that are transparent"
    ):
        square_mask(tmp_path / "mask.png", 8, (8, 8))
    mask[2:, :, :3] = 0
    write(tmp_path / "mask.png", mask)
    assert square_mask(tmp_path / "mask.png", 8, (8, 8)).sum() == 16
