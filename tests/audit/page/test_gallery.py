import base64
import inspect
import json

import cv2
import numpy as np
import pytest

from heed.audit.page.gallery import (
    GROUPS,
    OPACITY,
    SIDE,
    choose_faces,
    distinct_rows,
    gallery_payload,
)
from heed.audit.tables.score_arrays import METRICS, ScoreArrays, ScoreTableError
from heed.celeba.attributes import ATTRIBUTES
from heed.explain.placement import Placement
from heed.explain.postprocess import normalise
from heed.figures.overlay import overlay
from tests.placements import uneven

MODELS = ("first", "second")
PLACEMENTS = {"first": uneven(56, 7), "second": Placement.half_pixel(56, 7)}


def scores_of(n: int, seed: int) -> ScoreArrays:
    rng = np.random.default_rng(seed)
    labels = np.random.default_rng(0).choice(np.array([-1, 1], np.int8), (n, 40))
    values = {metric: rng.random((n, 40)) for metric in METRICS}
    values["amr"][rng.random((n, 40)) < 0.1] = np.nan
    return ScoreArrays(
        tuple(f"{row:06d}.jpg" for row in range(n)),
        labels,
        rng.normal(labels, 1).astype(np.float32),
        rng.random((n, 40)) < 0.1,
        values,
    )


@pytest.fixture
def scores() -> dict[str, ScoreArrays]:
    return {model: scores_of(60, seed) for seed, model in enumerate(MODELS)}


def member(scores: ScoreArrays, group: str, row: int, index: int) -> bool:
    """Whether a face is in a group, one face and one attribute at a time."""
    logit, label = float(scores.logits[row, index]), int(scores.labels[row, index])
    amr = scores.values["amr"][row, index]
    return {
        "correct": logit * label > 0,
        "incorrect": logit * label < 0,
        "gt_positive": label == 1,
        "gt_negative": label == -1,
    }.get(group, bool(not scores.empty[row, index] and amr == amr))


def test_every_group_holds_members_only_and_tells_its_size(scores: dict[str, ScoreArrays]) -> None:
    scores["first"].logits[:, 3] = 0  # neither correct nor incorrect
    chosen = choose_faces(scores, 4)
    assert len(chosen) == len(MODELS) * len(GROUPS) * 40
    for (model, group, attribute), choice in chosen.items():
        index = ATTRIBUTES.index(attribute)
        members = {row for row in range(60) if member(scores[model], group, row, index)}
        assert choice.size == len(members)
        assert len(set(choice.rows)) == len(choice.rows) == min(4, len(members))
        assert set(choice.rows) <= members
    assert chosen["first", "correct", ATTRIBUTES[3]].size == 0


def test_best_and_worst_are_the_extremes_in_order(scores: dict[str, ScoreArrays]) -> None:
    chosen = choose_faces(scores, 3)
    for index in (0, 39):
        of = scores["second"]
        amr = [of.values["amr"][row, index] for row in range(60) if member(of, "best", row, index)]
        for group, expected in (("best", sorted(amr)[::-1][:3]), ("worst", sorted(amr)[:3])):
            rows = chosen["second", group, ATTRIBUTES[index]].rows
            assert [of.values["amr"][row, index] for row in rows] == expected


def test_other_groups_are_chosen_by_no_score(scores: dict[str, ScoreArrays]) -> None:
    before = choose_faces(scores, 4)
    assert before == choose_faces(scores, 4)
    for of in scores.values():
        of.values["amr"][:] = of.values["amr"][::-1]
        of.logits[:] *= np.random.default_rng(5).uniform(0.1, 3, of.logits.shape)
    after = choose_faces(scores, 4)
    for key in before:
        assert key[1] in ("best", "worst") or before[key] == after[key]
    assert any(before[key] != after[key] for key in before)


def test_a_group_is_sampled_evenly() -> None:
    scores = {"only": scores_of(1000, 0)}
    scores["only"].labels[:] = 1
    rows = choose_faces(scores, 8)["only", "gt_positive", "Bald"].rows
    assert list(rows) == sorted(rows)
    steps = np.diff([0, *rows, 1000])
    assert steps.max() < 2 * 1000 / 8


def test_groups_share_their_faces() -> None:
    scores = {model: scores_of(2000, seed) for seed, model in enumerate(MODELS)}
    chosen = choose_faces(scores, 4)
    sampled = {key: c for key, c in chosen.items() if key[1] not in ("best", "worst")}
    # 640 choices of 4 faces, half the faces in each: the first few of the order serve them all
    assert len(distinct_rows(sampled)) < 60
    for of in scores.values():
        of.values["amr"][:] = 0.0  # equals follow the same order
        of.empty[:] = False
    assert len(distinct_rows(choose_faces(scores, 4))) < 60


def test_networks_of_different_faces_are_refused(scores: dict[str, ScoreArrays]) -> None:
    scores["second"] = scores_of(59, 1)
    with pytest.raises(ScoreTableError, match="differ from face 59"):
        choose_faces(scores, 4)


@pytest.fixture
def maps() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(1)
    maps = {model: rng.normal(size=(60, 40, 7, 7)).astype(np.float32) for model in MODELS}
    maps["first"][:, 9] = -1  # empty
    return maps


@pytest.fixture
def crops() -> dict[int, np.ndarray]:
    rng = np.random.default_rng(2)
    small = rng.integers(0, 256, (60, 4, 4, 3), dtype=np.uint8)
    return {row: cv2.resize(face, (56, 56)) for row, face in enumerate(small)}


