"""Links, the bar of tabs and what the tabs show have the same names."""

from heed.explorer.link_parts import TABS
from heed.explorer.tabs import catalogue


def test_every_tab_of_a_link_has_a_name_and_is_shown():
    assert set(catalogue.CONTENT) == set(catalogue.TABS) == set(TABS)
    assert next(iter(catalogue.TABS)) == TABS[0]
