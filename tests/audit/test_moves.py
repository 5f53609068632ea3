"""Moves of logits worked out by hand, with a network that counts bright pixels."""

import numpy as np

from heed.audit.moves import Cells, Moves

SIZE = 4
OF_PIXELS = np.arange(16).reshape(4, 4)


def predict(images: np.ndarray) -> np.ndarray:
    """Two logits: the sum of the upper half, and minus that of the lower half."""
    sums = images[..., 0].astype(np.float32).sum(axis=2)
    return np.stack([sums[:, :2].sum(axis=1), -sums[:, 2:].sum(axis=1)], axis=1)


def test_a_flip_counts_towards_where_the_drawing_went_in_deviations() -> None:
    moves = Moves(np.array([[1.0, 2.0, -1.0]]), np.array([0.5, 2.0, 4.0]))
    moves.flipped(0, 0, np.array([2.0, 1.0, 3.0]), added=True)
    moves.flipped(0, 1, np.array([1.0, 2.5, -1.0]), added=False)
    assert moves.flip[0].tolist()[:2] == [1.0, -0.5]
    assert moves.off_target[0, 0] == (1 / 2 + 4 / 4) / 2
    assert moves.first[0].tolist()[:2] == [1.0, 1.0]
    moves.flipped(0, 2, np.array([1.0, 6.0, -2.0]), added=False)
    assert moves.flip[0, 2] == 1.0
    assert moves.first[0, 2] == 0.0  # the second logit moved two deviations, its own a quarter
    assert np.isnan(moves.top).all()


def test_a_logit_that_is_always_the_same_has_no_distance() -> None:
    moves = Moves(np.zeros((1, 3)), np.array([1.0, 0.0, 2.0]))
    moves.flipped(0, 0, np.array([1.0, 5.0, 1.0]), added=True)
    assert moves.off_target[0, 0] == 0.5


def test_deleting_what_a_logit_counts_makes_it_fall() -> None:
    crop = np.full((SIZE, SIZE, 3), 10, np.uint8)
    filling = np.zeros_like(crop)
    rows = np.zeros((4, 16), bool)
    for line in range(4):
        rows[line, 4 * line : 4 * line + 4] = True  # the four cells of a line
    moves = Moves(predict(crop[None]).astype(float), np.ones(2))
    cells = Cells(
        top=rows[[0, 2]], mask=np.stack([rows[2], np.zeros(16, bool)]), random=rows[[0, 2, 3]],
        signs=np.array([1, -1], np.int8),
    )  # fmt: skip
    moves.deleted(0, crop, filling, OF_PIXELS, cells, predict)
    assert moves.top[0].tolist() == [40.0, 40.0]  # what the second map explains is minus its logit
    assert moves.mask[0, 0] == 0.0
    assert np.isnan(moves.mask[0, 1])  # an empty mask
    np.testing.assert_allclose(moves.random[0], [40 / 3, 80 / 3])
    none = Cells(cells.top, cells.mask, cells.random, np.array([0, -1], np.int8))
    moves.deleted(0, crop, filling, OF_PIXELS, none, predict)
    assert np.isnan([moves.top[0, 0], moves.mask[0, 0], moves.random[0, 0]]).all()
