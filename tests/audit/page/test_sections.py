from math import nan

from heed.audit.page.sections import NOT_IN_PAPER, compared, row, same_direction
from heed.pages.number import Number


def test_directions_are_held_against_the_neutral_value() -> None:
    assert same_direction(Number(0.2, 0.1, 0.3), 0.1) == "same direction"
    assert same_direction(Number(-0.2, -0.3, -0.1), 0.1) == "opposite direction"
    assert same_direction(Number(0.2, -0.1, 0.3), 0.1) == "no clear direction in this run"
    assert same_direction(Number(30, 25, 35), 15, neutral=20) == "opposite direction"
    assert same_direction(Number(20, 15, 25), 15, neutral=20) == "no clear direction in this run"
    assert same_direction(Number(nan), 0.1) == ""


def test_networks_that_agree_are_named_together() -> None:
    remarks = {"a": "same direction", "b": "opposite direction", "c": "same direction", "d": ""}
    assert compared("Published.", remarks) == (
        "Published. Compared with it: same direction for a and c; opposite direction for b."
    )
    assert compared("Published.", {"a": ""}) == "Published."


def test_a_paper_without_a_direction_is_compared_with_nothing() -> None:
    remarks = {"a": NOT_IN_PAPER, "b": NOT_IN_PAPER}
    told = "Published. The paper shows no clear direction for "
    assert compared("Published.", remarks) == f"{told}a and b."
    assert compared("Published.", remarks, of_networks=True) == f"{told}either network."
    assert compared("Published.", {"a": NOT_IN_PAPER}, of_networks=True) == f"{told}the a network."


def test_without_a_published_number_there_is_no_source() -> None:
    line = row("AMR", "a", Number(0.5), "share", source="somewhere", remark="same direction")
    assert (line.value, line.interval, line.published, line.source, line.remark) == (
        "0.500", "", "", "", ""
    )  # fmt: skip
    line = row("AMR", "a", Number(0.5), "share", published=0.4, source="somewhere")
    assert (line.published, line.source) == ("0.400", "somewhere")
