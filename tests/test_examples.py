"""Every example in a docstring of the library runs, and says what it is said to say."""

import doctest
import importlib
import io
from pathlib import Path

import pytest

from tests.places import ROOT

LIBRARY = ROOT / "src"
OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def modules_with_examples() -> list[str]:
    """Found in their text: importing all of the library to look takes seconds in every worker."""
    files = [f for f in sorted(LIBRARY.rglob("*.py")) if ">>>" in f.read_text(encoding="utf-8")]
    names = [".".join(file.relative_to(LIBRARY).with_suffix("").parts) for file in files]
    return [name.removesuffix(".__init__") for name in names]


@pytest.mark.parametrize("name", modules_with_examples())
def test_examples_say_what_is_so(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = importlib.import_module(name)
    monkeypatch.chdir(tmp_path)  # an example has no files but its own
    examples = doctest.DocTestFinder(exclude_empty=True).find(module)
    runner = doctest.DocTestRunner(optionflags=OPTIONS)
    report = io.StringIO()
    for example in examples:
        runner.run(example, out=report.write)
    assert runner.tries > 0, "it holds >>> but no docstring with an example"
    assert not runner.failures, report.getvalue()


def test_no_example_is_skipped() -> None:
    """An example that never runs is a promise that nobody keeps."""
    for file in LIBRARY.rglob("*.py"):
        assert "doctest: +SKIP" not in file.read_text(encoding="utf-8"), file
