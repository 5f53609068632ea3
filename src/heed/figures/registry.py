"""Figures that register themselves: a new one is one file.

A pipeline has one :class:`FigureRegistry` for the package that holds its figures. A module of that
package registers what it draws beside the function that draws it:

    @figure(
        "amr_by_model",
        kind="numbers",
        number="5.6",
        title="AMR of the networks",
        caption="AMR of each network per attribute, over all faces.",
        needs=("amr", "groups"),
    )
    def draw_amr_by_model(amr, groups): ...

The registry imports the modules of the package itself; no list of them is kept anywhere.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Literal, TypeVar

from matplotlib.figure import Figure

from heed.base.errors import InputError
from heed.figures.theme import COLUMN_WIDTH, TEXT_WIDTH

Kind = Literal["numbers", "averages", "faces"]
"""What a figure shows: numbers only; average maps over the average face; or single faces."""

Width = Literal["column", "page"]
"""How wide a figure is printed: as a column of a paper, or as its page."""

WIDTHS: Final[Mapping[Width, float]] = {"column": COLUMN_WIDTH, "page": TEXT_WIDTH}
"""In inches."""

Draw = TypeVar("Draw", bound=Callable[..., Figure])


@dataclass(frozen=True)
class Entry:
    """One figure of a run.

    Attributes:
        name: of its files, without suffix.
        kind: what it shows, and with it which stage draws it and where it is written.
        number: the figure's number in the pipeline's paper; None for a figure of Heed's own.
        title: a few words, without a full stop.
        caption: what is to be seen, for a reader who has only the figure.
        width: at which it is printed. A page's figure with a panel for each network takes a
            column where there is one network.
    """

    name: str
    kind: Kind
    number: str | None
    title: str
    caption: str
    width: Width = "page"


@dataclass(frozen=True, eq=False)
class _Registered:
    """What :meth:`FigureRegistry.figure` was called with, and the function below it."""

    name: str
    kind: Kind
    number: str | Mapping[str, str] | None
    title: str
    caption: str
    needs: tuple[str, ...]
    given: Mapping[str, Any]
    place: str | None
    each: str | None
    width: Width
    draw: Callable[..., Figure]

    def variants(self, run: Mapping[str, Any]) -> Iterator[tuple[Entry, dict[str, Any]]]:
        """The figures of a run, each with the arguments that make it this one."""
        if self.each is None:
            assert not isinstance(self.number, Mapping)
            yield self._entry(self.name, self.number, self.title, self.caption), {}
            return
        if self.each not in run:
            raise InputError(
                f"{self.draw.__module__}: there is one figure {self.name} for each {self.each}; "
                f"found no {self.each} among {', '.join(run) or 'no values'}. Pass them"
            )
        numbers = self.number if isinstance(self.number, Mapping) else {}
        for one, stands_for in run[self.each].items():
            words = {**run, self.each: one}
            texts = self.title.format(**words), self.caption.format(**words)
            entry = self._entry(f"{self.name}_{one}", numbers.get(stands_for), *texts)
            yield entry, {self.each: one}

    def _entry(self, name: str, number: str | None, title: str, caption: str) -> Entry:
        return Entry(name, self.kind, number, title, caption, self.width)


class FigureRegistry:
    """The figures of one pipeline.

    Attributes:
        package: name of the package whose modules register figures.
        values: by kind of figure, the name of everything that a figure can need, with what it is.

    Example:
        >>> values = {"numbers": {"rates": "error rates per network"}}
        >>> registry = FigureRegistry("heed.figures", values)
        >>> @registry.figure("rates", kind="numbers", title="Rates", caption="Error rates.",
        ...                  needs=["rates"])
        ... def draw_rates(rates):
        ...     return Figure()
        >>> [entry.title for entry in registry.entries("numbers")]
        ['Rates']
        >>> list(registry.drawings("numbers", {"rates": [0.1, 0.2]}))
        ['rates']
    """

    def __init__(self, package: str, values: Mapping[Kind, Mapping[str, str]]) -> None:
        """A registry that looks for its figures when it is first asked for them.

        Args:
            package: name of the package whose modules register figures. Write it out: the test
                of the code dependencies looks for it in the source.
            values: by kind of figure, the name of everything that a figure can need, with what
                it is. The stage that draws the kind has them all.
        """
        self.package = package
        self.values = values
        self._figures: dict[str, _Registered] = {}

    def figure(
        self,
        name: str,
        *,
        kind: Kind,
        title: str,
        caption: str,
        needs: Sequence[str],
        number: str | Mapping[str, str] | None = None,
        given: Mapping[str, Any] | None = None,
        place: str | None = None,
        each: str | None = None,
        width: Width = "page",
    ) -> Callable[[Draw], Draw]:
        """Register the function below as what draws a figure; the function stays as it is.

        Args:
            name: of the figure's files, without suffix.
            kind: what it shows.
            title: a few words, without a full stop.
            caption: what is to be seen, for a reader who has only the figure.
            needs: names of the tables, arrays and numbers that it is drawn from; the function
                takes each as the argument of that name.
            number: the figure's number in the pipeline's paper; None for a figure of our own.
            given: further arguments of the function, the same in every run.
            place: where the figure stands among the others, written like a number of the paper;
                None for its own number. Figures that have neither come last, by name.
            each: name of a mapping among the values. There is one figure for each of its keys:
                the key is added to the name (``<name>_<key>``), takes the place of ``{<each>}``
                in title and caption, and is the function's argument ``<each>``. ``number`` is
                then a mapping, from values of that mapping to numbers.
            width: at which it is printed; the function's figure is not wider.

        Returns:
            The decorator.

        Raises:
            ValueError: by the decorator, if there is such a figure already, it needs what no
                stage has, the function takes other arguments, or ``number`` is a mapping
                without ``each`` or the other way round.
        """

        def register(draw: Draw) -> Draw:
            registered = _Registered(
                name,
                kind,
                number,
                title,
                caption,
                tuple(needs),
                given or {},
                place,
                each,
                width,
                draw,
            )
            self._check(registered)
            self._figures[name] = registered
            return draw

        return register

    def entries(
        self, kind: Kind | None = None, run: Mapping[str, Any] | None = None
    ) -> list[Entry]:
        """The figures in their order.

        Args:
            kind: only these; None for all.
            run: the values on which names and texts depend (see ``each``); None where the
                pipeline has no such figures.

        Returns:
            One entry per figure, by place, then by name.

        Raises:
            ValueError: if ``run`` lacks a value that ``each`` names, or a module registers
                what cannot be drawn (see :meth:`figure`).
        """
        return [entry for _, entry, _ in self._variants(kind, run or {})]

    def drawings(self, kind: Kind, values: Mapping[str, Any]) -> dict[str, Callable[[], Figure]]:
        """What draws each figure of a kind, by name and in order, with its data already in it.

        Args:
            kind: which figures.
            values: what the figures are drawn from, by name.

        Returns:
            Functions without arguments, so that one figure can be drawn after the other.

        Raises:
            ValueError: if a value that figures of this kind can need is missing.
        """
        missing = [name for name in self.values.get(kind, {}) if name not in values]
        if missing:
            raise InputError(
                f"{self.package}: figures of the kind {kind} can need {missing[0]} "
                f"({self.values[kind][missing[0]]}); found {', '.join(values)}. The stage that "
                "draws them has to pass it"
            )
        return {
            entry.name: partial(
                _drawn,
                entry,
                figure.draw,
                **{name: values[name] for name in figure.needs},
                **figure.given,
                **arguments,
            )
            for figure, entry, arguments in self._variants(kind, values)
        }

    def _variants(
        self, kind: Kind | None, run: Mapping[str, Any]
    ) -> Iterator[tuple[_Registered, Entry, dict[str, Any]]]:
        self._discover()
        for figure in sorted(self._figures.values(), key=_order):
            if kind in (None, figure.kind):
                for entry, arguments in figure.variants(run):
                    yield figure, entry, arguments

    def _discover(self) -> None:
        """Import every module of the package, and with it register every figure."""
        folders = importlib.import_module(self.package).__path__
        for module in sorted(module.name for module in pkgutil.iter_modules(folders)):
            importlib.import_module(f"{self.package}.{module}")

    def _check(self, figure: _Registered) -> None:
        where = f"{figure.draw.__module__}: the figure {figure.name}"
        if figure.name in self._figures:
            other = self._figures[figure.name].draw.__module__
            raise InputError(f"{where} is registered in {other} already; give it another name")
        if figure.number is not None and isinstance(figure.number, Mapping) != bool(figure.each):
            raise InputError(
                f"{where} has the number {figure.number!r}; expected a mapping where there is "
                "one figure for each of several things, and one text elsewhere"
            )
        known = self.values.get(figure.kind, {})
        for name in (*figure.needs, *([figure.each] if figure.each else [])):
            if name not in known:
                raise InputError(
                    f"{where} needs {name}; figures of the kind {figure.kind} can have "
                    f"{', '.join(known) or 'nothing'}"
                )
        passed = {*figure.needs, *figure.given, *([figure.each] if figure.each else [])}
        parameters = inspect.signature(figure.draw).parameters
        required = {n for n, p in parameters.items() if p.default is inspect.Parameter.empty}
        if strange := sorted(passed - set(parameters)) or sorted(required - passed):
            raise InputError(
                f"{where} is drawn by {figure.draw.__name__}({', '.join(parameters)}) but passes "
                f"it {', '.join(sorted(passed)) or 'nothing'}: {strange[0]} is in one of the two "
                "only. Correct needs, given or each"
            )


def _drawn(entry: Entry, draw: Callable[..., Figure], /, **arguments: Any) -> Figure:
    figure = draw(**arguments)
    if figure.get_figwidth() > WIDTHS[entry.width] + 0.001:
        raise InputError(
            f"{draw.__module__}: the figure {entry.name} is {figure.get_figwidth():g} inches wide; "
            f"it is registered with the width {entry.width}, {WIDTHS[entry.width]:g} inches"
        )
    return figure


def _order(figure: _Registered) -> tuple[tuple[tuple[int, int, str], ...], str]:
    """Places as in a paper: 5.9, 5.10, A.1; then figures without one. Ties go by name."""
    number = figure.number
    first = next(iter(number.values()), None) if isinstance(number, Mapping) else number
    place = figure.place or first
    if place is None:
        return ((2, 0, ""),), figure.name
    parts = place.partition(",")[0].split(".")
    return tuple((0, int(p), "") if p.isdigit() else (1, 0, p) for p in parts), figure.name
