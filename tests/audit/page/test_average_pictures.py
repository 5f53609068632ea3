import cv2
import numpy as np
import pytest

from heed.audit.page.average_pictures import GREY, SHOWN, SIDE, average_pictures
from heed.celeba.attributes import ATTRIBUTES
from heed.figures.overlay import overlay
from heed.metrics.groups import GROUPS
from heed.pages.pictures import Picture

PLACES = [GROUPS.index(group) for group in ("all", "predicted_positive", "predicted_negative")]


def decoded(picture: Picture) -> np.ndarray:
    return cv2.imdecode(np.frombuffer(picture.content, np.uint8), cv2.IMREAD_COLOR)[..., ::-1]


@pytest.fixture
def maps() -> np.ndarray:
    """Smooth maps, another for each attribute and group."""
    rng = np.random.default_rng(0)
    small = rng.random((40 * len(GROUPS), 4, 4), dtype=np.float32)
    large = [cv2.resize(cam, (SIDE, SIDE), interpolation=cv2.INTER_LINEAR) for cam in small]
    return np.stack(large).reshape(40, len(GROUPS), SIDE, SIDE)


def test_the_majority_is_framed_and_n_is_told(maps: np.ndarray) -> None:
    n = np.arange(40 * len(GROUPS)).reshape(40, len(GROUPS))
    majority = np.full(40, -1)
    majority[5] = 1
    pictures = average_pictures(None, {"balanced": (maps, n)}, majority)
    assert list(pictures) == list(ATTRIBUTES)
    framed = {
        index: [p.framed for p in pictures[ATTRIBUTES[index]]["balanced"]] for index in (5, 6)
    }
    assert framed == {5: [False, True, False], 6: [False, False, True]}
    captions = [p.caption.replace("\xa0", " ") for p in pictures[ATTRIBUTES[7]]["balanced"]]
    names = SHOWN.values()
    assert captions == [f"{a}, n = {n[7, b]}" for a, b in zip(names, PLACES, strict=True)]
    assert (
        "5 o Clock Shadow by balanced, predicted absent"
        in pictures[ATTRIBUTES[0]]["balanced"][2].alt
    )


def test_each_picture_is_its_groups_map_over_the_face(maps: np.ndarray) -> None:
    face = np.full((SIDE, SIDE, 3), 90.4)
    n = np.ones((40, len(GROUPS)), int)
    pictures = average_pictures(face, {"a": (maps, n), "b": (maps[::-1], n)}, np.ones(40))
    base = np.full((SIDE, SIDE, 3), 90, np.uint8)
    for model, cams in {"a": maps, "b": maps[::-1]}.items():
        for picture, place in zip(pictures["Bald"][model], PLACES, strict=True):
            expected = overlay(base, cams[ATTRIBUTES.index("Bald"), place]).astype(int)
            assert np.abs(decoded(picture) - expected).mean() < 4


def test_a_group_without_faces_has_no_map(maps: np.ndarray) -> None:
    maps[3, PLACES[1]] = np.nan
    n = np.ones((40, len(GROUPS)), int)
    pictures = average_pictures(None, {"a": (maps, n)}, np.ones(40))[ATTRIBUTES[3]]["a"]
    np.testing.assert_allclose(decoded(pictures[1]), GREY, atol=2)
    assert np.ptp(decoded(pictures[0])) > 50
