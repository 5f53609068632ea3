import numpy as np
import pytest

from heed.attributes import ATTRIBUTE_INDEX, ATTRIBUTES
from heed.report.examples import choose_attributes, choose_faces, example
from heed.tables.score_arrays import METRICS, ScoreArrays


def test_faces_are_spread_evenly() -> None:
    assert choose_faces(100, 5).tolist() == [0, 25, 50, 74, 99]
    assert choose_faces(3, 20).tolist() == [0, 1, 2]
    assert choose_faces(10, 1).tolist() == [0]


def test_the_rarest_exceptions_come_first() -> None:
    majority = np.full(40, -1, np.int8)
    order = np.arange(40)[::-1]  # attribute 39 is the most balanced, 0 the rarest
    labels = majority.copy()
    labels[[3, 20]] = 1
    assert choose_attributes(labels, majority, order) == [3, 20, 39, 38]
    labels[:10] = 1
    assert choose_attributes(labels, majority, order) == [0, 1, 2, 3]


@pytest.fixture
def scores() -> ScoreArrays:
    shape = (2, 40)
    values = {metric: np.full(shape, 0.25) for metric in METRICS}
    empty = np.zeros(shape, bool)
    empty[1, 0] = True
    logits = np.ones(shape, np.float32)
    logits[1, 1] = -2
    labels = np.ones(shape, np.int8)
    return ScoreArrays(("a.jpg", "b.jpg"), labels, logits, empty, values)


def test_captions_say_decision_truth_and_score(scores: ScoreArrays) -> None:
    face = np.zeros((32, 32, 3), np.uint8)
    maps = {"balanced": np.zeros((40, 7, 7), np.float32)}
    shown = example("b.jpg", face, maps, {"balanced": scores}, 1, [0, 1, 2])
    captions = [found.pictures["balanced"].caption for found in shown.maps]
    assert captions == [
        "balanced: present (right), empty map",
        "balanced: absent (wrong), AMR 0.25",
        "balanced: present (right), AMR 0.25",
    ]
    assert [found.attribute for found in shown.maps] == list(ATTRIBUTES[:3])
    assert shown.face.caption == "b.jpg"
    assert ATTRIBUTE_INDEX[shown.maps[1].attribute] == 1
