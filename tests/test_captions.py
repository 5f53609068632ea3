"""Every figure's number and caption, held to what the thesis and the report have there.

``tests/reference/figures.csv`` says what each of their figures shows. ``figure`` is the one of ours
that shows the same (``benchmarks/...``: the script that measures and draws it),
``told`` what its caption must say, parted by ``|||``.
"""

import csv
from collections.abc import Callable

import pytest
import yaml

from benchmarks import loader_workers
from heed.affact.figures import catalogue as affact
from heed.audit.figures.catalogue import FIGURES
from heed.figures.registry import Entry
from tests.default_run import RUN
from tests.places import REFERENCE, ROOT

ROWS = list(csv.DictReader((REFERENCE / "figures.csv").open()))
PUBLISHED = {"aligned": "resnet51s", "affact": "affact", "affact_ext": "affact_ext"}
ENTRIES: dict[str, Callable[[], list[Entry]]] = {
    "thesis": lambda: FIGURES.entries(run=RUN),
    "report": lambda: affact.FIGURES.entries(run=affact.names_of(PUBLISHED)),
}
CPU_USE = {"5.1": loader_workers.caption(1), "5.2": loader_workers.caption(2)}
MEASURED = "benchmarks/"
"""Begins what is no output of a pipeline: times differ from run to run."""


@pytest.mark.parametrize("paper", ENTRIES)
def test_every_number_is_that_of_the_paper_and_no_other_has_one(paper: str) -> None:
    found = {entry.name: entry.number for entry in ENTRIES[paper]() if entry.number}
    assert found == {
        row["figure"]: row["number"]
        for row in ROWS
        if row["paper"] == paper and row["figure"] and not row["figure"].startswith(MEASURED)
    }


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['paper']} {row['number']}")
def test_the_caption_says_what_the_paper_shows(row: dict[str, str]) -> None:
    assert row["figure"], "not drawn"
    if row["figure"].startswith(MEASURED):
        caption = CPU_USE[row["number"]]
    else:
        entries = {entry.name: entry for entry in ENTRIES[row["paper"]]()}
        caption = entries[row["figure"]].caption
    assert row["told"]
    for words in row["told"].split("|||"):
        assert words in caption


def test_what_is_measured_is_drawn_and_shown_with_its_caption() -> None:
    rows = [row for row in ROWS if row["figure"].startswith(MEASURED)]
    assert sorted(row["number"] for row in rows) == sorted(loader_workers.NUMBERS.values())
    page = (ROOT / "studies/affact/README.md").read_text(encoding="utf-8")
    for row in rows:
        picture = (ROOT / row["figure"]).with_suffix(".png")
        assert picture.is_file()
        assert f"../../{picture.relative_to(ROOT)}" in page
        assert f"Figure {row['number']}. {CPU_USE[row['number']]}" in page


def test_the_attributes_of_the_targets_are_the_thesis() -> None:
    shown = yaml.safe_load((ROOT / "params.yaml").read_text())["face_figures"]["target_attributes"]
    targets = [row["content"] for row in ROWS if row["figure"].startswith("target_")]
    assert len(targets) == 4
    for content in targets:
        assert content.endswith("of " + " and ".join(shown))


def test_the_networks_of_the_study_stand_for_the_published_ones() -> None:
    params = yaml.safe_load((ROOT / "studies/affact/params.yaml").read_text())
    networks = params["networks"] | params["extensions"]
    assert {name: network["published"] for name, network in networks.items()} == PUBLISHED
