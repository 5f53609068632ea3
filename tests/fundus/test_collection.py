"""Drawn images as a masked data set: the same bytes each time, and true masks."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pytest

from heed.fundus.collection import Recipe, write_collection
from heed.fundus.eye import draw_eye
from heed.fundus.picture import cup_mask, disc_mask, photograph
from heed.masked_folder.inventory import take_inventory

RECIPE = Recipe(counts=(4, 2, 6), side=96, sharpness=3.0, unevenness=1.0, seed=5)


def contents(folder: Path) -> dict[str, bytes]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("drawn")
    write_collection(RECIPE, folder, workers=2, advance=lambda number: None)
    return folder


def test_the_same_recipe_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    write_collection(RECIPE, tmp_path, workers=1, advance=lambda number: None)
    assert contents(tmp_path) == contents(folder)


def test_more_images_leave_those_of_before(folder: Path, tmp_path: Path) -> None:
    more = replace(RECIPE, counts=(6, 2, 6))
    write_collection(more, tmp_path, workers=2, advance=lambda number: None)
    before, after = contents(folder), contents(tmp_path)
    before.pop("eyes.csv")
    assert before.items() <= after.items()


def test_it_is_a_masked_data_set_of_both_classes(folder: Path) -> None:
    table = take_inventory(folder, "glaucoma", "all")
    counts = table.groupby(["partition", "kind"]).size()
    assert counts.to_dict() == {
        (partition, kind): count
        for partition, count in (("train", 2), ("validation", 1), ("test", 3))
        for kind in ("glaucoma", "healthy")
    }
    assert (table["mask"] != "").all()


def test_the_table_tells_the_ratio_of_each_image(folder: Path) -> None:
    eyes = pd.read_csv(folder / "eyes.csv")
    sick = eyes["image"].str.contains("/glaucoma/")
    assert len(eyes) == 12
    assert eyes[sick]["cup_to_disc_ratio"].min() > eyes[~sick]["cup_to_disc_ratio"].max()


def test_the_mask_is_the_disc_and_a_changed_cup_changes_nothing_outside_it() -> None:
    eye = draw_eye(np.random.default_rng(11), True, 3.0, 1.0)
    sharp = replace(eye, blur=0.0, light=(0.0, 0.0, 0.0), glare=(0.5, 0.5, 0.1, 0.0))
    small = replace(sharp, ratio=0.3)
    changed = np.abs(photograph(sharp, 192).astype(int) - photograph(small, 192)).max(axis=-1) > 2
    around = cv2.dilate(disc_mask(eye, 192).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    assert changed.sum() > 100
    assert not (changed & ~around).any()
    assert not (cup_mask(eye, 192) & ~disc_mask(eye, 192)).sum() > 4


def test_a_ratio_is_drawn_as_it_is_said() -> None:
    for ratio in (0.3, 0.5, 0.75):
        eye = replace(
            draw_eye(np.random.default_rng(2), True, 3.0, 1.0), ratio=ratio, disc_angle=0.0
        )
        heights = [
            np.ptp(np.flatnonzero(m.any(axis=1))) + 1
            for m in (cup_mask(eye, 600), disc_mask(eye, 600))
        ]
        assert heights[0] / heights[1] == pytest.approx(ratio, abs=0.02)


def test_an_image_is_black_around_the_photographed_circle() -> None:
    image = photograph(draw_eye(np.random.default_rng(4), False, 3.0, 1.0), 128)
    assert image.dtype == np.uint8
    assert image[0, 0].max() == image[-1, -1].max() == 0
    red, green, blue = image[40:90, 40:90].reshape(-1, 3).mean(axis=0)
    assert red > green > blue
