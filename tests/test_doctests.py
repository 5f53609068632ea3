"""The examples in the library's docstrings do what they say."""

import doctest
from importlib import import_module

import pytest

from tests.places import ROOT

SOURCE = ROOT / "src"
WITH_EXAMPLES = sorted(p for p in SOURCE.glob("heed/**/*.py") if ">>>" in p.read_text())
MODULES = [".".join(path.relative_to(SOURCE).with_suffix("").parts) for path in WITH_EXAMPLES]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_run(name: str) -> None:
    found = doctest.testmod(import_module(name))
    assert found.attempted > 0
    assert found.failed == 0, "the differences are printed above"
