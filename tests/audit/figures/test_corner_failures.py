import numpy as np
import pytest

from heed.audit.figures.corner_failures import (
    CornerFailure,
    choose_corner_failures,
    draw_corner_failures,
    peaks_in_corner,
)
from heed.explain.postprocess import normalise
from heed.figures.overlay import overlay
from tests.placements import uneven

FACE = np.random.default_rng(0).integers(0, 256, (32, 32, 3), np.uint8)


@pytest.mark.parametrize(
    ("cell", "corner"),
    [((0, 0), True), ((0, 6), True), ((6, 0), True), ((6, 6), True), ((0, 3), False),
     ((3, 0), False), ((1, 1), False), ((3, 3), False)],
)  # fmt: skip
def test_a_map_that_is_strongest_in_a_corner(cell: tuple[int, int], corner: bool) -> None:
    cam = np.random.default_rng(1).random((7, 7))
    cam[cell] = 2
    assert peaks_in_corner(cam[None, None]).tolist() == [[corner]]


def test_an_empty_map_has_no_peak() -> None:
    assert not peaks_in_corner(np.zeros((7, 7)))
    assert not peaks_in_corner(np.full((7, 7), -1.0))


def test_one_map_of_each_attribute_the_most_frequent_first() -> None:
    in_corner = np.zeros((6, 40), bool)
    in_corner[[0, 2, 4], 7] = True
    in_corner[[1, 2], 3] = True
    in_corner[2, 39] = True
    logits = np.zeros((6, 40), np.float32)
    logits[[0, 2, 4], 7] = [-9, 0.5, 3]  # row 4 has the median of |z|
    logits[[1, 2], 3] = [1, -2]
    assert choose_corner_failures(in_corner, logits, 5) == [(4, 7), (2, 3), (2, 39)]
    assert choose_corner_failures(in_corner, logits, 1) == [(4, 7)]
    assert choose_corner_failures(np.zeros((6, 40), bool), logits, 5) == []


def test_a_face_is_shown_again_only_if_there_is_no_other() -> None:
    in_corner = np.zeros((3, 40), bool)
    in_corner[:, 0] = in_corner[:2, 1] = True
    logits = np.tile(np.array([[1.0], [2.0], [3.0]]), 40)
    assert choose_corner_failures(in_corner, logits, 2) == [(1, 0), (0, 1)]


def failure(**changes: object) -> CornerFailure:
    cam = np.zeros((7, 7), np.float32)
    cam[0, 6] = 1
    known = {"face": FACE, "cam": cam, "attribute": "Pointy_Nose", "label": 1, "logit": -0.5}
    known["placement"] = uneven(32, 7)
    return CornerFailure(**{**known, "amr": 0.25, **changes})


def test_captions_say_attribute_label_decision_and_amr() -> None:
    other = failure(label=-1, logit=0.0, amr=np.nan, attribute="Bald")
    figure = draw_corner_failures(
        {"one": [failure(), other], "two": []}, {"one": (1234, 25840), "two": (0, 25840)}
    )
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert texts == [
        "Pointy Nose\nlabelled present\npredicted absent\nAMR 0.25",
        "Bald\nlabelled absent\npredicted present\nno mask",
        "one\n1,234 of\n25,840 maps",
        "two\n0 of\n25,840 maps",
    ]
    picture = np.asarray(figure.axes[0].images[0].get_array())
    np.testing.assert_array_equal(
        picture, overlay(FACE, normalise(failure().cam, 32, uneven(32, 7)))
    )


def test_it_says_so_when_there_are_none() -> None:
    figure = draw_corner_failures({"one": [], "two": []}, {"one": (0, 40), "two": (0, 40)})
    sentence = figure.texts[0].get_text()
    assert sentence == "No map of this run is strongest in a corner of the image."
