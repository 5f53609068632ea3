"""Stage ``report``: the page that answers the questions, ``report/index.html``."""

from heed.pipeline.stage import run

import numpy as np

from heed.base.files import write_text
from heed.base.settings import load
from heed.figures.overlay import overlay
from heed.methods import paths
from heed.methods.catalogue import METRICS
from heed.methods.figures.catalogue import FIGURES
from heed.methods.page.page import Example, render_page
from heed.methods.settings import AnswersParams, CelebAParams, DataParams, ScoreParams, load_seeds
from heed.methods.tables.performance import LABELS
from heed.methods.tables.stored import stored
from heed.pages.pictures import Drawing, Picture, thumbnail
from heed.pages.provenance import versions

TABLES = (
    "methods",
    "ranks",
    "randomisation",
    "stability",
    "suitability",
    "factors",
    "trend",
    "correlations",
    "runs",
)
SIDE = 112


def main() -> None:
    """Write the page."""
    params, score, data = load(AnswersParams), load(ScoreParams), load(DataParams)
    faces, first = load(CelebAParams), next(iter(load_seeds()))
    tables = {name: stored(name) for name in TABLES}
    catalogue = FIGURES.entries("numbers")
    figures = {
        entry.name: Drawing.read(f"{paths.DRAWINGS['numbers']}/{entry.name}.svg", entry.caption)
        for entry in catalogue
    }
    images = {
        "drawn": "drawn fundus images",
        "faces": f"drawn faces with and without {data.positive}",
        "folder": f"a masked data set, positive class {data.positive}",
        "celeba": f"CelebA's faces with and without {data.positive}, masks {faces.mask_version}",
    }[data.source]
    origin = {"images": images, "networks": f"{len(tables['runs'])} trained"} | versions()
    page = render_page(
        tables,
        labels={name: METRICS[name].label for name in score.metrics} | dict(LABELS),
        methods=score.maps,
        method=params.method,
        base=params.base,
        confidence=params.confidence,
        figures=figures,
        catalogue=catalogue,
        examples=examples(paths.examples(params.base, first), score.maps, data.positive),
        origin=origin,
    )
    write_text(page, paths.REPORT)
    print(f"report: {paths.REPORT}, {len(page) / 1e6:.1f} MB")


def examples(file: str, names: list[str], positive: str) -> list[Example]:
    """The images whose maps were kept, with these laid over them."""
    with np.load(file) as kept:
        arrays = {name: kept[name] for name in ("images", "logits", *names)}
    found = []
    for row, (image, logit) in enumerate(zip(arrays["images"], arrays["logits"], strict=True)):
        says = positive if logit >= 0 else f"not {positive}"
        pictures = {"image": Picture(thumbnail(image, SIDE), "the image")}
        for name in names:
            laid = overlay(image, arrays[name][row].astype(np.float32) / 255)
            pictures[name] = Picture(thumbnail(laid, SIDE), f"map by {name}")
        found.append(Example(f"Image {row + 1}: the network says {says} ({logit:+.1f})", pictures))
    return found


if __name__ == "__main__":
    run(main)
