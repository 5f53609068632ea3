"""The page as a browser gets it: whole, escaped, and without an address outside itself."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest

from heed.audit.figures.catalogue import FIGURES
from heed.audit.page.page import further_figures, render_page, sections_of
from heed.audit.page.results import Origin, Results
from heed.audit.page.table import COLUMNS, AttributeTable, TableRow
from heed.pages.pictures import Picture
from heed.pages.wording import parts
from tests.default_run import RUN

PIXEL = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0:~\x9bU\0\0\0\nIDATx\x9cc`\0\0"
    b"\0\x02\0\x01H\xaf\xa4q\0\0\0\0IEND\xaeB`\x82"
)
VOID = {"meta", "link", "img", "br", "input"}


class Balanced(HTMLParser):
    """Fails at a tag that is closed without being open; keeps all attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attributes)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def values(self, name: str) -> list[str | None]:
        return [attributes[name] for _, attributes in self.found if name in attributes]


def made_up_data(models, faces: bool) -> dict:
    """What the page's script reads, without anything to show."""
    gallery = {"faces": [], "audited": 7, "of": {}, "scores": [["amr", "AMR", 3]]}
    first = {"start": "Bald", "faces": [], "largest": 1, "of": {}, "flips": None}
    return {
        "networks": [{"name": m, "grid": [7, 7], "placement": [[32, 0]] * 2} for m in models],
        "attributes": [["Bald", "Bald"]],
        "gallery": gallery if faces else None,
        "first": first if faces else None,
    }


def page(
    results: Results,
    settings,
    *,
    figures=None,
    gallery=False,
    commit="commit abc1234",
    remarks=(),
) -> str:
    models = list(results.audit["models"])
    overall = TableRow("OVERALL", "Mean", "", None, None, {name: [] for name in models})
    return render_page(
        results,
        figures={} if figures is None else figures,
        table=AttributeTable(models, COLUMNS, [], overall, {name: [] for name in models}, 5, []),
        data=made_up_data(models, gallery),
        settings=settings | {f"models.{name}": {"weighting": "none"} for name in models},
        origin=Origin({"train": 5, "audited": 7}, remarks, {"numpy": "2.1"}, commit),
    )


@pytest.fixture
def figures() -> dict[str, Picture]:
    return {
        entry.name: Picture(PIXEL, entry.caption, entry.caption)
        for entry in FIGURES.entries(run=RUN)
    }


@pytest.mark.parametrize("names", [["only"], ["a", "b", "c"], ["balanced", "unbalanced"]])
def test_every_tag_is_closed_for_any_number_of_networks(
    make_results, settings, figures, names
) -> None:
    parsed = Balanced(page(make_results(names), settings, figures=figures, gallery=True))
    anchors = [value for value in parsed.values("id") if value]
    assert len(anchors) == len(set(anchors))
    targets = [href[1:] for href in parsed.values("href") if href and href.startswith("#")]
    attributes = [target for target in targets if target.startswith("attribute=")]
    assert set(targets) - set(attributes) <= set(anchors)
    assert len(set(attributes)) == 40
    assert not any(parsed.values(name) for name in ("style", "onclick", "onload"))


def test_nothing_leads_out_of_the_page(results, settings, figures) -> None:
    text = page(results, settings, figures=figures, gallery=True)
    parsed = Balanced(text)
    addresses = [*parsed.values("src"), *parsed.values("href")]
    assert addresses
    assert all(address and re.match(r"data:|#", address) for address in addresses)
    assert "//" not in re.sub(r"base64,[^\"]*|http://www.w3.org/2000/svg", "", text)
    policy = parsed.values("http-equiv")
    assert policy == ["Content-Security-Policy"]
    (allowed,) = [a["content"] for _, a in parsed.found if a.get("http-equiv")]
    assert allowed.startswith("default-src 'none'")
    assert "unsafe" not in allowed


def test_the_question_sections_come_in_their_order(results, settings) -> None:
    sections = sections_of(results, settings)
    assert [section.number for section in sections] == [1, 2, 3, 4, 5, *[None] * 6]
    text = page(results, settings)
    places = [text.index(f'id="{section.anchor}"') for section in sections]
    places = [
        text.index("<h1>"),
        *places,
        *(text.index(f'id="{name}"') for name in ("attributes", "colophon")),
    ]
    assert places == sorted(places)
    words = re.sub(r"<[^>]+>", "", text)
    for section in sections:
        for part in parts(section.sentence):
            assert part.replace("'", "&#39;") in words


