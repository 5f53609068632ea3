"""Studies that lack much have tables, figures and a page, whose sentences claim nothing."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from heed.base.files import write_csv
from heed.base.rounding import rounded_table
from heed.figures.theme import png
from heed.pages.number import DASH
from heed.probing.figures.catalogue import FIGURES
from heed.probing.page.page import render_page
from heed.probing.page.questions import questions
from heed.probing.settings import AnswersParams
from heed.probing.tables import printed
from heed.probing.tables.answers import answer_tables
from heed.probing.tables.stored import read_tables
from heed.probing.tables.summary import summary
from tests.probing import made_up
from tests.probing.made_up import BOOTSTRAP, FEW, PARAMS

ONE = PARAMS.model_copy(update={"networks": {"plain": "vgg16"}, "controls": {}, "audit": {}})
WITH_CONTROL = ONE.model_copy(
    update={"controls": {"untrained": "plain"}, "audit": {"untrained": "balanced"}}
)


def probes(name: str = "plain", **options: object) -> pd.DataFrame:
    return made_up.probes(name, 10, **{"attributes": FEW, **options})  # type: ignore[arg-type]


def constant(table: pd.DataFrame) -> pd.DataFrame:
    """Of a network that puts out the same for all faces."""
    gone = dict.fromkeys(("validation", "accuracy", "balanced_accuracy"), np.nan)
    return table.assign(**gone, why="all features are constant")


def stored(
    folder: Path, params: AnswersParams, table: pd.DataFrame, recognised: bool = True
) -> dict[str, pd.DataFrame]:
    """The tables of a study without ablations, as its page reads them."""
    made_up.audited_maps(folder)
    attributes = tuple(dict.fromkeys(table["attribute"]))
    recognition = made_up.recognition("plain", sorted(set(table["seed"])))
    if not recognised:
        recognition = recognition.assign(identification=np.nan)
    tables = answer_tables(
        params,
        recognition=recognition,
        probes=table,
        vip=made_up.vip("plain", 10).iloc[:0],
        histogram=made_up.vip_histogram("plain", 10).iloc[:0],
        silenced=made_up.silenced("plain", 10).iloc[:0],
        baseline=made_up.baseline(attributes=attributes),
        audit=folder,
        bootstrap=BOOTSTRAP,
    )
    summary(tables)
    for of_thesis in (
        printed.recognition(tables["recognition"], params.networks),
        printed.best_units(
            tables["attributes"], tables["averages"], tables["multitask"], params.networks
        ),
        printed.baselines(tables["baselines"]),
        printed.silencing(tables["silencing"]),
    ):
        assert of_thesis.markdown()
        assert of_thesis.latex()
    for name, each in tables.items():
        write_csv(rounded_table(each), folder / f"{name}.csv")
    return read_tables(folder, tables)


STUDIES: dict[str, Callable[[], tuple[AnswersParams, pd.DataFrame]]] = {
    "one training": lambda: (ONE, probes(seeds=(0,))),
    "constant features": lambda: (ONE, constant(probes())),
    "a constant control": lambda: (
        WITH_CONTROL, pd.concat([probes(), constant(probes("untrained"))])
    ),
    "two attributes": lambda: (ONE, probes(attributes=("Bald", "Male"))),
    "one attribute": lambda: (ONE, probes(attributes=("Male",), seeds=(0,))),
    "two test faces": lambda: (ONE, probes(seeds=(0,)).assign(positives=1, negatives=1)),
    "no numbers of faces": lambda: (ONE, probes(counts=False, seeds=(0,))),
    "one layer": lambda: (ONE, made_up.probes("plain", 1, attributes=FEW)),
    "nothing published beside": lambda: (
        ONE.model_copy(update={"networks": {"plain": None}}), probes()
    ),
}  # fmt: skip


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", STUDIES)
def test_a_bare_study_has_a_page_whose_sentences_are_whole(name: str, tmp_path: Path) -> None:
    params, table = STUDIES[name]()
    tables = stored(tmp_path, params, table)
    for question in questions(tables, params):
        assert question.answer, question.anchor
        for line in question.answer:
            assert DASH not in line
            assert "nan" not in line.lower().split()
    page = render_page(tables, params, figures={}, catalogue=FIGURES.entries("numbers"), origin={})
    assert page.count("<section") == 8 + 3
    given = {**tables, "networks": list(params.networks), "controls": params.controls}
    for draw in FIGURES.drawings("numbers", given).values():
        assert len(png(draw(), 40)) > 100


def answers(folder: Path, params: AnswersParams, table: pd.DataFrame) -> dict[str, str]:
    asked = questions(stored(folder, params, table), params)
    return {question.anchor: " ".join(question.answer) for question in asked}


def test_a_constant_network_reads_nothing(tmp_path: Path) -> None:
    told = answers(tmp_path, ONE, constant(probes()))
    assert told["where"] == "Readable from no layer of the plain network: 12 attributes."
    assert told["units"] == "Nothing is known: no unit was read."


def test_a_constant_control_is_no_finding(tmp_path: Path) -> None:
    told = answers(tmp_path, *STUDIES["a constant control"]())
    assert "Nothing can be said of the plain network against the untrained" in told["discarded"]
    assert "lies above 0 for 0" not in told["discarded"]
    assert "nothing can be said of AMR; nothing can be said of proportional" in told["maps"]


def test_one_network_is_no_average_and_not_compared(tmp_path: Path) -> None:
    told = answers(tmp_path, *STUDIES["one training"]())
    assert "average over the networks" not in told["where"]
    assert told["agreement"].startswith("No two networks of this study can be compared.")


def test_a_network_without_a_published_one_is_told_all_the_same(tmp_path: Path) -> None:
    told = answers(tmp_path, *STUDIES["nothing published beside"]())
    assert "Mean accuracy of the best layer: 8" in told["beside"]
    assert "in the plain network." in told["beside"]


def test_attributes_that_become_readable_together_are_in_no_order(tmp_path: Path) -> None:
    told = answers(tmp_path, *STUDIES["one layer"]())["where"].replace("\N{NO-BREAK SPACE}", " ")
    assert told.startswith("All attributes become readable at 100 % of the depth.")


def test_a_network_that_knows_nobody_by_name_is_judged_by_pairs(tmp_path: Path) -> None:
    tables = stored(tmp_path, ONE, probes(), recognised=False)
    (asked,) = (each for each in questions(tables, ONE) if each.anchor == "persons")
    assert asked.answer[0].startswith("Of pairs of images of persons that it may not know, the")


def test_two_test_faces_are_told_at_the_top(tmp_path: Path) -> None:
    params, table = STUDIES["two test faces"]()
    tables = stored(tmp_path, params, table)
    page = render_page(tables, params, figures={}, catalogue=(), origin={})
    head = page.partition("<section")[0]
    assert "All is read on 2 test faces." in head
    assert "Few faces are behind 12 of 12 attributes" in head
    assert "Each network was made once" in head
