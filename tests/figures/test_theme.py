import matplotlib as mpl

from heed.figures.theme import model_colours, theme


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
