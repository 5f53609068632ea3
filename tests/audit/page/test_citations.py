import re

import yaml

from heed.audit.page.citations import (
    AFFACT,
    CARDS,
    CELEBA,
    FOLLOW_UP,
    METHODS,
    MOON,
    THESIS,
    citations,
)
from heed.explain.catalogue import METHODS as EXPLAINED
from heed.explain.names import STORED_METHODS
from tests.places import ROOT


def test_methods_are_cited_by_their_own_sources_in_full() -> None:
    assert set(METHODS) == set(STORED_METHODS)
    for name, reference in METHODS.items():
        source = EXPLAINED[name].source  # such as: Fu et al., Axiom-based Grad-CAM, BMVC 2020
        author, year = re.match(r"\S+", source)[0].strip(","), re.findall(r"\d{4}$", source)
        assert author in reference, name
        assert all(each in reference for each in year), name
        if name != "elementwise":
            title = source.split(", ")[1]
            assert title in reference, name
            assert "doi:" in reference or "arXiv:" in reference, name


def test_the_citation_file_has_every_reference_of_the_page() -> None:
    file = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    known = {each["title"]: each for each in file["references"]}
    for text in (THESIS, FOLLOW_UP, CELEBA, MOON, AFFACT, CARDS, METHODS["gradcam"]):
        (title,) = (title for title in known if title in text)
        of = known[title]
        assert str(of["year"]) in text, title
        names = [author["family-names"] for author in of["authors"]]
        assert all(name in text for name in names), title
        assert text.count(" and ") == 0 or len(names) > 1, title
        for identifier in (of.get("doi"), *(i["value"] for i in of.get("identifiers", ()))):
            assert identifier is None or identifier in text, title


def test_what_a_run_used_is_cited_and_nothing_else(settings) -> None:
    mine = {"weighting": "none", "loss": "bce"}
    settings |= {"models.balanced": mine, "models.unbalanced": mine}
    texts = {each.for_what: each.text for each in citations(settings, "0.1.0")}
    assert texts["Heed"].startswith("The Heed authors, Heed 0.1.0")
    assert "Selvaraju" in texts["the maps (gradcam)"]
    assert not any(MOON in text for text in texts.values())
    balanced = {"weighting": "moon_sampling", "loss": "mse"}
    settings |= {"models.balanced": balanced, "cam": {"method": "hirescam"}}
    settings["data"]["source"] = "celeba"
    texts = {each.for_what: each.text for each in citations(settings, "0.1.0")}
    assert texts["the weighting of the loss"] == MOON
    assert "AFFACT" in texts["the squared error as loss"]
    assert "2011.08891" in texts["the maps (hirescam)"]
    assert texts["CelebA, the photographs"] == CELEBA
