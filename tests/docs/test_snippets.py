"""The code in the pages runs, and gives what the comment beside it says."""

import pytest

from tests.docs import snippets
from tests.places import ROOT

PAGES = [
    ROOT / "docs/explain.md",
    ROOT / "docs/troubleshooting.md",
    ROOT / "docs/api/guidance.md",
    *sorted((ROOT / "docs/methods").glob("*.md")),
]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_code_of_a_page_runs(page) -> None:
    assert snippets.run(page) > 0


@pytest.mark.parametrize(
    "line",
    [
        "images.shape  # (3, 3, 24, 25)",
        "images  # about 0",
        "1 + 1  # 3",
        "'a'  # 'b'",
        "1 + 1  # raises ValueError: no",
        "int('a')  # raises ValueError: another message",
        "int('a')  # raises KeyError: invalid literal",
    ],
)
def test_a_page_that_says_something_else_fails(tmp_path, line) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"Text\n\n```python\nimport math\n{line}\n```\n")
    with pytest.raises(AssertionError):
        snippets.run(page)


def test_what_is_so_passes(tmp_path) -> None:
    page = tmp_path / "page.md"
    lines = [
        "images.shape  # (3, 3, 24, 24)",
        "images - images  # about 0",
        "images  # (3, 3, 24, 24): all of them",
        "int('a')  # raises ValueError: invalid literal",
    ]
    page.write_text("```python\n" + "\n".join(lines) + "\n```\n")
    assert snippets.run(page) == 1
