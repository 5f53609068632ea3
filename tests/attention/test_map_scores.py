"""Scores of maps against regions and masks, held to the pixels of single maps."""

import numpy as np
import pytest
from numpy.typing import NDArray

from heed.attention.explained import Grid
from heed.attention.map_scores import AttributeScores, RegionScores, known_mean
from heed.attention.regions import pair_masks
from heed.celeba.attributes import ATTRIBUTES
from heed.explain.placement import AxisPlacement, Placement
from heed.explain.postprocess import normalise
from heed.masks.catalogue import VERSIONS
from heed.masks.packing import unpack
from heed.masks.regions import region_of_attribute
from heed.metrics.acceptable_mask_ratio import acceptable_mask_ratio
from heed.metrics.proportional_energy import proportional_energy
from tests.attention.few_faces import CROP, GRID, MOUTH, SIDE, few_faces

LIPSTICK = ATTRIBUTES.index(MOUTH.attribute)
HAS = [1, -1, 1, 1, -1, 1]


def maps(count: int = 6, seed: int = 1) -> NDArray[np.float32]:
    rng = np.random.default_rng(seed)
    return rng.normal(0, 1, (count, len(ATTRIBUTES), GRID.cells, GRID.cells)).astype(np.float32)


LOOKING = Grid(GRID.cells, Placement(AxisPlacement(16, 0), AxisPlacement(16, 0)))


@pytest.mark.parametrize("grid", [GRID, LOOKING], ids=["half a cell in", "where cells look"])
def test_of_a_pair_those_faces_are_scored_that_have_its_attribute(grid: Grid) -> None:
    faces = few_faces(Wearing_Lipstick=HAS)
    scored = RegionScores("lipstick", MOUTH, faces, CROP, grid, threshold=0.5)
    found_maps = maps()
    for rows in (np.arange(4), np.arange(4, 6)):  # some at a time
        scored.add(rows, found_maps[rows])
    table = scored.table()
    rows = np.flatnonzero(np.array(HAS) > 0)
    assert table["image"].tolist() == faces.names[rows].tolist()
    assert set(table["pair"]) == {"lipstick"}
    inside = unpack(pair_masks(MOUTH, faces.landmarks[rows], CROP))
    for n, row in enumerate(rows):
        pixels = normalise(found_maps[row, LIPSTICK], SIDE, grid.placement)
        energy = float(proportional_energy(pixels, inside[n]))
        ratio = float(acceptable_mask_ratio(pixels, inside[n], threshold=0.5))
        active = pixels > 0.5
        iou = (active & inside[n]).sum() / (active | inside[n]).sum()
        assert table["proportional_energy"][n] == pytest.approx(energy, abs=1e-6)
        assert table["amr"][n] == pytest.approx(ratio, abs=1e-6)
        assert table["iou"][n] == pytest.approx(iou, abs=1e-6)
    assert not table["empty"].any()


def test_a_map_in_its_region_scores_1_and_one_outside_0() -> None:
    faces = few_faces(2, Wearing_Lipstick=[1, 1])
    cells = SIDE // 8
    fine = Grid(cells, Placement.half_pixel(SIDE, cells))
    face = MOUTH.model_copy(update={"regions": None, "box": [16.0, 16.0, 48.0, 48.0]})
    found = np.zeros((2, len(ATTRIBUTES), cells, cells), np.float32)
    found[0, LIPSTICK, 3:5, 3:5] = 1  # pixels 24 to 40
    found[1, LIPSTICK, 0, 0] = 1
    scored = RegionScores("box", face, faces, CROP, fine, threshold=0.5)
    scored.add(np.arange(2), found)
    table = scored.table()
    assert table["proportional_energy"].tolist() == pytest.approx([1, 0], abs=1e-6)
    assert table["iou"][1] == table["cell_iou"][1] == table["amr"][1] == 0
    assert table["cell_iou"][0] == pytest.approx(4 / 16, abs=0.05)


def test_an_empty_map_is_told() -> None:
    faces = few_faces(1, Wearing_Lipstick=[1])
    scored = RegionScores("lipstick", MOUTH, faces, CROP, GRID, threshold=0.5)
    scored.add(np.arange(1), -np.ones((1, len(ATTRIBUTES), 4, 4), np.float32))
    assert scored.table()["empty"].tolist() == [True]
    assert scored.table()["proportional_energy"].tolist() == [0]


@pytest.mark.parametrize("version", ["2", "3"])
def test_of_all_attributes_the_map_of_the_predicted_class_is_scored(version: str) -> None:
    faces = few_faces(Smiling=[1, 1, -1, -1, 1, 1])
    logits = np.random.default_rng(2).normal(0, 1, (6, len(ATTRIBUTES))).astype(np.float32)
    chosen, found_maps = np.array([1, 4]), maps()
    scored = AttributeScores(faces, chosen, version, GRID, threshold=0.5)
    for rows in (np.arange(3), np.arange(3, 6)):
        scored.add(rows, found_maps[rows], logits[rows])
    table = scored.table()
    assert table["attribute"].tolist() == list(ATTRIBUTES)
    assert set(table["faces"]) == {2}
    own = VERSIONS[version]
    regions = np.array(region_of_attribute(own.regions, ATTRIBUTES))
    inside = unpack(own.masks(faces.landmarks[chosen], SIDE))
    inside = np.broadcast_to(inside, (2, *inside.shape[1:]))[:, regions]
    signed = found_maps[chosen] * np.sign(logits[chosen])[..., None, None]
    pixels = normalise(signed, SIDE, GRID.placement)
    for n in (0, 17, 39):
        energies = [float(proportional_energy(pixels[k, n], inside[k, n])) for k in range(2)]
        ratios = [
            float(acceptable_mask_ratio(pixels[k, n], inside[k, n], threshold=0.5))
            for k in range(2)
        ]
        assert table["proportional_energy"][n] == pytest.approx(np.mean(energies), abs=1e-6)
        assert table["amr"][n] == pytest.approx(np.mean(ratios), abs=1e-6)


def test_what_is_not_known_is_left_out_of_a_mean() -> None:
    values = np.array([[1.0, np.nan, 2.0], [3.0, np.nan, np.nan]])
    assert known_mean(values).tolist() == pytest.approx([2.0, np.nan, 2.0], nan_ok=True)
