import numpy as np

from heed.affact.figures.landmarks_and_crop import draw_landmarks_and_crop
from heed.geometry import affine


def test_landmarks_are_at_their_place_in_photograph_and_crop() -> None:
    wide = np.full((40, 60, 3), 90, np.uint8)
    crop = np.full((20, 20, 3), 30, np.uint8)
    matrix = np.array([[0.5, 0.0, -5.0], [0.0, 0.5, -2.0]])  # x = 10..50 and y = 4..44 are cropped
    points = np.array([[20, 14], [40, 14], [30, 22], [22, 30], [38, 30]], float)
    figure = draw_landmarks_and_crop([wide], matrix[None], points[None], [crop])
    axes = figure.axes[0]
    square, shown = (np.asarray(image.get_array()) for image in axes.images)
    assert square.shape == (60, 60, 3)
    np.testing.assert_array_equal(square[:40], wide)
    assert (square[40:] == 255).all()
    np.testing.assert_array_equal(shown, crop)
    outline, in_photograph, in_crop = (np.column_stack(line.get_data()) for line in axes.lines[:3])
    np.testing.assert_allclose(in_photograph, points)
    np.testing.assert_allclose(in_crop, affine.apply(matrix, points))
    assert outline[:, 0].min() == 9
    assert outline[:, 0].max() == 49
    assert outline[:, 1].min() == 3
    assert outline[:, 1].max() == 43


def test_an_outline_stays_in_the_picture() -> None:
    photograph = np.zeros((30, 30, 3), np.uint8)
    matrix = np.array([[0.5, 0, 10.0], [0, 0.5, 0]])
    figure = draw_landmarks_and_crop(
        [photograph], matrix[None], np.full((1, 5, 2), 15.0), [photograph]
    )
    x, y = figure.axes[0].lines[0].get_data()
    assert min(x) == -0.5
    assert max(*x, *y) == 29.5
