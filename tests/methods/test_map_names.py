"""Maps are called as their papers call them."""

from typing import get_args

from heed.explain.names import METHOD_NAMES
from heed.methods.map_names import MAP_NAMES, map_name
from heed.methods.settings import Reference


def test_every_method_has_a_name_and_no_other_has() -> None:
    assert sorted(MAP_NAMES) == sorted(METHOD_NAMES)


def test_references_are_called_what_they_are() -> None:
    assert [map_name(name) for name in get_args(Reference)] == list(get_args(Reference))
