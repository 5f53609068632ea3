"""Which outputs are explained, and what they are called."""

import pytest

from heed.explain.outputs import check_names, places_of


def test_outputs_are_taken_in_the_order_that_is_asked_for():
    assert places_of(None, 3) == [0, 1, 2]
    assert places_of((2, 0), 3) == [2, 0]


@pytest.mark.parametrize("outputs", [[-1], [0, 0], [3], [], 0, [0.5], [True, False, True], ["a"]])
def test_other_outputs_are_refused(outputs):
    with pytest.raises(ValueError, match=r"outputs: found .*; expected a list of some of 0 to 2"):
        places_of(outputs, 3)


@pytest.mark.parametrize(
    ("names", "message"),
    [("abc", "found 'abc'; expected a list"), ([1, 2, 3], "a list of strings"), (["a"], "found 1")],
)
def test_names_are_one_an_output(names, message):
    check_names(["a", "b", "c"], 3)
    check_names(None, 3)
    with pytest.raises(ValueError, match=f"names: .*{message}"):
        check_names(names, 3)
