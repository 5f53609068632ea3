import numpy as np
import pandas as pd
import pytest

from heed.audit.flip_store import Flipped, ShownFlips
from heed.audit.page.first_face import first_attributes, first_example, first_json, flips_json
from heed.audit.page.mask_outlines import MaskOutlines
from heed.celeba.attributes import ATTRIBUTES
from heed.explain.postprocess import normalise
from heed.metrics.acceptable_mask_ratio import acceptable_mask_ratio
from tests.audit.page.made_up_faces import (
    GRIDS,
    SIZE,
    made_up_crops,
    made_up_masks,
    made_up_networks,
)

FACES, MODELS, ROWS = 6, ("first", "second"), (1, 4)


def differences(**clear: float) -> pd.DataFrame:
    rows = [
        {"quantity": "pe_gap", "attribute": name, "value": clear.get(name, 0.5),
         "low": clear.get(name, 0.5) - 0.1 if name in clear else -1.0,
         "high": clear.get(name, 0.5) + 0.1 if name in clear else 1.0}
        for name in ATTRIBUTES
    ]  # fmt: skip
    return pd.DataFrame(rows)


def moves(**means: float) -> pd.DataFrame:
    rows = [
        {"metric": "flip", "model": model, "attribute": name, "mean": mean - place}
        for name, mean in means.items()
        for place, model in enumerate(MODELS)
    ]
    return pd.DataFrame(rows, columns=["metric", "model", "attribute", "mean"])


def test_the_page_begins_with_a_clear_attribute_that_moves_most() -> None:
    gaps = differences().assign(gap="pe_gap")
    clear = differences(Bald=0.3, Young=-0.9, Smiling=0.2)
    moved = moves(Bald=2.0, Young=1.0, Male=5.0)
    assert first_attributes(gaps, clear, moved, ATTRIBUTES) == ["Bald", "Young"]
    assert first_attributes(gaps, clear, moves(), ATTRIBUTES)[0] == "Young"  # photographs
    assert first_attributes(gaps, differences(), moved, ATTRIBUTES) == [ATTRIBUTES[0]]
    of_one = differences(Male=0.4).assign(gap="pe_gap")
    assert first_attributes(of_one, clear.iloc[:0], moves(), ATTRIBUTES) == ["Male"]


def test_it_begins_with_a_face_for_which_the_answers_differ() -> None:
    """Bald comes first, but the networks agree there; of Young they do not for the second face."""

    def maps(*logits: list[float]) -> list[dict]:
        return [{"scores": [[logit] for logit in of]} for of in logits]

    first = {
        "faces": ["one", "two"],
        "of": {
            "Bald": {"maps": maps([-1.0, -2.0], [-0.5, -0.1])},
            "Young": {"maps": maps([1.0, 2.0], [0.0, -0.1])},
        },
        "flips": {"Bald": {"1": {"maps": maps([1.0], [-1.0])}}},
    }
    ranked = ["Bald", "Young"]
    assert first_example(first, ranked) == {"start": "Young", "face": 1, "apart": "as_is"}
    assert first_example(first, ranked[:1]) == {"start": "Bald", "face": 1, "apart": "switched"}
    without = first | {"flips": None}
    assert first_example(without, ranked[:1]) == {"start": "Bald", "face": 0, "apart": None}


@pytest.fixture
def made_up(tmp_path):
    return made_up_networks(MODELS, FACES), MaskOutlines(made_up_masks(tmp_path, FACES))


def test_all_attributes_of_the_first_faces_are_there(made_up) -> None:
    shown, outlines = made_up
    found = first_json(ROWS, made_up_crops(FACES), shown, outlines, "2", "Bald", ATTRIBUTES)
    assert [name for name, _ in found["faces"]] == ["000001.jpg", "000004.jpg"]
    assert set(found["of"]) == set(ATTRIBUTES)
    assert len(found["of"]["Young"]["maps"]) == len(MODELS)
    logits = [of.scores.logits[list(ROWS)] for of in shown.values()]
    assert found["largest"] == round(float(np.abs(logits).max()), 2)


def test_switched_faces_have_pictures_maps_and_scores(made_up) -> None:
    shown, outlines = made_up
    rng = np.random.default_rng(0)
    of = {
        model: Flipped(
            np.array([0.5, -1.234], np.float32),
            np.array([0.25, np.nan], np.float32),
            rng.normal(size=(2, *grid)).astype(np.float32),
        )
        for model, grid in zip(MODELS, GRIDS, strict=True)
    }
    crops = np.stack([made_up_crops(FACES)[row] for row in (2, 3)])
    flips = ShownFlips(np.array([1, 4]), np.array([4, 4]), crops, of)
    found = flips_json(flips, ROWS, shown, outlines, "2", 0.5)
    assert list(found) == ["Bald"]
    assert list(found["Bald"]) == ["0", "1"]
    of_second = found["Bald"]["1"]["maps"][1]
    logit, contribution, amr, _, active = of_second["scores"][0]
    pixels = normalise(of["second"].maps[1], SIZE, shown["second"].placement)
    mask = outlines.mask("2", 4, 4)
    assert (logit, contribution) == (-1.23, None)
    assert amr == round(float(acceptable_mask_ratio(pixels, mask, 0.5)), 3)
    assert active == round(float((pixels > 0.5).mean()), 3)
