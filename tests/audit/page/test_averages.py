import base64

import numpy as np
import pytest

from heed.audit.page.averages import SHOWN, Averages, averages_json
from heed.explain.postprocess import normalise
from heed.metrics.groups import GROUP_INDEX, GROUPS
from tests.audit.page.made_up_faces import GRIDS, SIZE, placement


@pytest.fixture(scope="module")
def averages() -> dict[str, Averages]:
    rng = np.random.default_rng(0)
    found = {}
    for model, grid in zip(("a", "b"), GRIDS, strict=True):
        raw = rng.normal(size=(40 * len(GROUPS), 3, *grid)).astype(np.float32)
        means = normalise(raw, SIZE, placement(grid)).mean(axis=1)
        maps = means.reshape(40, len(GROUPS), SIZE, SIZE)
        maps[4, GROUP_INDEX["incorrect"]] = np.nan
        found[model] = Averages(maps, np.full((40, len(GROUPS)), 6.5), grid, placement(grid))
    return found


def test_an_average_map_is_given_back_by_its_cells(averages) -> None:
    found = averages_json(None, averages)
    maps = found["of"]["Bald"][1]
    place = list(SHOWN).index("correct")
    cells = np.frombuffer(base64.b64decode(maps["cells"]), np.uint8).reshape(-1, *GRIDS[1])
    shown = averages["b"].maps[4, GROUP_INDEX["correct"]]
    again = normalise(cells[place].astype(np.float32), SIZE, averages["b"].placement)
    expected = (shown - shown.min()) / (shown.max() - shown.min())
    np.testing.assert_allclose(again, expected, atol=0.01)
    assert maps["n"][place] == "6.5"


def test_a_group_without_faces_has_no_map(averages) -> None:
    peaks = averages_json(None, averages)["of"]["Bald"][0]["peaks"]
    assert [peak is None for peak in peaks] == [name == "incorrect" for name in SHOWN]


def test_the_average_face_is_there_if_it_may_be(averages) -> None:
    assert averages_json(None, averages)["face"] is None
    face = averages_json(np.full((SIZE, SIZE, 3), 99.6), averages)["face"]
    assert face.startswith("data:image/webp;base64,")
