import numpy as np

from heed.pages.assets import environment
from heed.pages.number import Number
from heed.pages.strips import Entry, by_size, strips

NAN = float("nan")


def test_places_are_shares_of_the_scale() -> None:
    drawn = strips(
        ["a", "b"],
        [Entry("x", [Number(0.5, 0.2, 1.0), Number(-1.0, -1.0, -0.5)], ["n = 3"], "X", (0.0, 1.0))],
        "share",
        signed=True,
    )
    (line,) = drawn.lines
    assert (drawn.ticks[0], drawn.ticks[-1], drawn.zero) == (
        (0.0, "\N{MINUS SIGN}1"),
        (100.0, "1"),
        50,
    )
    assert [mark.place for mark in line.marks] == [75, 0]
    assert line.marks[0].whisker == (60, 100)
    assert line.band == (50, 100)
    assert [mark.note for mark in line.marks] == ["n = 3", ""]
    assert line.description.startswith("x: a +0.500 (+0.200 to +1.000) n = 3, b")


def test_missing_numbers_leave_a_gap() -> None:
    (line,) = strips(["a", "b"], [Entry("x", [Number(NAN), Number(0.1)])], "share").lines
    assert line.marks[0].place is None
    assert line.marks[0].value == "\N{EN DASH}"
    assert line.marks[1].whisker is None


def test_the_furthest_from_nothing_or_apart_comes_first() -> None:
    entries = [
        Entry("near", [Number(0.1), Number(-0.1)]),
        Entry("none", [Number(NAN), Number(NAN)]),
        Entry("far", [Number(-0.6), Number(-0.5)]),
    ]
    assert [entry.name for entry in by_size(entries)] == ["far", "near", "none"]
    apart = by_size(entries, difference=True)
    assert [entry.name for entry in apart] == ["near", "far", "none"]
    alone = Entry("alone", [Number(NAN), Number(0.9)])
    assert by_size([alone, *entries])[0].name == "alone"
    apart = by_size([alone, *entries], difference=True)
    assert [entry.name for entry in apart] == ["near", "far", "alone", "none"]


def test_a_wider_interval_is_on_the_scale() -> None:
    wide = Entry("x", [Number(0.5, 0.4, 0.6)], wider=[Number(0.5, -1.0, 0.9)])
    drawn = strips(["a"], [wide, Entry("y", [Number(0.5)])], "share")
    assert drawn.lines[0].marks[0].wider == (0.0, 95.0)
    assert drawn.lines[1].marks[0].wider is None


def test_ten_lines_are_shown_and_the_rest_is_folded() -> None:
    entries = [
        Entry(f"e{i}", [Number(v)], key=f"E{i}") for i, v in enumerate(np.linspace(1, 2, 14))
    ]
    macro = environment("heed.audit.page").get_template("strips.html.j2").module.figure
    text = str(macro(strips(["<a>"], entries, "share")))
    before, folded = text.split("<details")
    assert before.count("<li ") == 10
    assert folded.count("<li ") == 4
    assert "The other 4 attributes" in folded
    assert 'href="#attribute=E13"' in folded
    assert "<a>" not in text


def test_hollow_numbers_have_no_interval_and_sort_last() -> None:
    huge = Entry("few", [Number(0.9, -5.0, 5.0), Number(0.1, 0.0, 0.2)], hollow=[True, False])
    plain = Entry("many", [Number(0.3, 0.2, 0.4), Number(0.1, 0.0, 0.2)])
    none = Entry("none", [Number(NAN), Number(NAN)])
    assert by_size([huge, none, plain], difference=True) == [plain, huge, none]
    drawn = strips(["a", "b"], [huge, plain], "share")
    few, other = drawn.lines[0].marks
    assert (few.hollow, few.whisker, few.bounds) == (True, None, "")
    assert not other.hollow
    assert other.whisker
    assert drawn.ticks[-1][1] == "1"  # and not 5: no interval that is not drawn widens the scale
