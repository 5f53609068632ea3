"""What the parameters of the answers may be."""

from pathlib import Path

import pytest

from heed.base.settings import ParamsError, load
from heed.celeba.attributes import ATTRIBUTES
from heed.probing.attribute_groups import EXPRESSION, GEOMETRY, GROUPS, OTHER, SOFT, group_of
from heed.probing.settings import AnswersParams, check_answers
from tests.places import ROOT
from tests.study_params import changed_params

STUDY = ROOT / "studies/probing"


def answers(folder: Path, **values: object) -> AnswersParams:
    return load(AnswersParams, changed_params(STUDY, folder, **values))


def test_the_defaults_are_sound(tmp_path: Path) -> None:
    found = answers(tmp_path)
    check_answers(found, found.probed)
    assert found.probed[: len(found.networks)] == list(found.networks)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"answers__networks": {"nobody": None}, "answers__controls": {}, "answers__audit": {}},
         r"answers\.networks: found 'nobody'"),
        ({"answers__controls": {"nobody": "plain"}, "answers__audit": {}},
         r"answers\.controls: found 'nobody'"),
        ({"answers__controls": {"untrained": "audited"}, "answers__audit": {}},
         r"answers\.controls: found 'audited'"),
        ({"answers__controls": {"residual": "plain"}, "answers__audit": {}},
         "answers.networks has too"),
        ({"answers__audit": {"nobody": "balanced"}}, r"answers\.audit: found 'nobody'"),
    ],
)  # fmt: skip
def test_unknown_networks_are_refused(tmp_path: Path, values: dict, words: str) -> None:
    known = answers(tmp_path).probed
    with pytest.raises(ParamsError, match=words):
        check_answers(answers(tmp_path, **values), known)


@pytest.mark.parametrize(
    "values",
    [
        {"answers__near": 1.5}, {"answers__readable": 0}, {"answers__above_chance": 0.5},
        {"answers__networks": {}}, {"answers__networks": {"plain": "alexnet"}},
    ],
)  # fmt: skip
def test_values_out_of_range_are_refused(tmp_path: Path, values: dict) -> None:
    with pytest.raises(ParamsError, match="answers"):
        answers(tmp_path, **values)


def test_every_attribute_has_one_group() -> None:
    members = [name for group in GROUPS.values() for name in group]
    assert sorted(members) == sorted(ATTRIBUTES)
    assert OTHER not in map(group_of, ATTRIBUTES)
    assert {*SOFT, *GEOMETRY, *EXPRESSION} <= set(ATTRIBUTES)
    assert not set(SOFT) & set(GEOMETRY)
