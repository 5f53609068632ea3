"""Faces of a pair with their maps, and the average map."""

import numpy as np

from heed.attention.examples import Examples, example_rows
from heed.celeba.attributes import ATTRIBUTES
from heed.explain.postprocess import normalise
from tests.attention.few_faces import CROP, GRID, MOUTH, SIDE, few_faces

FACES = few_faces(7, Wearing_Lipstick=[1, 1, -1, 1, 1, 1, 1], Heavy_Makeup=[-1, 1, 1, 1, 1, -1, -1])
LIPSTICK = ATTRIBUTES.index("Wearing_Lipstick")


def test_the_first_faces_of_both_sets_are_shown() -> None:
    found = {name: rows.tolist() for name, rows in example_rows(MOUTH, FACES, 4).items()}
    assert found == {"E1": [1, 3], "E2": [0, 5]}
    assert example_rows(MOUTH, FACES, 20)["E2"].tolist() == [0, 5, 6]


def test_maps_stand_beside_their_faces_whatever_the_order_they_come_in() -> None:
    rng = np.random.default_rng(0)
    maps = rng.normal(0, 1, (7, len(ATTRIBUTES), 4, 4)).astype(np.float32)
    logits = rng.normal(0, 1, (7, len(ATTRIBUTES))).astype(np.float32)
    shown = Examples("lipstick", MOUTH, FACES, CROP, GRID, count=4)
    for rows in (np.arange(4, 7), np.arange(4)):
        shown.add(rows, maps[rows], logits[rows])
    found = shown.arrays()
    rows = [1, 3, 0, 5]
    assert found["lipstick/names"].tolist() == FACES.names[rows].tolist()
    assert found["lipstick/sets"].tolist() == ["E1", "E1", "E2", "E2"]
    assert (found["lipstick/images"] == FACES.crops[rows]).all()
    assert (found["lipstick/maps"] == maps[rows, LIPSTICK]).all()
    assert (found["lipstick/logits"] == logits[rows, LIPSTICK]).all()
    assert found["lipstick/corners"].shape == (4, 1, 4, 2)
    assert found["lipstick/placement"].tolist() == [[16, 7.5], [16, 7.5]]
    having = FACES.labels[:, LIPSTICK] > 0
    average = normalise(maps[having, LIPSTICK], SIDE, GRID.placement).mean(axis=0)
    np.testing.assert_allclose(found["lipstick/average"], average, atol=1e-6)
