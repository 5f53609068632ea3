"""The pages for who joins, held to what is there."""

import re
import tomllib

import pytest

from tests.places import ROOT

LAYERS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][
    0
]["layers"]
PAGES = [
    *ROOT.glob("*.md"),
    *ROOT.glob("docs/**/*.md"),
    *ROOT.glob("studies/*/README.md"),
]


def test_the_plan_shows_the_rooms_in_the_order_that_the_linter_holds() -> None:
    plan = (ROOT / "ARCHITECTURE.md").read_text().split("```")[1].splitlines()
    lines = [line.split("  ")[0].strip() for line in plan if not line.startswith("stages/")]
    assert [line for line in lines if line] == LAYERS, "lines of ARCHITECTURE.md, of pyproject.toml"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_within_the_project_leads_somewhere(page) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text()):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_decision_is_listed() -> None:
    folder = ROOT / "docs/decisions"
    pages = {page.name for page in folder.glob("*.md")} - {"README.md"}
    listed = re.findall(r"\]\(([^)/]+\.md)\)", (folder / "README.md").read_text())
    assert sorted(listed) == sorted(pages)
