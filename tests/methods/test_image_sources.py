"""Images and masks of both kinds of data set."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from heed.masked_folder.inventory import take_inventory
from heed.methods.celeba_faces import chosen_faces
from heed.methods.image_sources import image_source
from tests.masked_folder.folders import masked_folder
from tests.methods.celeba_faces import COLOURS, celeba_params, celeba_table, data_params


@pytest.fixture
def faces(tmp_path: Path) -> pd.DataFrame:
    return chosen_faces(celeba_table(tmp_path), data_params(tmp_path), celeba_params())


def colour_at(image: np.ndarray, share: tuple[float, float]) -> np.ndarray:
    """The colour at a place, x and y as shares of the side."""
    x, y = (round(part * len(image)) for part in share)
    return image[y, x]


def test_a_face_is_cut_out_as_the_audit_does_it(faces: pd.DataFrame, tmp_path: Path) -> None:
    """Its eyes lie at 0.45 of the side, its mouth 1 / 5.5 below, as AFFACT has them."""
    source = image_source(faces, data_params(tmp_path), celeba_params())
    side = 39 / (5.5 * 40.5)  # from eye to eye: 39 pixels, from the eyes to the mouth 40.5
    for row in range(len(faces)):
        image = source.image(row)
        assert image.shape == (112, 112, 3)
        left, right = (colour_at(image, (0.5 + x * side / 2, 0.45)) for x in (-1, 1))
        mouth = colour_at(image, (0.5 - 37 / 39 * side / 2, 0.45 + 1 / 5.5))
        for found, colour in zip((left, right, mouth), COLOURS[[0, 1, 3]], strict=True):
            assert np.abs(found.astype(int) - colour).max() < 60


@pytest.mark.parametrize("version", [1, 2, 3])
def test_a_mask_lies_about_the_mouth_in_every_version(
    faces: pd.DataFrame, tmp_path: Path, version: int
) -> None:
    source = image_source(faces, data_params(tmp_path), celeba_params(mask_version=version))
    for row in range(len(faces)):
        mask = source.mask(row)
        assert mask.shape == (112, 112)
        assert 0.005 < mask.mean() < 0.1
        rows, columns = np.nonzero(mask)
        assert np.median(rows) / 112 == pytest.approx(0.45 + 1 / 5.5, abs=0.03)
        assert np.median(columns) / 112 == pytest.approx(0.5, abs=0.03)
    if version == 2:  # the block of row 4 and columns 2 to 4 of 7 x 7
        expected = np.zeros((112, 112), bool)
        expected[64:80, 32:80] = True
        assert np.array_equal(mask, expected)


def test_a_folders_images_keep_their_places(tmp_path: Path) -> None:
    root = masked_folder(tmp_path / "eyes", size=(64, 32))
    table = take_inventory(root, "glaucoma", "all")
    (root / "masks/boxes.csv").write_text(
        "image,left,top,width,height\ntrain/healthy/0.png,0,0,32,16\n"
    )
    data = data_params(root, source="folder", positive="glaucoma", side=32)
    source = image_source(table, data, celeba_params())
    for row, (partition, mask) in enumerate(zip(table["partition"], table["mask"], strict=True)):
        image, marked = source.image(row), source.mask(row)
        assert not image[:8].any()  # half as high as wide: centred on black
        assert marked.any() == bool(mask or table["image"][row] == "train/healthy/0.png")
        if partition == "test":
            assert image[marked].mean() > image[8:24].mean() + 50
    boxed = source.mask(table["image"].tolist().index("train/healthy/0.png"))
    assert boxed.sum() == 16 * 8
    assert boxed[8:16, :16].all()
