"""The gap under the audit's own masks is the one in metrics/audit.json; the others go alike."""

import numpy as np
import pytest

from heed.audit.tables.estimates import estimate
from heed.audit.tables.gap_versions import gaps_of_versions, gaps_table
from heed.audit.tables.summary import summarise
from heed.metrics.groups import membership
from tests.made_up_scores import make_scores

ENDS = ("", "_low", "_high", "_attributes_low", "_attributes_high")
OPTIONS = {"resamples": 50, "seed": 3, "least_faces": 2}


@pytest.fixture
def majority():
    return np.where(np.arange(40) % 3 == 0, 1, -1).astype(np.int8)


def versions_of(replicates, majority, persons):
    energy = np.stack([scores.values["proportional_energy"] for scores in replicates])
    members = [membership(scores.labels, scores.logits, majority) for scores in replicates]
    ways = {("2", "r"): energy, ("x", "r"): energy / 2, ("x", "h"): energy}
    return gaps_of_versions(ways, members, persons, **OPTIONS)


def test_the_gap_is_that_of_the_summary_under_each_mask(majority) -> None:
    models = {"a": [make_scores(60, 1), make_scores(60, 1)], "b": [make_scores(60, 2)] * 2}
    models["a"][1].logits[:] *= np.random.default_rng(0).choice([-1, 1], (60, 40))
    persons = np.arange(60) // 3
    estimates = {
        name: estimate(replicates, majority, persons, **OPTIONS)
        for name, replicates in models.items()
    }
    audit = summarise(estimates, 60, 20, 0.95, 3)
    gaps = {name: versions_of(of, majority, persons) for name, of in models.items()}
    table = gaps_table(gaps, {"r"}, 0.95, 3).set_index(["model", "version"])
    described = {**audit["models"], **audit["differences"]}
    for name in ("a", "b", "b_minus_a"):
        expected = described[name]["pe_gap"]
        of_sides = [f"{side}{end}" for side in ("first", "second") for end in ENDS]
        columns = ("value", "low", "high", "attributes_low", "attributes_high")
        for column in (*columns, *(of_sides if name == "b_minus_a" else ())):
            assert table.loc[(name, "2"), column] == pytest.approx(expected[column], abs=1e-12)
            half = expected[column] / 2
            assert table.loc[(name, "x"), column] == pytest.approx(half, abs=1e-12)
        assert table.loc[(name, "2"), "above"] == expected["above"]
        assert table.loc[(name, "2"), "attributes"] == described[name]["pe_attributes"]
