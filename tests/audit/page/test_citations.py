from heed.audit.page.citations import CELEBA, METHODS, MOON, citations
from heed.explain.catalogue import METHODS as EXPLAINED
from heed.explain.names import STORED_METHODS


def test_methods_are_cited_by_their_own_sources() -> None:
    assert {name: EXPLAINED[name].source for name in STORED_METHODS} == METHODS


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