def test_every_figure_of_the_catalogue_is_shown_once(results, settings, figures) -> None:
    sections = sections_of(results, settings)
    shown = [name for section in sections for name in section.figures] + further_figures(
        sections, figures
    )
    assert sorted(shown) == sorted(figures)
    parsed = Balanced(page(results, settings, figures=figures))
    pictures = [attributes for tag, attributes in parsed.found if tag == "img"]
    assert len(pictures) == len(figures)
    assert {picture["alt"] for picture in pictures} == {
        entry.caption for entry in FIGURES.entries(run=RUN)
    }


def test_a_figure_that_was_not_handed_over_is_left_out(results, settings, figures) -> None:
    numbers = {e.name: figures[e.name] for e in FIGURES.entries(run=RUN) if e.kind == "numbers"}
    text = page(results, settings, figures=numbers)
    assert 'id="figure-masks_1"' not in text
    assert 'id="figure-class_gap"' in text


def test_without_a_gallery_there_is_no_section_for_it(results, settings) -> None:
    for name in ("first-pictures", "gallery"):
        assert f'id="{name}"' in page(results, settings, gallery=True)
        assert f'id="{name}"' not in page(results, settings, gallery=False)


def test_missing_numbers_leave_a_page(results, settings) -> None:
    for of_model in results.audit["models"].values():
        for quantity, number in of_model.items():
            if quantity not in ("replicates", "pe_attributes", "cells"):  # counts are never missing
                of_model[quantity] = dict.fromkeys(number) | (
                    {"above": 0, "below": 0} if "above" in number else {}
                )
    for pair in results.audit["differences"].values():
        for quantity in pair:
            if quantity != "pe_attributes":
                pair[quantity] = dict.fromkeys(("value", "low", "high"))
    for of_model in results.statistics["amr"].values():
        of_model.update(dict.fromkeys(of_model))
    missing = {
        name: getattr(results, name).assign(
            **dict.fromkeys(getattr(results, name).select_dtypes("number").columns, np.nan)
        )
        for name in ("amr", "groups", "kl", "versions", "overlap", "gaps")
    }
    text = page(replace(results, **missing), settings)
    Balanced(text)
    assert "one of the two classes too rarely to tell" in text
    text = re.sub(r"<style>.*?</style>|<script>.*?</script>", "", text, flags=re.S)
    assert not re.search(r"\bnan\b", text)
    assert "None" not in text


def test_what_is_told_is_escaped(results, settings) -> None:
    settings["data"]["root"] = "<script>alert(1)</script>"
    text = page(results, settings, commit="<i>")
    assert "<script>alert(1)" not in text
    assert "&lt;i&gt;" in text


def test_a_network_of_unknown_training_has_nothing_published_beside_it(
    make_results, settings
) -> None:
    results = make_results(("mine", "unbalanced"))
    sections = sections_of(results, settings | {"models.mine": {"network": "nano"}})
    for section in sections[:4]:
        rows = [row for row in section.rows if "mine" in row.model]
        assert rows
        assert not any(row.published or row.source or row.remark for row in rows)
        assert any(row.published for row in section.rows if row.model == "unbalanced")


def test_what_the_inventory_left_out_is_on_the_page(results, settings) -> None:
    remark = "left out 562 annotated images that are not there: 1.jpg & more"
    shown = page(results, settings, remarks=[remark])
    assert (
        '<p class="soft">Left out 562 annotated images that are not there: 1.jpg &amp; more.</p>'
        in shown
    )
    assert "annotated images" not in page(results, settings)


def test_the_colophon_tells_where_the_numbers_come_from(results, settings) -> None:
    settings["infer"] |= {"methods": ["gradcam", "hirescam"], "flip": True, "pretrained": None}
    text = page(results, settings)
    for told in ("commit abc1234", "2.1", "gradcam, hirescam", "<td>true</td>", "<td>null</td>"):
        assert told in text


@pytest.mark.parametrize("faces", [True, False])
def test_no_place_outside_the_project_is_told(results, settings, faces: bool) -> None:
    settings["data"]["root"] = "/home/ada/celeba"
    settings["models.mine"] = {"network": "nano", "weights": "/home/ada/w/b.safetensors"}
    settings["models.other"] = {"weights": "~/w/u.safetensors", "pretrained": "../ada/r.pth"}
    text = page(results, settings, gallery=faces)
    for told in ("/home", "ada/", "~/"):
        assert told not in text
    assert "(outside the project)/b.safetensors" in text


def test_the_same_run_gives_the_same_page(results, settings, figures) -> None:
    assert page(results, settings, figures=figures) == page(results, settings, figures=figures)
