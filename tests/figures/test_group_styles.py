from heed.figures.group_styles import GROUP_STYLES
from heed.metrics.groups import GROUPS


def test_styles_are_of_known_groups_and_differ() -> None:
    assert set(GROUP_STYLES) <= set(GROUPS)
    for looks in ("label", "short", "colour"):
        assert len({getattr(style, looks) for style in GROUP_STYLES.values()}) == len(GROUP_STYLES)


def test_the_two_sides_of_a_split_differ_in_shape_too() -> None:
    for one, other in (
        ("gt_positive", "gt_negative"),
        ("correct", "incorrect"),
        ("predicted_majority", "predicted_minority"),
    ):
        assert GROUP_STYLES[one].marker != GROUP_STYLES[other].marker
