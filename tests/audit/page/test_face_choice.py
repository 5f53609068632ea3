"""Which faces are shown: an even sample of each kind of decision, and the extremes."""

import numpy as np
import pytest

from heed.audit.page.face_choice import OUTCOMES, choose_faces, outcomes
from heed.audit.page.gallery import distinct_rows
from heed.audit.tables.score_arrays import METRICS, ScoreArrays, ScoreTableError
from heed.celeba.attributes import ATTRIBUTES

MODELS = ("first", "second")


def scores_of(n: int, seed: int) -> ScoreArrays:
    rng = np.random.default_rng(seed)
    labels = np.random.default_rng(0).choice(np.array([-1, 1], np.int8), (n, 40))
    values = {metric: rng.random((n, 40)) for metric in METRICS}
    values["amr"][rng.random((n, 40)) < 0.1] = np.nan
    return ScoreArrays(
        tuple(f"{row:06d}.jpg" for row in range(n)),
        labels,
        rng.normal(labels, 1).astype(np.float32),
        rng.random((n, 40)) < 0.1,
        values,
    )


@pytest.fixture
def scores() -> dict[str, ScoreArrays]:
    return {model: scores_of(60, seed) for seed, model in enumerate(MODELS)}


def kind(scores: ScoreArrays, row: int, index: int) -> str:
    """One face and one attribute at a time."""
    there, found = scores.labels[row, index] == 1, scores.logits[row, index] >= 0
    if there:
        return "hit" if found else "miss"
    return "false_alarm" if found else "rejection"


def test_every_kind_of_every_network_has_its_faces_and_its_size(scores) -> None:
    for index, choice in enumerate(choose_faces(scores, 4).values()):
        for model in MODELS:
            kinds = [kind(scores[model], row, index) for row in range(60)]
            shown = [kinds[row] for row in choice.rows]
            assert choice.sizes[model] == tuple(map(kinds.count, OUTCOMES))
            for outcome in OUTCOMES:
                assert shown.count(outcome) >= min(4, kinds.count(outcome))
        assert list(choice.rows) == sorted(set(choice.rows))


def test_the_highest_and_lowest_amr_are_among_them(scores) -> None:
    choice = choose_faces(scores, 2)[ATTRIBUTES[7]]
    of = scores["second"]
    amr = np.where(of.empty[:, 7], np.nan, of.values["amr"][:, 7])
    order = [row for row in np.argsort(amr).tolist() if not np.isnan(amr[row])]
    assert {*order[:2], *order[-2:]} <= set(choice.rows)


def test_the_rest_is_chosen_by_no_score(scores) -> None:
    for of in scores.values():
        of.values["amr"][:] = 0.5  # no extremes
        of.empty[:] = False
    before = choose_faces(scores, 4)
    for of in scores.values():
        of.logits[:] *= np.random.default_rng(5).uniform(0.1, 3, of.logits.shape)
        of.values["proportional_energy"][:] = 0.1
    assert choose_faces(scores, 4) == before


def test_a_sample_is_even_and_shared() -> None:
    scores = {"only": scores_of(1000, 0)}
    scores["only"].labels[:], scores["only"].logits[:] = 1, 1
    scores["only"].values["amr"][:] = np.nan
    chosen = choose_faces(scores, 8)
    steps = np.diff([0, *chosen["Bald"].rows, 1000])
    assert steps.max() < 2 * 1000 / 8
    assert len(distinct_rows(choice.rows for choice in chosen.values())) == 8


def test_a_logit_of_0_says_yes() -> None:
    found = outcomes(np.array([[1, -1]]), np.array([[0.0, 0.0]]))
    assert [list(OUTCOMES)[place] for place in found[0]] == ["hit", "false_alarm"]


def test_networks_of_different_faces_are_refused(scores) -> None:
    scores["second"] = scores_of(59, 1)
    with pytest.raises(ScoreTableError, match="differ from face 59"):
        choose_faces(scores, 4)
