"""The persons that params.yaml has drawn are enough for what it asks of them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from heed.base.errors import InputError
from heed.base.settings import load
from heed.probing.persons import persons_of
from heed.probing.run_settings import PersonsParams, TrainingParams
from heed.synthetic.settings import SyntheticParams
from heed.synthetic.studio import Recipe, Studio
from tests.places import ROOT

PARAMS = ROOT / "studies/probing/params.yaml"


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    """Who would be drawn, as the stage synthesize draws them."""
    params = load(PersonsParams, PARAMS)
    recipe = replace(
        Recipe(**load(SyntheticParams, PARAMS).model_dump()),
        train=params.drawn,
        validation=1,
        test=1,
        faces_per_identity=params.per_person,
        seed=params.seed,
    )
    identity = Studio(recipe).identities
    paths = [f"{number:06d}.jpg" for number in range(len(identity))]
    return pd.DataFrame({"path": paths, "identity": np.asarray(identity)})


def test_they_can_be_divided_and_have_the_pairs(table: pd.DataFrame) -> None:
    params, held_out = load(PersonsParams, PARAMS), load(TrainingParams, PARAMS).held_out
    persons = persons_of(table, Path(), held_out, params)
    assert len(persons.pairs) == 2 * params.folds * params.each
    assert len(persons.division.persons) >= 100


def test_too_few_persons_apart_are_refused(table: pd.DataFrame) -> None:
    params = load(PersonsParams, PARAMS).model_copy(update={"apart": 0.1})
    with pytest.raises(InputError, match="expected"):
        persons_of(table, Path(), 0.2, params)
