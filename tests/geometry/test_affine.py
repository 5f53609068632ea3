import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from heed.geometry import affine

entries = st.floats(-10, 10, allow_nan=False)


def homogeneous(matrix: np.ndarray) -> np.ndarray:
    return np.vstack([matrix, [0, 0, 1]])


@given(arrays(np.float64, (2, 3), elements=entries), arrays(np.float64, (2, 3), elements=entries))
def test_compose_is_the_product_of_homogeneous_matrices(outer, inner):
    expected = (homogeneous(outer) @ homogeneous(inner))[:2]
    np.testing.assert_allclose(affine.compose(outer, inner), expected, atol=1e-12)


def test_apply_by_hand_quarter_turn_and_shift():
    turn = [[0, -1, 5], [1, 0, 7]]  # (x, y) -> (5 - y, 7 + x)
    np.testing.assert_array_equal(affine.apply(turn, [[2, 3], [0, 0]]), [[2, 9], [5, 7]])


def test_stacks_are_mapped_matrix_by_matrix():
    rng = np.random.default_rng(0)
    matrices, points = rng.normal(size=(4, 2, 3)), rng.normal(size=(4, 5, 2))
    stacked = affine.apply(matrices, points)
    for one, matrix, own in zip(stacked, matrices, points, strict=True):
        np.testing.assert_allclose(one, own @ matrix[:, :2].T + matrix[:, 2])
    back = affine.apply(affine.invert(matrices), stacked)
    np.testing.assert_allclose(back, points, atol=1e-9)


def test_a_map_without_inverse_is_an_error():
    with pytest.raises(np.linalg.LinAlgError):
        affine.invert([[1, 2, 0], [2, 4, 0]])


def test_tables_hold_the_matrices_row_by_row():
    matrices = np.arange(12.0).reshape(2, 2, 3)
    table = affine.to_table(matrices, "a_")
    assert list(table.columns) == ["a_00", "a_01", "a_02", "a_10", "a_11", "a_12"]
    assert table.a_10.tolist() == [3, 9]
    np.testing.assert_array_equal(affine.from_table(table, "a_"), matrices)
