"""Tables for Markdown and LaTeX."""

import pytest

from heed.base.printed_tables import latex_text, markdown, spanning


def test_cells_are_printed_as_they_are() -> None:
    """Not as numbers: 0.40 keeps its zero, and 1e5 is a name."""
    lines = markdown(["Name", "A"], [["1e5", "0.40"], ["b", "\N{EN DASH}"]]).splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert cells[0] == ["Name", "A"]
    assert cells[2:] == [["1e5", "0.40"], ["b", "\N{EN DASH}"]]
    assert lines[1].strip("|").split("|")[1].endswith("-:")
    assert not lines[1].strip("|").split("|")[0].endswith(":")


def test_a_rule_lies_under_each_heading() -> None:
    headings, rules = spanning([("one", 2), ("two", 3)], before=1)
    assert headings == r" & \multicolumn{2}{c}{one} & \multicolumn{3}{c}{two} \\"
    assert rules == r"\cmidrule(lr){2-3} \cmidrule(lr){4-6}"


@pytest.mark.parametrize(
    ("text", "expected"), [("a_b", r"a\_b"), ("50 %", r"50 \%"), ("x|y", r"x\textbar{}y")]
)
def test_what_latex_would_take_for_a_command_is_escaped(text: str, expected: str) -> None:
    assert latex_text(text) == expected
