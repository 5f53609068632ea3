"""Write what docs/methods/ says of the methods of heed.explain by itself, and draw its pictures.

In each page the block of facts is written from the method's entry and from trials
(docs/method_trials.py); the rest of a page is written by hand. The pictures need an audit of drawn
faces, for a trained network and the evidence:

    python -m docs.methods            # facts and pictures
    python -m docs.methods --facts    # facts alone
"""

import json
import sys
import textwrap
import warnings
from functools import cache
from pathlib import Path
from typing import Final

from docs.method_trials import PACKAGE, Trial, tried
from heed.base.files import write_text
from heed.explain.catalogue import METHODS
from heed.explain.method import FeatureMethod, GradientMethod, ImageMethod, Method
from heed.explain.package import package_method

FOLDER: Final = Path("docs/methods")
INDEX: Final = FOLDER / "index.md"
BENCHMARK: Final = Path("benchmarks/explain.json")

BEGIN: Final = "<!-- `make docs` writes this from the code -->"
END: Final = "<!-- until here -->"

PAGE_OF_PACKAGE: Final = "package"
"""The page of all methods of the grad-cam package."""

SYMMETRIES: Final = {
    "odd": "its negative: one map serves both",
    "even": "the same map",
    "none": "a map of its own, which is kept beside that of z",
}


def main() -> None:
    """Write the facts, then the pictures."""
    blocks = {FOLDER / f"{name}.md": facts(name) for name in pages()} | {INDEX: table()}
    for page, block in blocks.items():
        # What is beside the block is the author's own, and stays.
        write_text(with_block(page.read_text(encoding="utf-8"), block, page), page, guard=False)
    print(f"{FOLDER}: {len(pages())} methods")
    if "--facts" not in sys.argv[1:]:
        from docs.method_pictures import draw_all

        draw_all(pages())


def pages() -> list[str]:
    """The names of the pages: those of the methods, by what they are made from."""
    kinds = (GradientMethod, FeatureMethod, ImageMethod, Method)
    by_kind = {
        name: next(rank for rank, kind in enumerate(kinds) if isinstance(METHODS[name], kind))
        for name in METHODS
    }
    return [*sorted(by_kind, key=lambda name: (by_kind[name], name)), PAGE_OF_PACKAGE]


def with_block(text: str, block: str, page: Path) -> str:
    """A page with another block between the two marks.

    Raises:
        ValueError: the page does not have the two marks once each.
    """
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        raise ValueError(f"{page}: expected {BEGIN} and {END} once each")
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}\n{block}{END}{rest.split(END)[1]}"


def call(name: str) -> str:
    """What heed.explain calls the method of a page."""
    return "package:NAME" if name == PAGE_OF_PACKAGE else name


def entry(name: str) -> Method:
    """What is known of the method of a page."""
    if name == PAGE_OF_PACKAGE:
        return package_method(PACKAGE.partition(":")[2])
    return METHODS[name]


@cache
def trial(name: str) -> Trial:
    """What the method of a page needs, tried."""
    return tried(PACKAGE if name == PAGE_OF_PACKAGE else name)


def facts(name: str) -> str:
    """The block of a page, Markdown: a table of two columns."""
    method = entry(name)
    per_image = isinstance(method, FeatureMethod)
    rows = {
        "name": f"`{call(name)}`",
        "formula": f"`{method.formula}`",
        "source": method.source,
        "price beside the forward pass": method.price,
        "images through the network, per image": passes(trial(name)),
        "map of -z": SYMMETRIES[method.symmetry],
        "maps": "one for each image" if per_image else "one for each output",
    }
    if name == PAGE_OF_PACKAGE:
        rows |= {
            "formula": method.formula,
            "source": "the grad-cam package, which names the papers",
        }
    first, *rest = (f"| {key} | {value} |\n" for key, value in rows.items())
    return f"{first}|---|---|\n{''.join(rest)}"


def passes(of: Trial) -> str:
    """How many images go through the network, in words."""
    if of.other is None:
        return f"{of.affine}; other heads than affine ones are refused"
    if of.head != of.other:
        return f"{of.other}; {of.head} through the head, unless that is affine"
    return of.affine


def table() -> str:
    """The block of the index: which method needs what."""
    head = ["method", "gradient", "images through the network", "head", "tokens", "map of -z"]
    rows = [[*head, "a map for each"], ["---"] * (len(head) + 1)]
    for name in pages():
        method, found = entry(name), trial(name)
        gradient = "yes" if isinstance(method, GradientMethod | ImageMethod) else "no"
        rows.append([
            f"[`{call(name)}`]({name}.md)",
            "most do" if name == PAGE_OF_PACKAGE else gradient,
            found.affine if found.other == found.head else f"{found.other}; head {found.head}",
            "affine" if found.other is None else "any",
            "yes" if found.tokens else "no",
            {"odd": "negative", "even": "same", "none": "its own"}[method.symmetry],
            "image" if isinstance(method, FeatureMethod) else "output",
        ])  # fmt: skip
    return "".join(f"| {' | '.join(row)} |\n" for row in rows) + f"\n{measured()}"


def measured() -> str:
    """What the benchmark says of the time, on the CPU and in float32."""
    found = json.loads(BENCHMARK.read_text(encoding="utf-8"))
    values = found["measured"].get("float32", found["measured"])
    times = "; ".join(
        f"{name} {of['explain_in_bare_passes']:.2f}"
        for name, of in values.items()
        if "explain_in_bare_passes" in of
    )
    text = (
        f"Measured (`{BENCHMARK}`, {found['cores']} cores, {found['outputs']} outputs, `gradcam`, "
        f"all maps together), in bare forward passes: {times}."
    )
    return textwrap.fill(text, 116, break_long_words=False, break_on_hyphens=False) + "\n"


if __name__ == "__main__":
    warnings.filterwarnings("ignore", message="method 'package:")
    main()
