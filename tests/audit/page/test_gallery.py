import base64
import inspect
import json
from typing import Any

import cv2
import numpy as np
import pytest

from heed.audit.page.face_choice import choose_faces
from heed.audit.page.gallery import (
    SCORES,
    SIDE,
    colour_key,
    distinct_rows,
    gallery_json,
    networks_json,
    rounded_scores,
    turbo,
)
from heed.audit.page.mask_outlines import MaskOutlines
from heed.base.rounding import rounded_at
from heed.celeba.attributes import ATTRIBUTES
from heed.explain.postprocess import normalise
from heed.figures.overlay import overlay
from tests.audit.page.made_up_faces import (
    GRIDS,
    SIZE,
    made_up_crops,
    made_up_masks,
    made_up_networks,
)

FACES, MODELS = 12, ("first", "second")


@pytest.fixture(scope="module")
def outlines(tmp_path_factory) -> MaskOutlines:
    return MaskOutlines(made_up_masks(tmp_path_factory.mktemp("masks"), FACES))


@pytest.fixture
def shown():
    return made_up_networks(MODELS, FACES)


def written(shown, outlines, crops=None) -> tuple[Any, dict[str, Any]]:
    chosen = choose_faces({name: of.scores for name, of in shown.items()}, 1)
    crops = made_up_crops(FACES) if crops is None else crops
    return chosen, json.loads(json.dumps(gallery_json(chosen, crops, shown, outlines, "2")))


def test_every_map_comes_back_on_the_grid_of_its_network(shown, outlines) -> None:
    chosen, found = written(shown, outlines)
    assert [of["grid"] for of in networks_json(shown)] == [list(grid) for grid in GRIDS]
    for attribute in ("Bald", "Smiling"):
        index, of = ATTRIBUTES.index(attribute), found["of"][attribute]
        assert [found["faces"][place][0] for place in of["faces"]] == [
            f"{row:06d}.jpg" for row in chosen[attribute].rows
        ]
        for network, grid, maps in zip(shown.values(), GRIDS, of["maps"], strict=True):
            cells = np.frombuffer(base64.b64decode(maps["cells"]), np.uint8).reshape(-1, *grid)
            for place, row in enumerate(chosen[attribute].rows):
                expected = normalise(network.cams[row][index], SIZE, network.placement)
                again = normalise(cells[place].astype(np.float32), SIZE, network.placement)
                np.testing.assert_allclose(again, expected, atol=0.006)
                peak = np.maximum(network.cams[row][index], 0).max()
                assert maps["peaks"][place] == pytest.approx(peak, rel=1e-3)


def test_scores_are_told_and_missing_ones_are_null(shown, outlines) -> None:
    chosen, found = written(shown, outlines)
    row = chosen["Bald"].rows[0]
    index = ATTRIBUTES.index("Bald")
    shown["first"].scores.values["amr"][row, index] = np.nan
    _, found = written(shown, outlines)
    of = found["of"]["Bald"]
    names = [name for name, *_ in SCORES]
    first, second = (dict(zip(names, maps["scores"][0], strict=True)) for maps in of["maps"])
    assert first["logit"] == rounded_at(float(shown["first"].scores.logits[row, index]), 2)
    assert first["contribution"] == 0.75
    assert first["amr"] is None
    assert second["contribution"] is None  # a head that does not split
    assert of["has"][0] == (shown["first"].scores.labels[row, index] == 1)
    assert of["sizes"][0] == list(chosen["Bald"].sizes["first"])


def test_a_rounded_logit_is_on_the_side_of_0_where_the_network_is() -> None:
    values = {"contribution": 0.0, "proportional_energy": 0.5, "active_area": np.nan}
    told = rounded_scores({"logit": -0.0032, "amr": 0.38496} | values)
    assert told == [-0.003, 0.0, 0.38496, 0.5, None]  # AMR is printed as .38, and not as .39
    assert rounded_scores({"logit": 0.0032, "amr": 0.0} | values)[0] == 0


def test_masks_and_evidence_are_named(shown, outlines) -> None:
    chosen, found = written(shown, outlines)
    of = found["of"]["Smiling"]
    assert {outlines.paths[number] for number in of["mask"]} == {"M8 8v16h32v-16z"}
    assert len(set(of["evidence"])) == len(chosen["Smiling"].rows)
    photographs = MaskOutlines({"2": outlines.versions["2"]})
    assert "evidence" not in written(shown, photographs)[1]["of"]["Smiling"]


def test_each_face_is_embedded_once_and_no_larger_than_it_was(shown, outlines) -> None:
    chosen, found = written(shown, outlines)
    rows = distinct_rows(choice.rows for choice in chosen.values())
    assert [name for name, _ in found["faces"]] == [f"{row:06d}.jpg" for row in rows]

    def face(found) -> np.ndarray:
        kind, content = found["faces"][0][1].split(",")
        assert kind == "data:image/webp;base64"
        encoded = np.frombuffer(base64.b64decode(content), np.uint8)
        return cv2.imdecode(encoded, cv2.IMREAD_COLOR)[..., ::-1]

    assert np.abs(face(found).astype(int) - made_up_crops(FACES)[rows[0]]).mean() < 8
    large = {r: cv2.resize(c, (3 * SIDE, 3 * SIDE)) for r, c in made_up_crops(FACES).items()}
    assert face(written(shown, outlines, large)[1]).shape == (SIDE, SIDE, 3)


def test_colours_are_those_of_the_figures() -> None:
    colours = np.frombuffer(base64.b64decode(turbo()), np.uint8).reshape(256, 3)
    levels = np.arange(256).reshape(16, 16) / 255
    expected = overlay(np.zeros((16, 16, 3), np.uint8), levels, opacity=1).reshape(256, 3)
    np.testing.assert_array_equal(colours, expected)
    assert colour_key(256)[17] == "#" + colours[17].tobytes().hex()
    assert inspect.signature(overlay).parameters["opacity"].default == 0.45  # layers.html.j2


def test_a_map_that_is_not_finite_is_refused(shown, outlines) -> None:
    for maps in shown["second"].cams.values():
        maps[0, 0, 0] = np.nan
    with pytest.raises(ValueError, match="a map of second is not finite"):
        written(shown, outlines)