def test_the_payload_gives_every_chosen_map_back(
    scores: dict[str, ScoreArrays], maps: dict[str, np.ndarray], crops: dict[int, np.ndarray]
) -> None:
    chosen = choose_faces(scores, 4)
    found = json.loads(json.dumps(gallery_payload(chosen, crops, maps, scores, PLACEMENTS)))
    assert found["models"] == list(MODELS)
    assert found["placements"] == [[[8, 0], [8, 2]], [[8, 3.5], [8, 3.5]]]
    assert (found["grids"], found["size"], found["audited"]) == ([[7, 7], [7, 7]], 56, 60)
    for (model, group, attribute), choice in chosen.items():
        of = found["of"][attribute]
        cells = np.frombuffer(base64.b64decode(of["cells"]), np.uint8).reshape(-1, 2, 7, 7)
        told = of["groups"][model][group]
        assert told["size"] == choice.size
        faces = [found["faces"][of["faces"][place]][0] for place in told["shown"]]
        assert faces == [f"{row:06d}.jpg" for row in choice.rows]
        index = ATTRIBUTES.index(attribute)
        if index > 12 or not choice.rows:
            continue  # each map costs an enlargement
        place, row = told["shown"][0], choice.rows[0]
        assert of["has"][place] == (scores[model].labels[row, index] == 1)
        for network, name in enumerate(MODELS):
            expected = normalise(maps[name][row, index], 56)
            again = normalise(cells[place, network].astype(np.float32), 56)
            np.testing.assert_allclose(again, expected, atol=0.006)


def test_verdicts(
    scores: dict[str, ScoreArrays], maps: dict[str, np.ndarray], crops: dict[int, np.ndarray]
) -> None:
    of = scores["second"]
    of.labels[7, :5] = scores["first"].labels[7, :5] = [1, 1, -1, -1, 1]
    of.logits[7, :5] = [1.239, -1.5, 2.0, -0.001, 0.0]
    of.values["amr"][7, :5] = [0.1239, 0.5, np.nan, 0.0, 0.25]
    of.empty[7, :5] = [False, False, False, True, False]
    chosen = {key: type(c)((7,), 1) for key, c in choose_faces(scores, 1).items()}
    found = gallery_payload(chosen, crops, maps, scores, PLACEMENTS)
    assert [found["of"][name]["maps"][0][1] for name in ATTRIBUTES[:5]] == [
        [1.24, 0.124, 0, 1, 1],
        [-1.5, 0.5, 0, 0, 0],
        [2.0, None, 0, 1, 0],
        [0.0, 0.0, 1, 0, 1],
        [0.0, 0.25, 0, 1, None],
    ]


def test_each_face_is_embedded_once(
    scores: dict[str, ScoreArrays], maps: dict[str, np.ndarray], crops: dict[int, np.ndarray]
) -> None:
    chosen = choose_faces(scores, 4)
    found = gallery_payload(chosen, crops, maps, scores, PLACEMENTS)
    rows = distinct_rows(chosen)
    assert [name for name, _ in found["faces"]] == [f"{row:06d}.jpg" for row in rows]
    kind, content = found["faces"][0][1].split(",")
    assert kind == "data:image/webp;base64"
    face = cv2.imdecode(np.frombuffer(base64.b64decode(content), np.uint8), cv2.IMREAD_COLOR)
    assert np.abs(face[..., ::-1].astype(int) - crops[rows[0]]).mean() < 8  # no larger than it was

    large = {row: cv2.resize(crop, (3 * SIDE, 3 * SIDE)) for row, crop in crops.items()}
    content = gallery_payload(chosen, large, maps, scores, PLACEMENTS)["faces"][0][1].split(",")[1]
    face = cv2.imdecode(np.frombuffer(base64.b64decode(content), np.uint8), cv2.IMREAD_COLOR)
    assert face.shape == (SIDE, SIDE, 3)


def test_colours_and_opacity_are_those_of_the_figures(
    scores: dict[str, ScoreArrays], maps: dict[str, np.ndarray], crops: dict[int, np.ndarray]
) -> None:
    found = gallery_payload(choose_faces(scores, 1), crops, maps, scores, PLACEMENTS)
    colours = np.frombuffer(base64.b64decode(found["colours"]), np.uint8).reshape(256, 3)
    levels = np.arange(256).reshape(16, 16) / 255
    black = np.zeros((16, 16, 3), np.uint8)
    expected = overlay(black, levels, opacity=1).reshape(256, 3)
    np.testing.assert_array_equal(colours, expected)
    assert inspect.signature(overlay).parameters["opacity"].default == OPACITY == found["opacity"]


def test_a_map_that_is_not_finite_is_refused(
    scores: dict[str, ScoreArrays], maps: dict[str, np.ndarray], crops: dict[int, np.ndarray]
) -> None:
    maps["second"][:, 0, 0, 0] = np.nan
    with pytest.raises(ValueError, match="a map of second is not finite"):
        gallery_payload(choose_faces(scores, 1), crops, maps, scores, PLACEMENTS)


def test_attributes_are_in_alphabetical_order(
    scores: dict[str, ScoreArrays], maps: dict[str, np.ndarray], crops: dict[int, np.ndarray]
) -> None:
    names = [
        name
        for _, name in gallery_payload(choose_faces(scores, 1), crops, maps, scores, PLACEMENTS)[
            "attributes"
        ]
    ]
    assert names == sorted(names)
    assert names[0] == "5 o Clock Shadow"
