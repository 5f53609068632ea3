import matplotlib as mpl

from heed.figures.theme import model_colours, theme, version_colours


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
