"""Links that restore what is chosen in the page."""

from dataclasses import fields, replace
from urllib.parse import urlencode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from heed.explorer.audited import Audited
from heed.explorer.choice import BY_PLACE
from heed.explorer.link_parts import PARTS, TABS
from heed.explorer.score_columns import GROUPS, SCORES
from heed.explorer.view import LONGEST, View
from tests.explorer.audit_folder import audit_folder


@pytest.fixture(scope="module")
def audited(tmp_path_factory):
    return Audited(audit_folder(tmp_path_factory.mktemp("view") / "audit", faces=3))


@pytest.fixture(scope="module")
def views(audited):
    """Any view of this audit."""
    numbers = st.floats(allow_nan=False)
    ranges = st.dictionaries(st.sampled_from(list(SCORES)), st.tuples(numbers, numbers), max_size=3)
    return st.builds(
        View,
        attribute=st.sampled_from(audited.attributes),
        networks=some(audited.networks, 1),
        method=st.sampled_from(audited.methods),
        target=st.sampled_from(audited.targets),
        placement=st.sampled_from(audited.placements),
        mask=st.sampled_from(audited.mask_versions),
        threshold=st.floats(0, 1, exclude_max=True),
        filled=st.sampled_from(["keep", "leave_out"]),
        groups=some(GROUPS, 0),
        names=st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
        ranges=ranges.map(
            lambda found: tuple((name, *sorted(found[name])) for name in sorted(found))
        ),
        sort=st.sampled_from([BY_PLACE, *SCORES]),
        descending=st.booleans(),
        page=st.integers(1, 10**6),
        face=st.sampled_from([None, *audited.images]),
        pinned=some(tuple(audited.images), 0),
        tab=st.sampled_from(TABS),
        x=st.sampled_from(list(SCORES)),
        y=st.sampled_from(list(SCORES)),
        default=st.just(View.of(audited)),
    )


def some(names, least):
    return st.lists(st.sampled_from(names), min_size=least, max_size=4, unique=True).map(tuple)


def test_every_view_comes_back_from_its_link(audited, views):
    @given(views)
    def comes_back(view):
        found, problems = View.from_query(view.query(), audited)
        assert problems == []
        assert found == view
        # Without the default in it a view writes everything.
        whole, problems = View.from_query("?" + replace(view, default=None).query(), audited)
        assert problems == []
        assert whole == view

    comes_back()


def test_a_link_has_what_differs_from_the_default_alone(audited):
    view = View.of(audited)
    assert view.query() == ""
    assert view.networks == ("balanced/1", "unweighted/1")
    assert view.conditions() == audited.stored
    assert View.from_query("", audited) == (view, [])
    other = replace(view, attribute="Wearing_Hat", sort="amr", descending=True)
    assert other.query() == "attribute=Wearing_Hat&sort=-amr"
    assert replace(view, groups=()).query() == "group="
    assert replace(view, networks=view.networks[1:]).query() == "network=unweighted%2F1"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("attribute=Hat", "The link has attribute: found 'Hat'; expected one of 5_o_Clock_Shadow,"),
        ("network=balanced/9", "The link has network: found 'balanced/9'; expected one of balanc"),
        ("face=../../etc/passwd", "passwd'; it is not among the 3 audited faces; it is left"),
        ("pin=q.jpg", "The link has pin: found 'q.jpg'"),
        ("mask=7", "The link has mask: found '7'; expected one of 1, 2, 3, evidence; it is left o"),
        ("page=0", "The link has page: found '0'; expected a number, 1 to 1e+06"),
        ("page=x", "The link has page: found 'x'"),
        ("threshold=1", "The link has threshold: found 1; expected less"),
        ("threshold=nan", "The link has threshold: found 'nan'; expected a number, 0 to 1"),
        ("range=amr:2:1", "The link has range: found 'amr:2:1'; expected the lower number first"),
        ("range=amr", "The link has range: found ''; expected a number"),
        ("range=x:0:1", "The link has range: found 'x'; expected one of amr"),
        ("sort=--amr", "The link has sort: found '-amr'"),
        ("color=red", "The link has 'color', which this page does not know."),
        ("group=hits&group=winners", "The link has group: found 'winners'; expected one of hits"),
        ("names=" + "x" * 201, "The link has names: found 201 characters; expected 200 at most"),
        ("pin=" + "y" * 300, "found '" + "y" * 80 + "…'; it is not among"),
        ("x" * (LONGEST + 1), "The link has 16,385 characters; expected 16,384 at most"),
    ],
)
def test_what_an_audit_has_not_is_left_out_with_a_sentence(audited, query, said):
    view, problems = View.from_query(query, audited)
    assert view == View.of(audited)
    (problem,) = problems
    assert said in problem
    assert len(problem) < 1000
    # The rest of the link counts all the same, unless it is too long to be read at all.
    expected = "scatter" if len(query) < LONGEST else TABS[0]
    assert View.from_query(query + "&tab=scatter", audited)[0].tab == expected


def test_no_text_is_too_odd(audited):
    keys = st.sampled_from(list(PARTS))
    pairs = st.lists(st.tuples(keys, st.text(max_size=20)), max_size=6)
    written = pairs.map(lambda found: urlencode(found, errors="replace"))

    @given(st.one_of(st.text(), written, st.binary().map(lambda raw: raw.decode("latin-1"))))
    @example("a=%ff%fe&face=%00&page=1e400&threshold=-0&range=amr:inf:inf")
    @example("&;=&=;&&%%%")
    def opens(text):
        view, problems = View.from_query(text, audited)
        assert all(isinstance(problem, str) for problem in problems)
        assert View.from_query(view.query(), audited) == (view, [])
        view.choice()
        view.conditions()

    opens()


def test_a_link_keeps_every_part_of_a_view():
    kept = {name for part in PARTS.values() for name in part.names}
    assert kept == {field.name for field in fields(View)} - {"default"}
