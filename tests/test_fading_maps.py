"""Maps that fade with class imbalance, from their cells to the sentence of the page.

Two networks look at the same places. One always does; of the other's maps the more are empty, the
more imbalanced the attribute is. The average maps have the same shape, so that no divergence of
shapes sees a difference; their intensity falls.
"""

import numpy as np
import pytest

from heed.audit.page.average_maps import average_maps_apart
from heed.audit.page.reported import reported
from heed.audit.tables.averages import average_maps
from heed.audit.tables.estimates import estimate
from heed.audit.tables.intensity import intensity_table
from heed.audit.tables.layout import groups_table
from heed.audit.tables.permuted import permuted_divergences
from heed.audit.tables.score_arrays import arrays_from_table
from heed.audit.tables.score_table import score_table
from heed.audit.tables.statistics import Averages, compared_pairs, kl_table
from heed.celeba.attributes import ATTRIBUTES
from heed.masks.catalogue import VERSIONS
from heed.metrics.grid.located import located
from heed.metrics.grid.prepared_masks import prepare
from heed.metrics.grid.tally import tally
from heed.metrics.groups import membership
from heed.metrics.scores import scores
from tests.audit.page.conftest import SETTINGS
from tests.masks.drawn import region_of

FACES, SIZE = 41, 224
ORDER, MAJORITY = np.arange(40), np.ones(40, np.int8)


def made(empty: np.ndarray) -> np.ndarray:
    """A tent in the middle of each map, but for the first faces of an attribute: empty maps."""
    maps = np.zeros((FACES, 40, 7, 7), np.float32)
    maps[:, :, 3, 3] = np.arange(FACES)[:, None] >= empty
    return maps


@pytest.fixture(scope="module")
def section():
    maps = {"steady": made(np.zeros(40)), "fading": made(np.arange(40))}
    rng = np.random.default_rng(0)
    labels = rng.choice([-1, 1], (FACES, 40)).astype(np.int8)
    logits = rng.normal(size=(FACES, 40)).astype(np.float32)
    masks = prepare(
        VERSIONS["2"].masks(np.zeros((1, 5, 2)), SIZE), np.array(region_of("2")), cells=7
    )
    members = membership(labels, logits, MAJORITY)
    estimates, averages = {}, {}
    for name, of_model in maps.items():
        table = score_table(
            [f"{face}.jpg" for face in range(FACES)], labels, logits, np.zeros_like(logits),
            scores(tally(of_model, masks, 0.5)), located(of_model, masks),
        ).to_pandas()  # fmt: skip
        arrays = arrays_from_table(table, name)
        estimates[name] = estimate([arrays], MAJORITY, np.arange(FACES), resamples=200, seed=0)
        averages[name] = Averages(*average_maps(of_model, members, SIZE))
    permuted = permuted_divergences(
        {name: [(of_model, members)] for name, of_model in maps.items()}, np.arange(FACES),
        [(p, q) for _, p, q in compared_pairs(list(maps))],
        size=SIZE, permutations=5, epsilon=1e-7, seed=0,
    )  # fmt: skip
    kl = kl_table(averages, ATTRIBUTES, permuted, 1e-7)
    intensity = intensity_table(estimates, ORDER, 0.95)
    # A group's intensity, by its faces, is that of its average map.
    for side in "pq":
        by_faces = intensity.loc[intensity["attribute"] != "OVERALL", f"{side}_mean"]
        np.testing.assert_allclose(kl[f"intensity_{side}"], by_faces, rtol=1e-5)
    groups = groups_table(estimates, ORDER, 0.95)
    return kl, average_maps_apart(
        kl, reported(dict.fromkeys(maps, "none"), SETTINGS), intensity, groups,
        resamples=200, confidence=0.95, seed=0,
    )  # fmt: skip


def test_shapes_are_the_same_and_the_generalised_divergence_grows(section):
    between = section[0][section[0]["comparison"] == "models"]
    np.testing.assert_allclose(between["proper"], 0, atol=1e-4)  # of the epsilon
    np.testing.assert_allclose(between["thesis"], 0, atol=SIZE**2 * 1e-7)
    assert (np.diff(between["unnormalised"]) > 0).all()
    share = 1 - np.arange(40) / FACES
    expected = between["intensity_p"] * (share - 1 - np.log(share))
    np.testing.assert_allclose(between["unnormalised"], expected, rtol=1e-3, atol=2e-7)


def test_the_sentence_says_that_maps_fade(section):
    found = section[1].sentence
    minus = "\N{MINUS SIGN}"
    assert found.startswith(
        f"Average maps fade with class imbalance, rank correlation {minus}1.000 for the fading "
        "network; whether average maps fade with class imbalance cannot be told for the steady "
        "network."
    )
    lower = (
        f"Maps of the fading network have a lower intensity ({minus}0.010), compared with those of "
        "the steady network."
    )
    assert lower in found
    apart = "differ by 0.000 nats of KL divergence beyond what shuffled faces give"
    assert apart in found.replace(minus, "")
