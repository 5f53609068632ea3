"""Stage ``report``: the page that answers the questions, ``report/index.html``."""

from heed.pipeline.stage import run

from heed.base.files import write_text
from heed.base.settings import load
from heed.celeba.settings import DataParams
from heed.pages.pictures import Drawing
from heed.pages.provenance import versions
from heed.probing import paths
from heed.probing.figures.catalogue import FIGURES
from heed.probing.page.page import render_page
from heed.probing.run_settings import PersonsParams
from heed.probing.settings import AnswersParams
from heed.probing.tables.stored import read_tables

TABLES = (
    "agreement",
    "attributes",
    "audit",
    "audit_correlations",
    "averages",
    "baselines",
    "contrasts",
    "controls",
    "controls_by_attribute",
    "depth",
    "encoding",
    "face_counts",
    "few_units",
    "losses",
    "losses_over_controls",
    "multitask",
    "recognition",
    "silencing",
    "silencing_by_layer",
    "undefined",
    "vip",
    "vip_histogram",
    "vip_steps",
)

FACES = {
    "synthetic": "drawn faces, by Heed's generator",
    "celeba": "CelebA's faces",
}
"""Whose attributes are read, by ``data.source``."""

PERSONS = {
    "drawn": "drawn persons",
    "faces": "the persons on the same faces",
    "folder": "a folder of persons",
}
"""Whom networks were trained to tell apart, by ``persons.source``."""


def main() -> None:
    """Write the page."""
    params, data, persons = load(AnswersParams), load(DataParams), load(PersonsParams)
    tables = read_tables(paths.TABLES, TABLES)
    catalogue = FIGURES.entries("numbers")
    figures = {
        entry.name: Drawing.read(f"{paths.DRAWINGS['numbers']}/{entry.name}.svg", entry.caption)
        for entry in catalogue
    }
    origin = {
        "faces": FACES[data.source],
        "persons": PERSONS[persons.source],
        "networks": ", ".join(params.probed),
        "attributes": f"{tables['attributes']['attribute'].nunique()}",
    } | versions()
    page = render_page(tables, params, figures=figures, catalogue=catalogue, origin=origin)
    write_text(page, paths.REPORT)
    print(f"report: {paths.REPORT}, {len(page) / 1e6:.1f} MB")


if __name__ == "__main__":
    run(main)
