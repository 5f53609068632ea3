"""Write docs/figures.md, every figure with its caption, from the audit of the drawn faces.

Figures of numbers are in git already and only linked. Those that show faces are copied to
docs/figures/, smaller: but never from anything else than drawn faces, for no photograph may
get into the repository.
"""

from heed.pipeline.stage import run

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from dvc.repo import Repo

from heed.audit.consistency import check_all
from heed.audit.figures.catalogue import FIGURES, run_values
from heed.audit.models import load_models
from heed.base.files import write_text, written_whole
from heed.base.settings import load
from heed.celeba.settings import DataParams
from heed.figures.registry import Entry

PAGE = Path("docs/figures.md")
PICTURES = Path("docs/figures")
SOURCES = {
    "numbers": Path("plots/figures"),
    "averages": Path("report/figures/averages"),
    "faces": Path("report/figures/faces"),
}
STAGES = ("figures", "average_figures", "face_figures")

WIDEST, LARGEST = 1000, 120_000  # pixels, bytes
QUALITIES = range(90, 20, -10)

HEAD = """\
# Figures

Every figure of an audit, here of drawn faces. Numbers in brackets are those of the figures in
Bieri's thesis (2023) that they follow; the others are Heed's own. An audit of yours has them in
`plots/figures/`, each with its numbers as CSV, and, where they show faces, in `report/figures/`; as
PDF in `data/figures/`, those of numbers as SVG too. They are 3.5 or 7 inches wide, with text of at
least 7 points. `make docs` writes this page after `make audit`.
"""


class DocsError(ValueError):
    """The figures at hand must not, or cannot, go into the documentation."""


def main() -> None:
    """Check first, then write the page and its pictures."""
    check_drawn()
    weightings = {name: model.weighting for name, model in load_models().items()}
    entries = FIGURES.entries(run=run_values(weightings))
    copied = [entry for entry in entries if entry.kind != "numbers"]
    for entry in entries:
        if not source(entry).is_file():
            raise DocsError(f"{source(entry)}: found no such file; run `make audit` first")
    with written_whole(PICTURES) as partial:
        partial.mkdir()
        for entry in copied:
            (partial / target(entry).name).write_bytes(smaller(source(entry)))
    write_text(page(entries), PAGE)
    print(f"{PAGE}: {len(entries)} figures, {len(copied)} of them in {PICTURES}")


def check_drawn() -> None:
    """Refuse unless the pictures come from an audit of drawn faces with these parameters.

    Raises:
        DocsError: for another source of faces, or pictures that are not of the last audit.
    """
    check_all()
    found = load(DataParams).source
    if found != "synthetic":
        raise DocsError(
            f"params.yaml: data.source is {found}; the documentation shows drawn faces only: "
            "set it to synthetic, run `make audit`, and try again"
        )
    # pictures of an earlier audit may be left from another source
    with Repo(".") as repository:
        status = repository.status(targets=STAGES, with_deps=True)
    changed = [stage for stage, reasons in status.items() if reasons != ["always changed"]]
    if changed:
        raise DocsError(
            f"{', '.join(changed)}: changed since the last audit, so that nobody knows what the "
            "pictures show; run `make audit` first"
        )


def source(entry: Entry) -> Path:
    """Where the audit wrote a figure."""
    return SOURCES[entry.kind] / f"{entry.name}.png"


def target(entry: Entry) -> Path:
    """The picture that the page shows."""
    return source(entry) if entry.kind == "numbers" else PICTURES / f"{entry.name}.webp"


def page(entries: Sequence[Entry]) -> str:
    """The text of the page, Markdown."""
    sections = [HEAD]
    for entry in entries:
        number = f" ({entry.number})" if entry.number else ""
        folder = PAGE.parent.as_posix() + "/"
        path = target(entry).as_posix()
        link = path.removeprefix(folder) if path.startswith(folder) else f"../{path}"
        sections.append(
            f"## {entry.title}{number}\n\n{entry.caption}\n\n![{entry.title}]({link})\n"
        )
    return "\n".join(sections)


def smaller(picture: Path) -> bytes:
    """A PNG as WebP, at most WIDEST pixels wide, in the best quality of at most LARGEST bytes.

    Raises:
        DocsError: if it cannot be read, or is too large in any quality.
    """
    image = cv2.imdecode(np.frombuffer(picture.read_bytes(), np.uint8), cv2.IMREAD_COLOR)
    if image is None:
        raise DocsError(f"{picture}: not a picture; run `make audit` again")
    height, width = image.shape[:2]
    if width > WIDEST:
        size = (WIDEST, round(height * WIDEST / width))
        image = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    for quality in QUALITIES:
        _, encoded = cv2.imencode(".webp", image, [cv2.IMWRITE_WEBP_QUALITY, quality])
        if len(encoded) <= LARGEST:
            return encoded.tobytes()
    raise DocsError(
        f"{picture}: takes {len(encoded)} bytes in quality {quality}, more than {LARGEST}"
    )


if __name__ == "__main__":
    run(main)
