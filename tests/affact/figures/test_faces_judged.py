import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heed.affact.figures.faces_judged import choose_faces, draw_faces_judged, share_right
from heed.figures.theme import png

NAN = float("nan")


def test_share_right_by_hand() -> None:
    decisions = [[1, -1, 1, -1], [1, 1, NAN, -1], [NAN, NAN, NAN, NAN]]
    labels = [[1, -1, -1, -1], [1, -1, 1, 0], [1, 1, 1, 1]]
    np.testing.assert_array_equal(share_right(decisions, labels), [0.75, 0.5, NAN])


def test_decisions_of_other_faces_are_an_error() -> None:
    with pytest.raises(ValueError, match=r"decisions \(2, 40\) and labels \(3, 40\)"):
        share_right(np.ones((2, 40)), np.ones((3, 40)))


def test_faces_spread_over_the_share_not_over_the_ranks() -> None:
    share = np.array([0.9, 0.5, 0.9, 0.7, 0.9, 0.88, NAN])
    assert choose_faces(share, 3).tolist() == [0, 3, 1]
    assert choose_faces(share[2:5], 1).tolist() == [0]
    assert choose_faces(share, 2).tolist() == [0, 1]
    assert choose_faces(share, 20).tolist() == [0, 2, 4, 5, 3, 1]
    assert choose_faces([NAN, NAN], 3).tolist() == []


@given(
    st.lists(st.integers(0, 40).map(lambda count: count / 40) | st.just(NAN), max_size=40),
    st.integers(1, 12),
)
def test_chosen_faces_run_from_best_to_worst(shares: list[float], count: int) -> None:
    rows = choose_faces(shares, count)
    known = [share for share in shares if not np.isnan(share)]
    assert len(set(rows.tolist())) == len(rows) == min(count, len(known))
    chosen = [shares[row] for row in rows]
    assert chosen == sorted(chosen, reverse=True)
    if count > 1 and len(known) > 1:
        assert (chosen[0], chosen[-1]) == (max(known), min(known))


def test_each_face_has_every_network_below_it() -> None:
    pictures = [np.full((8, 8, 3), level, np.uint8) for level in range(8)]
    shares = {"one": np.linspace(1, 0.3, 8), "two": np.full(8, NAN)}
    figure = draw_faces_judged(pictures, shares)
    assert [int(np.asarray(image.get_array()).max()) for image in figure.axes[0].images] == [
        *range(8)
    ]
    captions = [text.get_text() for text in figure.axes[0].texts]
    assert captions[0] == "one: 100.0 %\ntwo: –"
    assert captions[7] == "one: 30.0 %\ntwo: –"
    tops = {image.get_extent()[3] for image in figure.axes[0].images}
    assert len(tops) == 2  # eight faces are two rows
    assert png(figure, 40) == png(draw_faces_judged(pictures, shares), 40)


def test_without_a_face_it_says_so() -> None:
    assert "No face" in draw_faces_judged([], {}).texts[0].get_text()
