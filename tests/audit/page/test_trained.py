"""What the page says of the trainings is said only where it is so."""

import re
from typing import Any

from heed.audit.page.trained import (
    SELECTION,
    begun_at_the_prior,
    chosen_pair,
    selection,
    trained_alike,
    weighting_terms,
)
from tests.places import ROOT

BOTH = ["balanced", "unbalanced"]


def settings(**changed: dict[str, Any]) -> dict[str, dict[str, Any]]:
    alike = {"network": "nano", "loss": "mse", "weights": "train", "train": None}
    return {
        "data": {"source": "synthetic"},
        "train": {"head_start": "prior"},
        "models.balanced": alike | {"weighting": "moon_expectation"},
        "models.unbalanced": alike | {"weighting": "none"},
    } | {name.replace("__", "."): of for name, of in changed.items()}


def test_the_default_pair_is_told_of() -> None:
    assert trained_alike(BOTH, settings(), 2400) == (
        "Both networks were trained on the same 2,400 computer-drawn faces; in the loss of "
        "the balanced network, both classes of an attribute weigh alike."
    )
    assert begun_at_the_prior(BOTH, settings()) == (
        "Both begin at the best guess without seeing the image: for the unbalanced network "
        "that is the "
        "majority class."
    )
    assert chosen_pair(BOTH, settings())
    assert selection(BOTH, settings()) == SELECTION
    assert [term.key for term in weighting_terms(BOTH, settings())] == BOTH


def test_what_is_not_so_is_not_said() -> None:
    photographs = settings(data={"source": "celeba"})
    assert "2,400 photographs" in trained_alike(BOTH, photographs, 2400)
    assert chosen_pair(BOTH, photographs) == selection(BOTH, photographs) == ""
    random = settings(train={"head_start": "random"})
    assert begun_at_the_prior(BOTH, random) == chosen_pair(BOTH, random) == ""
    file = settings(models__balanced={"network": "nano", "weights": "b.safetensors"})
    assert trained_alike(BOTH, file, 2400) == begun_at_the_prior(BOTH, file) == ""
    assert trained_alike(BOTH, settings(), 0) == ""
    own = settings()
    own["models.balanced"]["train"] = {"head_start": "random"}
    assert begun_at_the_prior(BOTH, own) == ""


def test_the_pair_before_has_the_numbers_of_the_decision() -> None:
    told = (ROOT / "docs/decisions/the-default-pair.md").read_text(encoding="utf-8")
    (line,) = (
        each for each in told.splitlines() if each.startswith("| unbalanced | cross-entropy")
    )
    gaps = dict(
        zip(("masks 2", "masks 3", "masks 1", "evidence"), re.findall(r"\+\.\d{3}(?= \[)", line),
            strict=True)
    )  # fmt: skip
    for masks, number in re.findall(r"\+0(\.\d{3}) \(([^)]+)\)", SELECTION):
        assert gaps[number] == f"+{masks}"


def test_one_network_is_told_of_by_itself() -> None:
    assert trained_alike(["unbalanced"], settings(), 2400) == (
        "It was trained on 2,400 computer-drawn faces."
    )
    assert begun_at_the_prior(["unbalanced"], settings()).startswith("It begins at the best")
    assert chosen_pair(["unbalanced"], settings()) == ""
