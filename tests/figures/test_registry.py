"""A registry that finds the figures of a package by itself."""

import sys
from pathlib import Path

import pytest
from matplotlib.figure import Figure

from heed.figures.registry import Entry, FigureRegistry

VALUES = {
    "numbers": {
        "rates": "error rates",
        "order": "attributes",
        "network": "networks",
        "first": "one of them",
    }
}
SHELF = (
    f'from heed.figures.registry import FigureRegistry\nSHELF = FigureRegistry("shelf", {VALUES})\n'
)
MODULE = """
from matplotlib.figure import Figure
from shelf.catalogue import SHELF
@SHELF.figure({name!r}, kind="numbers", title={title!r}, caption="What is seen.", {more})
def draw({parameters}):
    figure = Figure()
    figure.text(0, 0, repr(({parameters})))
    return figure
"""


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A package without figures; called with a module's name and a figure's, it has one more."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "catalogue.py").write_text(SHELF)
    monkeypatch.syspath_prepend(tmp_path)

    def add(module: str, name: str, more: str = 'needs=["rates"]', parameters: str = "rates"):
        text = MODULE.format(name=name, title=name, more=more, parameters=parameters)
        (folder / f"{module}.py").write_text(text)

    yield add
    for name in [name for name in sys.modules if name.split(".")[0] == "shelf"]:
        del sys.modules[name]


def registry() -> FigureRegistry:
    from shelf.catalogue import SHELF

    return SHELF


def names(**run: object) -> list[str]:
    return [entry.name for entry in registry().entries(run=run)]


def test_a_new_file_is_a_new_figure_and_nothing_else_is_needed(shelf) -> None:
    shelf("one", "bars")
    assert registry().entries() == [Entry("bars", "numbers", None, "bars", "What is seen.")]
    (text,) = registry().drawings("numbers", with_values(rates=[1]))["bars"]().texts
    assert text.get_text() == "[1]"


def with_values(**own: object) -> dict[str, object]:
    return {"rates": 0, "order": 0, "network": {}, "first": ""} | own


def test_order_is_that_of_the_numbers_then_of_places_then_of_names(shelf) -> None:
    for index, (name, more) in enumerate(
        {
            "z": "",
            "e": 'number="A.2"',
            "d": 'number="5.10"',
            "b": "",
            "after_a2": 'place="A.2.1"',
            "c": 'number="5.9"',
            "first_of_two": 'number="3.5, 6.2"',
            "a": 'number="5.10"',
        }.items()
    ):
        shelf(f"module_{index}", name, f'needs=["rates"], {more}')
    assert names() == ["first_of_two", "c", "a", "d", "e", "after_a2", "b", "z"]


def test_one_figure_for_each_network(shelf) -> None:
    more = 'needs=["rates"], each="network", number={"affact": "6.1"}'
    shelf("one", "bars_of {network} {first}", more, "rates, network")
    shelf("two", "lines")
    run = with_values(network={"x": "affact", "y": None}, first="x")
    entries = registry().entries(run=run)
    assert [(e.number, e.title) for e in entries] == [
        ("6.1", "bars_of x x"),
        (None, "bars_of y x"),
        (None, "lines"),
    ]
    drawings = registry().drawings("numbers", run)
    assert list(drawings) == [entry.name for entry in entries]
    assert [f().texts[0].get_text() for f in drawings.values()] == ["(0, 'x')", "(0, 'y')", "0"]


def test_one_figure_for_each_of_unknown_networks_is_an_error(shelf) -> None:
    shelf("one", "bars", 'needs=["rates"], each="network"', "rates, network")
    with pytest.raises(ValueError, match="one figure bars for each network; found no network"):
        names(first="x")


def test_only_the_figures_of_a_kind(shelf) -> None:
    shelf("one", "bars")
    assert registry().entries("faces") == []
    assert registry().drawings("faces", {}) == {}
    assert list(registry().drawings("numbers", with_values())) == ["bars"]


def test_two_figures_of_one_name_are_refused(shelf) -> None:
    shelf("one", "bars")
    shelf("two", "bars")
    with pytest.raises(ValueError, match=r"shelf\.two: .*bars is registered in shelf\.one already"):
        names()
    # a registry that is not complete does not pass for one
    with pytest.raises(ValueError, match="registered in"):
        names()


@pytest.mark.parametrize(
    ("more", "parameters", "message"),
    [
        ('needs=["rate"]', "rate", "bars needs rate; figures of the kind numbers can have rates,"),
        ('needs=["rates"], each="model"', "rates, model", "bars needs model;"),
        ('needs=["rates"]', "rates, order", r"draw\(rates, order\) but passes it rates: order"),
        ('needs=["rates", "order"]', "rates", "passes it order, rates: order is in one"),
        ('needs=["rates"], given={"top": 3}', "rates", "passes it rates, top: top is in one"),
        ('needs=["rates"], number={"x": "1"}', "rates", r"number \{'x': '1'\}; expected a mapping"),
        ('needs=["rates"], each="network", number="1"', "rates, network", "the number '1'; exp"),
    ],
)
def test_what_cannot_be_drawn_is_refused_at_once(shelf, more, parameters, message) -> None:
    shelf("one", "bars", more, parameters)
    with pytest.raises(ValueError, match=message):
        names()


def test_arguments_that_are_the_same_in_every_run(shelf) -> None:
    shelf("one", "bars", 'needs=["rates"], given={"top": 3}', "top, rates")
    (text,) = registry().drawings("numbers", with_values(rates=1))["bars"]().texts
    assert text.get_text() == "(3, 1)"


def test_a_stage_that_lacks_a_value_is_told_which(shelf) -> None:
    shelf("one", "bars")
    values = with_values()
    del values["order"]
    with pytest.raises(ValueError, match=r"can need order \(attributes\); found rates, network"):
        registry().drawings("numbers", values)


def test_the_function_itself_stays_as_it_is() -> None:
    own = FigureRegistry("heed.figures", {"numbers": {"rates": "error rates"}})

    def draw(rates: float) -> Figure:
        return Figure()

    register = own.figure("a", kind="numbers", title="A", caption="B.", needs=["rates"])
    assert register(draw) is draw
