import base64

import numpy as np
import pytest

from heed.explain.placement import AxisPlacement, Placement
from heed.explain.postprocess import normalise
from heed.pages.level_maps import cells_of, level_maps
from tests.placements import uneven


def test_levels_and_peak_give_the_map_back() -> None:
    maps = np.random.default_rng(0).normal(size=(5, 7, 4))
    maps[3] = -1  # empty
    found = level_maps(maps)
    again = found.levels / 255 * found.peaks[:, None, None]
    np.testing.assert_allclose(again, np.maximum(maps, 0), atol=found.peaks.max() / 500)
    assert found.peaks[3] == 0
    told = found.json()
    assert len(base64.b64decode(told["cells"])) == maps.size
    assert told["peaks"][3] == 0


def test_a_map_that_there_is_not_has_no_peak() -> None:
    found = level_maps(np.full((1, 2, 2), np.nan))
    assert np.isnan(found.peaks[0])
    assert found.json()["peaks"] == [None]


def test_a_map_that_is_not_finite_is_refused() -> None:
    with pytest.raises(ValueError, match="not finite"):
        level_maps([[[np.inf, 0.0], [0.0, 0.0]]])


@pytest.mark.parametrize("placement", [uneven(56, 7), Placement.half_pixel(56, 7)])
def test_the_mean_of_enlarged_maps_has_cells(placement: Placement) -> None:
    """Each map is stretched by itself: the mean is none of them, and still of cells."""
    raw = np.random.default_rng(1).normal(size=(9, 7, 7)).astype(np.float32)
    mean = normalise(raw, 56, placement).mean(axis=0)
    cells = cells_of(mean, (7, 7), placement)
    assert cells.shape == (7, 7)
    for row, column in ((0, 0), (3, 5), (6, 2)):
        y, x = (
            axis.stride * place + axis.offset
            for axis, place in ((placement.y, row), (placement.x, column))
        )
        if y == int(y) and x == int(x) and y < 56 and x < 56:
            assert cells[row, column] == pytest.approx(mean[int(y), int(x)], abs=1e-5)


def test_grids_need_not_be_square() -> None:
    placement = Placement(AxisPlacement(8, 0), AxisPlacement(14, 0))
    mean = normalise(np.random.default_rng(2).random((3, 7, 4)), 56, placement).mean(axis=0)
    assert cells_of(mean, (7, 4), placement).shape == (7, 4)
