"""The site of `make site`, without building it: its pages, links, and what is wrong with a page."""

import ast
import doctest
import re
import sys
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

import heed
from docs import site_pages
from tests.places import ROOT

CONFIG = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))


def pages_in(nav) -> list[str]:
    """The pages of a part of the navigation, which is nested lists and names of their parts."""
    if isinstance(nav, str):
        return [nav]
    parts = nav.values() if isinstance(nav, dict) else nav
    return [page for part in parts for page in pages_in(part)]


def test_the_navigation_lists_every_page_once() -> None:
    listed = pages_in(CONFIG["nav"])
    there = [path.relative_to(ROOT / "docs").as_posix() for path in ROOT.glob("docs/**/*.md")]
    assert sorted(listed) == sorted([*there, *site_pages.ADDED.values()]), "nav of mkdocs.yml"


def test_files_that_the_configuration_names_are_there() -> None:
    names = [*CONFIG["hooks"], *(f"docs/{name}" for name in CONFIG["extra_css"])]
    names += [f"docs/{name}" for name in CONFIG["extra"]["polyfills"]]
    assert [name for name in names if not (ROOT / name).is_file()] == []
    assert CONFIG["strict"] is True
    assert CONFIG["theme"]["font"] is False


def test_what_is_documented_exists() -> None:
    """Names in docs/api, looked up in the sources as the site does: nothing is imported."""
    for page in (ROOT / "docs/api").glob("*.md"):
        for name in re.findall(r"^::: (\S+)", page.read_text(encoding="utf-8"), re.M):
            file, _, last = name.rpartition(".")
            whole = ROOT / "src" / f"{name.replace('.', '/')}.py"
            module = ROOT / "src" / f"{file.replace('.', '/')}.py"
            if whole.is_file():
                continue
            defined = ast.parse(module.read_text(encoding="utf-8")).body
            names = {getattr(each, "name", None) for each in defined}
            names |= {each.target.id for each in defined if isinstance(each, ast.AnnAssign)}
            plain = [each for each in defined if isinstance(each, ast.Assign)]
            targets = [target for each in plain for target in each.targets]
            names |= {target.id for target in targets if isinstance(target, ast.Name)}
            assert last in names, f"{page.name}: {name}"


def test_the_reference_has_every_public_name() -> None:
    text = (ROOT / "docs/api/index.md").read_text(encoding="utf-8")
    listed = {name.split(".")[0] for name in re.findall(r"`heed\.([\w.]+)`", text)}
    assert listed == set(heed.__all__) - {"__version__"}


@pytest.mark.parametrize(
    ("source", "text", "expected"),
    [
        ("README.md", "[a](docs/explain.md#there)", "[a](explain.md#there)"),
        ("README.md", "[a](docs/decisions/README.md)", "[a](decisions/README.md)"),
        ("README.md", "[a](params.yaml), [`b`](#here)", "a, [`b`](#here)"),
        ("README.md", "[a](https://x.org/y.md)", "[a](https://x.org/y.md)"),
        ("docs/methods/cam.md", "[a](../troubleshooting.md)", "[a](../troubleshooting.md)"),
        ("docs/decisions/README.md", "[a](../../README.md)", "[a](../index.md)"),
        ("docs/placement.md", "![a](figures/placement.webp)", "![a](figures/placement.webp)"),
        ("studies/affact/README.md", "[a](../../docs/method.md)", "[a](method.md)"),
        ("README.md", "```\n[a](params.yaml)\n```", "```\n[a](params.yaml)\n```"),
    ],
)
def test_links_lead_to_pages_of_the_site(source, text, expected) -> None:
    assert site_pages.rewritten(text, source) == expected


def test_pictures_from_elsewhere_keep_their_place() -> None:
    picture = next((ROOT / "plots/figures").glob("*.png")).name
    text = f"![a](../plots/figures/{picture})"
    assert site_pages.rewritten(text, "docs/figures.md") == f"![a](plots/figures/{picture})"
    assert f"plots/figures/{picture}" in site_pages.linked("docs/figures.md")


def site(folder: Path, body: str, head: str = "") -> Path:
    folder.mkdir()
    (folder / "index.html").write_text(f"<html><head>{head}</head><body>{body}</body></html>")
    (folder / "other.html").write_text('<h1 id="there">Other</h1>')
    return folder


@pytest.mark.parametrize(
    ("body", "head", "problem"),
    [
        ('<a href="other.html#there">a</a> <a href="https://x.org">b</a>', "", None),
        ('<a href="nowhere.html">a</a>', "", "index.html: nowhere.html leads nowhere"),
        ('<a href="other.html#here">a</a>', "", "index.html: other.html#here has no such place"),
        ('<img src="a.png">', "", "index.html: a.png leads nowhere"),
        ('<img src="https://x.org/a.png">', "", "index.html: fetches https://x.org/a.png"),
        ("", '<script src="//x.org/a.js"></script>', "index.html: fetches //x.org/a.js"),
        ("", '<link rel="stylesheet" href="http://x.org/a">', "index.html: fetches http://x.org/a"),
        ("", '<link rel="canonical" href="http://x.org/a">', None),
        ('<img src="data:image/png;base64,AA">', "", None),
    ],
)
def test_what_is_wrong_with_a_site_is_found(tmp_path, body, head, problem) -> None:
    found = site_pages.problems_of(site(tmp_path / "site", body, head))
    assert found == ([problem] if problem else [])


def test_a_style_that_fetches_is_found(tmp_path) -> None:
    folder = site(tmp_path / "site", "")
    (folder / "a.css").write_text("@font-face { src: url(https://fonts.org/a.woff2) }")
    assert site_pages.problems_of(folder) == ["a.css: fetches https://fonts.org/a.woff2"]


def test_docstrings_are_written_for_the_site(monkeypatch: pytest.MonkeyPatch) -> None:
    # griffe is installed where the site is built, and nowhere else.
    monkeypatch.setitem(sys.modules, "griffe", SimpleNamespace(Extension=object))
    rewritten = import_module("docs.site_docstrings").rewritten
    assert rewritten("An :class:`heed.A`: more\n\nExample:\n    >>> 1") == (
        'An <autoref identifier="heed.A" optional>`A`</autoref>: more\n\nExamples:\n    >>> 1'
    )


def test_examples_say_what_is_so() -> None:
    found = doctest.testmod(site_pages)
    assert found.attempted > 0
    assert found.failed == 0
