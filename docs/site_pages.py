"""How `make site` makes pages of the files of the repository: hooks of MkDocs (mkdocs.yml).

Pages are written for whoever reads them in the repository, so that their links lead from file to
file. Here a link to what is a page of the site, or a picture, leads there; of a link to anything
else (code, parameters) the words stay. When the site is built, it is checked: every link within it
leads somewhere, and no page asks the network for anything.
"""

import os
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urldefrag, urlsplit

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

ROOT: Final = Path(__file__).parents[1]
DOCS: Final = "docs/"

ADDED: Final = {
    "README.md": "index.md",
    "ARCHITECTURE.md": "architecture.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
    "studies/affact/README.md": "affact.md",
    "studies/methods/README.md": "map_study.md",
}
"""Pages that are not in docs/: the file in the repository, and the page of the site."""

PICTURES: Final = (".png", ".webp", ".svg")
COPIED: Final = (*PICTURES, ".ipynb")
LINK: Final = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^()\s]+)\)")

LOADING: Final = {("script", "src"), ("img", "src"), ("iframe", "src"), ("source", "src")}
"""What a browser fetches by itself; links of a page's head as well, but for those of NO_FETCH."""

NO_FETCH: Final = {"canonical", "next", "prev", "alternate", "edit"}


class SiteError(ValueError):
    """A page of the site has a link that leads nowhere, or needs the network."""


def on_files(files: "Files", *, config: "MkDocsConfig") -> "Files":
    """Add the pages of ADDED, and the pictures that pages show from elsewhere."""
    from mkdocs.structure.files import File

    for source, page in ADDED.items():
        text = (ROOT / source).read_text(encoding="utf-8")
        files.append(File.generated(config, page, content=text))
    shown = {
        path
        for page in files.documentation_pages()
        for path in linked(source_of(page.src_uri))
        if path.endswith(COPIED) and not path.startswith(DOCS)
    }
    for path in sorted(shown):
        files.append(File.generated(config, path, abs_src_path=str(ROOT / path)))
    return files


def on_page_markdown(markdown: str, *, page: "Page", config: "MkDocsConfig", files: "Files") -> str:
    """Let the links of a page lead to pages of the site."""
    del config, files
    return rewritten(markdown, source_of(page.file.src_uri))


def on_post_build(*, config: "MkDocsConfig") -> None:
    """Check the site as a browser would find it.

    Raises:
        SiteError: with everything that was found.
    """
    if problems := problems_of(Path(config.site_dir)):
        raise SiteError("\n".join(problems))


def source_of(page: str) -> str:
    """The file of the repository that a page of the site is made of."""
    for source, added in ADDED.items():
        if added == page:
            return source
    return DOCS + page


def page_of(path: str) -> str | None:
    """Where the site has a file of the repository; None if nowhere.

    Example:
        >>> page_of("docs/glossary.md"), page_of("README.md"), page_of("docs/decisions")
        ('glossary.md', 'index.md', 'decisions/README.md')
    """
    if path in ADDED:
        return ADDED[path]
    if (ROOT / path).is_dir():
        path = f"{path}/README.md"
    if not (ROOT / path).is_file() or not path.endswith((".md", *COPIED)):
        return None
    if path.startswith(DOCS):
        return path.removeprefix(DOCS)
    return path if path.endswith(COPIED) else None


def rewritten(text: str, source: str) -> str:
    """A page with links that lead to pages of the site.

    Args:
        text: Markdown. Code in it stays as it is.
        source: its file in the repository.
    """
    own = os.path.dirname(page_of(source) or "")

    def changed(found: re.Match[str]) -> str:
        picture, words, target = found.groups()
        path, anchor = urldefrag(target)
        if not path or urlsplit(target).scheme:
            return found[0]
        page = page_of(os.path.normpath(os.path.join(os.path.dirname(source), path)))
        if page is None:
            return words
        link = os.path.relpath(page, own) + (f"#{anchor}" if anchor else "")
        return f"{picture}[{words}]({link})"

    parts = re.split(r"(^```.*?^```$)", text, flags=re.M | re.S)
    return "".join(part if part.startswith("```") else LINK.sub(changed, part) for part in parts)


def linked(source: str) -> set[str]:
    """The files of the repository that a page links to."""
    text = (ROOT / source).read_text(encoding="utf-8")
    targets = {urldefrag(found[3])[0] for found in LINK.finditer(text)}
    folder = os.path.dirname(source)
    return {os.path.normpath(os.path.join(folder, path)) for path in targets if path}


class _Links(HTMLParser):
    """What a page links to, what it fetches, and what may be linked to in it."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.anchors: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        self.anchors |= {value for name in ("id", "name") if (value := known.get(name))}
        fetched = [value for name, value in attrs if (tag, name) in LOADING]
        if tag == "link" and not NO_FETCH & set((known.get("rel") or "").split()):
            fetched.append(known.get("href"))
        self.fetched += [value for value in fetched if value]
        if tag == "a" and known.get("href"):
            self.links.append(known["href"] or "")


def problems_of(site: Path) -> list[str]:
    """What is wrong with the pages of a folder, a sentence each."""
    pages = {}
    for path in sorted(site.rglob("*.html")):
        pages[path] = _Links()
        pages[path].feed(path.read_text(encoding="utf-8"))
    problems = []
    for path, page in pages.items():
        name = path.relative_to(site)
        for target in [*page.links, *page.fetched]:
            address = urlsplit(target)
            if address.scheme or address.netloc:
                if target in page.fetched and address.scheme != "data":
                    problems.append(f"{name}: fetches {target}")
                continue
            to = path.parent / unquote(address.path) if address.path else path
            if address.path.startswith("/"):
                to = site / address.path.lstrip("/")
            to = Path(os.path.normpath(to / "index.html" if to.is_dir() else to))
            if not to.is_file():
                problems.append(f"{name}: {target} leads nowhere")
            elif address.fragment and to in pages:
                anchors = pages[to].anchors | {"", "__comments"}
                if unquote(address.fragment) not in anchors:
                    problems.append(f"{name}: {target} has no such place")
    for path in sorted(site.rglob("*.css")):
        for address in re.findall(r"(?:url\(|@import )[\"']?(https?:[^\"')]+)", path.read_text()):
            problems.append(f"{path.relative_to(site)}: fetches {address}")
    return problems
