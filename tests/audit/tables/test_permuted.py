"""The divergence of permuted faces, against a loop over permutations and pixels."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from heed.audit.tables import permuted
from heed.audit.tables.permuted import exchanged, permuted_divergences
from heed.explain.placement import Placement
from heed.explain.postprocess import normalise
from heed.metrics.groups import GROUP_INDEX, membership
from tests.placements import uneven

SIZE, EPSILON = 32, 1e-7
SETTINGS = {"size": SIZE, "epsilon": EPSILON, "seed": 3}
LABEL = (("a", "gt_positive"), ("a", "gt_negative"))
MODELS = (("a", "all"), ("b", "all"))
PLACEMENTS = {"a": uneven(SIZE, 7), "b": Placement.half_pixel(SIZE, 7)}


def made(n=40, attributes=3, rate=0.3, seed=0):
    """Maps of two networks and groups, with which they have nothing to do."""
    rng = np.random.default_rng(seed)
    maps = {name: rng.normal(size=(n, attributes, 7, 7)).astype(np.float32) for name in "ab"}
    labels = np.where(rng.random((n, attributes)) < rate, 1, -1)
    members = membership(labels, rng.normal(size=labels.shape), np.ones(attributes))
    return maps, dict.fromkeys("ab", members)


def of(maps, members):
    """One training of each network."""
    return {name: [(maps[name], members[name])] for name in maps}


def entropy(p, q):
    return stats.entropy(p.ravel() + EPSILON, q.ravel() + EPSILON)


def orders_of(persons, permutations):
    """What the function draws first, and then."""
    generator = np.random.default_rng(SETTINGS["seed"])
    orders = exchanged(persons, permutations, generator)
    return orders, generator.random((permutations, persons.max() + 1))[:, persons] < 0.5


def test_it_is_the_mean_over_permutations_of_faces(monkeypatch):
    monkeypatch.setattr(permuted, "COARSER", 1)
    monkeypatch.setattr(permuted, "IMAGES_AT_ONCE", 16)  # several batches
    maps, members = made()
    persons = np.arange(40) // 2
    found = permuted_divergences(of(maps, members), persons, [LABEL], permutations=4, **SETTINGS)[
        LABEL
    ]
    pixels = normalise(maps["a"], SIZE).astype(float)
    orders, _ = orders_of(persons, 4)
    for attribute in range(3):
        groups = [members["a"][GROUP_INDEX[group], :, attribute] for _, group in LABEL]
        expected = np.mean(
            [
                entropy(*(pixels[group[order], attribute].mean(axis=0) for group in groups))
                for order in orders
            ]
        )
        assert found[attribute] == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("placements", [None, PLACEMENTS])
def test_between_networks_the_maps_of_persons_are_exchanged(monkeypatch, placements):
    """Also where the cells of the two lie at different places."""
    monkeypatch.setattr(permuted, "COARSER", 1)
    maps, members = made()
    persons = np.arange(40) // 4
    found = permuted_divergences(
        of(maps, members), persons, [MODELS], permutations=4, placements=placements, **SETTINGS
    )
    places = placements or dict.fromkeys("ab")
    a, b = (normalise(maps[name], SIZE, places[name]).astype(float) for name in "ab")
    _, swaps = orders_of(persons, 4)
    expected = np.zeros(3)
    for swap in swaps:
        first = np.where(swap[:, None, None, None], a, b).mean(axis=0)
        second = np.where(swap[:, None, None, None], b, a).mean(axis=0)
        expected += [entropy(p, q) / 4 for p, q in zip(first, second, strict=True)]
    np.testing.assert_allclose(found[MODELS], expected, rtol=1e-4)


def test_trainings_are_pooled():
    """Two equal trainings are one; a network's maps count alike, whatever the other's number is."""
    maps, members = made()
    one = of(maps, members)
    twice = {"a": one["a"] * 2, "b": one["b"]}
    pairs = [LABEL, MODELS]
    found, expected = (
        permuted_divergences(each, np.arange(40), pairs, permutations=3, **SETTINGS)
        for each in (twice, one)
    )
    for pair in pairs:
        np.testing.assert_allclose(found[pair], expected[pair], rtol=1e-9)
    other = made(seed=1)[0]["a"]
    mixed = {"a": [*one["a"], (other, members["a"])]}
    joined = {"a": [(np.concatenate([maps["a"], other]), np.tile(members["a"], (1, 2, 1)))]}
    both = permuted_divergences(mixed, np.arange(40), [LABEL], permutations=200, **SETTINGS)
    apart = permuted_divergences(joined, np.tile(np.arange(40), 2), [LABEL], permutations=200,
                                 **SETTINGS)  # fmt: skip
    np.testing.assert_allclose(both[LABEL], apart[LABEL], rtol=0.15)  # as persons of two faces


def test_coarser_pixels_give_nearly_the_same(monkeypatch):
    maps, members = made()
    arguments = (of(maps, members), np.arange(40), [LABEL, MODELS])
    coarse = permuted_divergences(*arguments, permutations=5, **SETTINGS | {"size": 224})
    monkeypatch.setattr(permuted, "COARSER", 1)
    fine = permuted_divergences(*arguments, permutations=5, **SETTINGS | {"size": 224})
    for pair in (LABEL, MODELS):
        np.testing.assert_allclose(coarse[pair], fine[pair], rtol=0.02)


def test_groups_that_mean_nothing_have_no_divergence_left():
    """Taken off, the trend that few faces make is gone: what is left is 0 on average."""
    left = []
    for seed in range(20):
        maps, members = made(attributes=4, rate=np.array([0.5, 0.3, 0.15, 0.08]), seed=seed)
        maps = {"a": np.abs(maps["a"]) + 0.5}
        members = {"a": members["a"]}
        settings = SETTINGS | {"seed": seed}
        noise = permuted_divergences(
            of(maps, members), np.arange(40), [LABEL], permutations=30, **settings
        )[LABEL]
        pixels = normalise(maps["a"], SIZE).astype(float)[:, :, 2::4, 2::4]
        observed = []
        for attribute in range(4):
            groups = [members["a"][GROUP_INDEX[group], :, attribute] for _, group in LABEL]
            sides = [pixels[group, attribute].mean(axis=0) for group in groups if group.any()]
            observed.append(entropy(*sides) if len(sides) == 2 else np.nan)
        left.append(np.array([observed, noise]))
    observed, noise = np.nanmean(left, axis=0)
    assert (np.diff(observed) > 0).all()  # the fewer faces, the more divergence
    np.testing.assert_allclose(observed, noise, rtol=0.15)


def test_empty_groups_and_empty_maps_are_missing():
    maps, members = made()
    maps["a"][:, 1] = -1
    groups = members["a"].copy()
    groups[GROUP_INDEX["gt_positive"], :, 0] = False
    found = permuted_divergences(
        {"a": [(maps["a"], groups)]}, np.arange(40), [LABEL], permutations=3, **SETTINGS
    )[LABEL]
    assert np.isnan(found).tolist() == [True, True, False]


def test_groups_of_two_networks_are_refused():
    maps, members = made()
    pair = (("a", "correct"), ("b", "correct"))
    with pytest.raises(ValueError, match="found a/correct and b/correct"):
        permuted_divergences(of(maps, members), np.arange(40), [pair], permutations=1, **SETTINGS)


@given(st.lists(st.integers(0, 6), min_size=1, max_size=30), st.integers(0, 9))
def test_persons_of_as_many_faces_change_places_whole(persons, seed):
    persons = np.array(persons)
    orders = exchanged(persons, 3, np.random.default_rng(seed))
    for order in orders:
        assert sorted(order) == list(range(len(persons)))  # so groups keep their numbers of faces
        for person in np.unique(persons):
            faces = np.flatnonzero(persons == person)
            given_by = set(persons[order[faces]])
            assert len(given_by) == 1
            assert order[faces].tolist() == np.flatnonzero(persons == given_by.pop()).tolist()


def test_every_order_of_persons_is_as_likely():
    orders = exchanged(np.array([0, 0, 1, 2, 1, 2]), 6000, np.random.default_rng(0))
    _, counts = np.unique(orders, axis=0, return_counts=True)
    assert len(counts) == 6
    assert stats.chisquare(counts).pvalue > 0.001
