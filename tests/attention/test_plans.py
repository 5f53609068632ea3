"""Which pairs lead a run, and which a network or a run is judged by."""

from pathlib import Path

from heed.attention.plans import guided_pairs, judged_pairs, read_pairs, write_pairs
from heed.attention.run_settings import RunParams
from tests.attention.few_faces import MOUTH

CHIN = MOUTH.model_copy(update={"attribute": "Double_Chin", "regions": ["chin"]})
BOX = MOUTH.model_copy(
    update={"attribute": "Smiling", "regions": None, "box": [1.0, 2.0, 3.0, 4.5]}
)
PAIRS = {"lipstick": MOUTH, "chin": CHIN, "box": BOX}
CONTROL = RunParams(pairs=[], loss="none", weights=[1, 0])
RUN = RunParams(pairs=["box", "lipstick"], loss="iou", weights=[1, 5])


def test_a_run_is_led_and_judged_by_its_own_in_its_own_order() -> None:
    assert list(guided_pairs(RUN, PAIRS)) == list(judged_pairs(RUN, PAIRS)) == ["box", "lipstick"]
    assert guided_pairs(CONTROL, PAIRS) == {}


def test_networks_and_controls_are_judged_by_all() -> None:
    assert judged_pairs(None, PAIRS) == judged_pairs(CONTROL, PAIRS) == PAIRS


def test_pairs_are_read_as_they_were_written(tmp_path: Path) -> None:
    write_pairs(PAIRS, tmp_path / "pairs.json")
    assert read_pairs(tmp_path / "pairs.json") == PAIRS
    assert list(read_pairs(tmp_path / "pairs.json")) == list(PAIRS)
