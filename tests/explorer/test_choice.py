"""Which faces are shown, and in which order."""

from fnmatch import fnmatch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heed.base.errors import InputError
from heed.explorer.choice import BY_PLACE, Choice, chosen
from heed.explorer.conditions import Conditions
from heed.explorer.score_columns import GROUPS, ScoreColumns

CONDITIONS = Conditions("gradcam", "predicted", "receptive_field", "2", 0.5, "keep")
IMAGES = ["b.jpg", "A.jpg", "c_1.png", "a.png", "d.jpg"]
AMR = np.float32([0.3, np.nan, 0.9, 0.3, 0.0])


def columns(amr=AMR, group=(0, 1, 2, 3, 0)):
    n = len(amr)
    return ScoreColumns(
        "balanced/1",
        "Bald",
        CONDITIONS,
        np.ones(n, np.int8),
        np.zeros(n, np.float32),
        np.array(group, np.uint8),
        {"amr": np.asarray(amr, np.float32)},
        {},
    )


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (Choice(), [0, 1, 2, 3, 4]),
        (Choice(descending=True), [4, 3, 2, 1, 0]),
        (Choice(groups=("hits",)), [0, 4]),
        (Choice(groups=("misses", "false_alarms", "correct_rejections")), [1, 2, 3]),
        (Choice(groups=()), []),
        (Choice(sort="amr"), [4, 0, 3, 2, 1]),  # equal ones by place, NaN last
        (Choice(sort="amr", descending=True), [2, 0, 3, 4, 1]),
        (Choice(ranges={"amr": (0.3, 1)}), [0, 2, 3]),
        (Choice(ranges={"amr": (float("-inf"), float("inf"))}), [0, 2, 3, 4]),
        (Choice(names="a."), [1, 3]),
        (Choice(names="*.JPG"), [0, 1, 4]),
        (Choice(names="?.*g", groups=("hits", "misses"), sort="amr"), [4, 0, 1]),
        (Choice(names="[ab]*"), [0, 1, 3]),
        (Choice(names="nobody"), []),
    ],
)
def test_groups_names_ranges_and_order(choice, expected):
    places = chosen(columns(), IMAGES, choice)
    assert places.dtype == np.int64
    assert places.tolist() == expected


scores = st.lists(
    st.sampled_from([0.0, 0.25, 0.5, 0.1, float("nan"), float("inf"), -0.0]),
    min_size=1,
    max_size=12,
)


@given(scores, st.data())
def test_it_is_what_a_loop_over_faces_finds(values, data):
    group = data.draw(st.lists(st.integers(0, 3), min_size=len(values), max_size=len(values)))
    images = [f"{data.draw(st.sampled_from('abA'))}{place}.jpg" for place in range(len(values))]
    choice = Choice(
        tuple(data.draw(st.sets(st.sampled_from(GROUPS)))),
        data.draw(st.sampled_from(["", "a", "A*", "*1.jpg", "j"])),
        data.draw(st.sampled_from([{}, {"amr": (0.1, 0.5)}])),
        data.draw(st.sampled_from([BY_PLACE, "amr"])),
        data.draw(st.booleans()),
    )
    expected = []
    for place, value in enumerate(np.float32(values)):
        name, wanted = images[place].lower(), choice.names.lower()
        named = fnmatch(name, wanted) if "*" in wanted else wanted in name
        inside = not choice.ranges or np.float32(0.1) <= value <= 0.5
        if GROUPS[group[place]] in choice.groups and named and inside:
            expected.append(place)
    if choice.sort == "amr":
        sign = -1 if choice.descending else 1
        expected.sort(key=lambda place: (values[place] != values[place], sign * values[place]))
        # NaN is neither less nor more: those faces keep their order.
        missing = [place for place in expected if values[place] != values[place]]
        expected = [place for place in expected if place not in missing] + sorted(missing)
    elif choice.descending:
        expected.reverse()
    assert chosen(columns(values, group), images, choice).tolist() == expected


@pytest.mark.parametrize("descending", [False, True])
def test_many_faces_with_the_same_score_keep_their_order(descending):
    values = np.where(np.arange(1000) % 3 == 0, np.nan, np.arange(1000) % 2)
    images = [f"{place}.jpg" for place in range(1000)]
    choice = Choice(sort="amr", descending=descending)
    places = chosen(columns(values, np.zeros(1000)), images, choice).tolist()
    expected = [
        [place for place in range(1000) if place % 3 and place % 2 == value]
        for value in ((1, 0) if descending else (0, 1))
    ]
    assert places == [*expected[0], *expected[1], *range(0, 1000, 3)]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"groups": ("hit",)}, r"groups: found 'hit'; expected of hits, misses, false_alarms"),
        ({"sort": "armr"}, r"sort: found 'armr'; expected place or one of amr,"),
        ({"ranges": {"armr": (0, 1)}}, r"ranges: found 'armr'; expected of amr"),
        ({"ranges": {"amr": (1, 0)}}, r"ranges: amr: found 1 to 0; expected two numbers, the low"),
        ({"ranges": {"amr": (float("nan"), 0)}}, r"ranges: amr: found nan to 0"),
    ],
)
def test_what_there_is_not_is_named(wrong, said):
    with pytest.raises(InputError, match=said):
        Choice(**wrong)


def test_scores_of_another_network_are_refused():
    with pytest.raises(InputError, match="found scores of balanced/1; expected those of other/2"):
        chosen(columns(), IMAGES, Choice(network="other/2"))
