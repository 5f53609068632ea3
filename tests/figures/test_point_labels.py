import numpy as np
from matplotlib.figure import Figure

from heed.figures.point_labels import label_points


def panel_with(points: np.ndarray):
    panel = Figure(figsize=(3, 3), dpi=100).subplots()
    panel.scatter(*points.T, s=9)
    panel.set(xlim=(0, 1), ylim=(0, 1))
    return panel


def boxes(labels):
    # of the text alone; an annotation's own box includes the line to its dot
    figure = labels[0].get_figure(root=True)
    figure.draw_without_rendering()
    renderer = figure._get_renderer()
    found = []
    for label in labels:
        label.arrowprops, label.arrow_patch = None, None
        found.append(label.get_window_extent(renderer))
    return found


def test_names_cover_neither_each_other_nor_dots_nor_the_frame() -> None:
    points = np.random.default_rng(3).random((30, 2))
    panel = panel_with(points)
    labels = label_points(panel, points, [(row, f"name {row}") for row in range(30)], most=25)
    assert len(labels) > 12
    found = boxes(labels)
    frame = panel.get_window_extent()
    dots = panel.transData.transform(points)
    for index, box in enumerate(found):
        assert not box.count_overlaps(found[:index])
        assert not any(box.contains(*dot) for dot in dots)
        assert frame.x0 <= box.x0 < box.x1 <= frame.x1
        assert frame.y0 <= box.y0 < box.y1 <= frame.y1


def test_the_first_come_first_and_point_at_their_own_dots() -> None:
    points = np.array([[0.2, 0.2], [0.8, 0.8], [0.2, 0.8]])
    panel = panel_with(points)
    labels = label_points(panel, points, [(1, "b"), (2, "c"), (0, "a")], most=2)
    assert [(label.get_text(), *label.xy) for label in labels] == [("b", 0.8, 0.8), ("c", 0.2, 0.8)]
    assert list(panel.texts) == labels


def test_a_name_that_fits_nowhere_is_left_out() -> None:
    points = np.array([[0.5, 0.5], [0.2, 0.2]])
    panel = panel_with(points)
    labels = label_points(panel, points, [(0, "far too long " * 10), (1, "fits")], most=2)
    assert [label.get_text() for label in labels] == ["fits"]
    assert len(panel.texts) == 1


def test_a_name_between_two_dots_moves_away_from_the_other() -> None:
    points = np.array([[0.3, 0.5], [0.9, 0.5]])
    panel = panel_with(points)
    (label,) = label_points(panel, points, [(0, "name")], most=1)
    (box,) = boxes([label])
    scale = panel.get_figure(root=True).dpi / 72
    # Just behind the name's place is another dot, as far from it as its own.
    between = panel.transData.inverted().transform((box.x1 + 4.6 * scale, box.y0 + box.height / 2))
    points = np.array([points[0], between])
    panel = panel_with(points)
    (moved,) = label_points(panel, points, [(0, "name")], most=1)
    assert label.get_ha() == "left"
    assert moved.get_ha() == "right"
