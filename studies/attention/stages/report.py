"""Stage ``report``: the page that answers the questions, ``report/index.html``."""

from heed.pipeline.stage import run

from pathlib import Path

from heed.attention import paths
from heed.attention.figures.catalogue import FIGURES, run_values
from heed.attention.page.found import Found
from heed.attention.page.page import render_page
from heed.attention.run_settings import NetworkParams, SeedsParams
from heed.attention.settings import AnswersParams
from heed.attention.tables.stored import read_tables
from heed.attention.tables.study import read_study
from heed.base.files import write_text
from heed.base.settings import load
from heed.celeba.settings import DataParams
from heed.pages.pictures import Drawing, Picture, webp
from heed.pages.places import public
from heed.pages.provenance import versions

FACES = {"synthetic": "drawn faces", "celeba": "CelebA's faces"}


def main() -> None:
    """Write the page."""
    params, study = load(AnswersParams), read_study()
    network, data = load(NetworkParams), load(DataParams)
    found = Found(study, read_tables(paths.TABLES), params.few, params.alpha, params.confidence)
    values = run_values(study)
    catalogue = FIGURES.entries(run=values)
    figures: dict[str, Drawing | Picture] = {}
    for entry in catalogue:
        file = Path(paths.DRAWINGS[entry.kind], f"{entry.name}.svg")
        if entry.kind == "numbers":
            figures[entry.name] = Drawing.read(file, entry.caption)
        else:
            content = Path(paths.PICTURES[entry.kind], f"{entry.name}.png").read_bytes()
            figures[entry.name] = Picture(webp(content), entry.caption)
    name = public(network.name)
    seeds = ", ".join(str(seed) for seed in load(SeedsParams).numbers)
    origin = {
        "faces": FACES[data.source],
        "network": name,
        "weights that it starts from": public(network.pretrained or "random ones"),
        "networks and runs": ", ".join(study.names),
        "seeds": seeds,
    } | versions()
    page = render_page(
        found,
        source=f"{FACES[data.source]} and the network {name}",
        figures=figures,
        catalogue=catalogue,
        origin=origin,
    )
    write_text(page, paths.REPORT)
    print(f"report: {paths.REPORT}, {len(page) / 1e6:.1f} MB")


if __name__ == "__main__":
    run(main)
