import matplotlib as mpl

from heed.figures.theme import model_colours, shades, theme, version_colours


def test_settings_end_with_the_figure() -> None:
    before = dict(mpl.rcParams)
    with theme():
        assert mpl.rcParams["font.size"] == 7
    assert dict(mpl.rcParams) == before


def test_every_model_has_its_own_colour() -> None:
    models = ["balanced", "unbalanced", "third"]
    colours = model_colours(models)
    assert len({colours[model] for model in models}) == 3
    assert model_colours(models[:2])["balanced"] == colours["balanced"]


def test_a_version_of_the_masks_has_the_same_colour_in_every_figure() -> None:
    every = version_colours(["1", "2", "3", "evidence"])
    assert len(set(every.values())) == 4
    assert version_colours(["3", "1"]) == {"1": every["1"], "3": every["3"]}
    assert len(set(version_colours(["1", "another"]).values())) == 2


def test_shades_are_at_equal_steps_and_leave_out_both_ends() -> None:
    assert shades("gray", 1) == ["#808080"]
    steps = [int(shade[1:3], 16) for shade in shades("gray", 4)]
    assert steps == [51, 102, 153, 204]  # fifths of 255


def test_more_models_than_colours_have_the_first_ones_again() -> None:
    colours = list(model_colours([f"model {n}" for n in range(12)]).values())
    assert len(set(colours[:10])) == 10
    assert colours[10:] == colours[:2]
