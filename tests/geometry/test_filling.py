import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heed.base.errors import InputError
from heed.geometry import affine
from heed.geometry.filling import fill_columns, inside, share_filled

SIZE = 24

similarities = st.builds(
    lambda zoom, angle, x, y: np.array(
        [
            [zoom * np.cos(angle), -zoom * np.sin(angle), x],
            [zoom * np.sin(angle), zoom * np.cos(angle), y],
        ]
    ),
    st.floats(0.3, 3),
    st.floats(-np.pi, np.pi),
    st.floats(-12, 24),
    st.floats(-12, 24),
)


@given(similarities)
def test_inside_are_the_pixels_whose_neighbours_with_a_weight_are_in_the_photograph(transform):
    width, height = 13, 17
    back = affine.invert(transform)
    known = inside(transform, width, height, SIZE)
    for v in range(0, SIZE, 5):
        for u in range(0, SIZE, 5):
            x, y = affine.apply(back, [[u, v]])[0]
            x0, y0 = np.floor(x), np.floor(y)
            used = [
                (x0 + dx, y0 + dy)
                for dx in (0, 1)
                for dy in (0, 1)
                if (1 - abs(x - x0 - dx)) * (1 - abs(y - y0 - dy)) > 1e-5
            ]
            expected = all(0 <= column < width and 0 <= row < height for column, row in used)
            near_edge = min(abs(x), abs(x - width + 1), abs(y), abs(y - height + 1)) < 1e-5
            assert known[v, u] == expected or near_edge


@given(similarities)
def test_the_share_beyond_the_photograph_is_its_share_of_points(transform):
    """Against points of a fine grid: those whose place in the photograph is beyond its area."""
    width, height, fine = 13, 17, 8
    ticks = (np.arange(SIZE * fine) + 0.5) / fine - 0.5
    points = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)
    source = affine.apply(affine.invert(transform), points)
    beyond = ((source < -0.5) | (source > np.array([width, height]) - 0.5)).any(axis=1)
    assert share_filled(transform, width, height, SIZE) == pytest.approx(beyond.mean(), abs=0.01)


def extrapolated(square, known):
    """The rule of the sources, pixel by pixel."""
    out = square.copy()
    columns = [column for column in range(SIZE) if known[:, column].any()]
    for column in columns:
        rows = np.flatnonzero(known[:, column])
        out[: rows[0], column] = square[rows[0], column]
        out[rows[-1] + 1 :, column] = square[rows[-1], column]
    for column in range(columns[0]):
        out[:, column] = out[:, columns[0]]
    for column in range(columns[-1] + 1, SIZE):
        out[:, column] = out[:, columns[-1]]
    return out


@given(similarities, st.integers(0, 2**32 - 1))
def test_columns_are_filled_as_the_sources_do(transform, seed):
    known = inside(transform, 13, 17, SIZE)
    square = np.random.default_rng(seed).integers(0, 256, (SIZE, SIZE, 3), dtype=np.uint8)
    if not known.any():
        with pytest.raises(InputError, match="beyond the photograph altogether"):
            fill_columns(square, known)
        return
    expected = extrapolated(square, known)
    fill_columns(square, known)
    np.testing.assert_array_equal(square, expected)
