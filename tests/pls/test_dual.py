"""PLS from inner products is scikit-learn's PLSRegression, which deflates the features."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.cross_decomposition import PLSRegression

from heed.base.errors import InputError
from heed.pls.blocks import ArrayBlocks
from heed.pls.centring import Precision
from heed.pls.draws import fit_draws
from heed.pls.dual import Fit, fit
from heed.pls.gram import gram
from heed.pls.passes import fit_by_passes
from heed.pls.projection import Draw, Weights, project, weights

Floats = NDArray[np.floating]


@dataclass(frozen=True)
class Case:
    """Features of a training sample and of further samples, and targets."""

    x: Floats
    further: Floats
    y: Floats


def drawn(seed: int, n: int, p: int, q: int, spread: float = 1.0) -> Case:
    """Features of different means and deviations, and classes that depend on them."""
    rng = np.random.default_rng(seed)
    deviations = 10 ** rng.uniform(-spread, spread, p)
    means = rng.normal(size=p) * 5
    both = (rng.normal(size=(n + 5, p)) * deviations + means).astype(np.float32)
    y = np.where(rng.random((n, q)) < 0.5, -1.0, 1.0)
    y[0], y[1] = -1, 1
    return Case(both[:n], both[n:], y)


def by_blocks(
    case: Case, components: int, width: int, scale: bool, precision: Precision, passes: bool
) -> tuple[Fit, Weights, Floats]:
    features, further = ArrayBlocks(case.x, width), ArrayBlocks(case.further, width)
    if passes:
        (found,) = fit_by_passes(
            features, [None], [case.y], components, scale=scale, precision=precision
        )
    else:
        found = fit(gram(features, scale=scale, precision=precision), case.y, components)
    (projection,) = project([Draw(found)], features, further, scale=scale, precision=precision)
    return found, weights(found, features, scale=scale), projection.scores[0]


def difference(found: Floats, expected: Floats) -> float:
    """Largest difference of columns up to their sign, against the largest value of each."""
    signs = np.sign((found * expected).sum(axis=0))
    sizes = np.abs(expected).max(axis=0)
    return float((np.abs(found * signs - expected) / sizes).max())


def compare(
    case: Case, components: int, width: int, scale: bool, precision: Precision, passes: bool
) -> float:
    """The largest difference of anything from scikit-learn's."""
    found, of_features, scores = by_blocks(case, components, width, scale, precision, passes)
    x, further = case.x.astype(float), case.further.astype(float)
    assert (found.found == components).all()
    differences = []
    for target in range(case.y.shape[1]):
        oracle = PLSRegression(components, scale=scale).fit(x, case.y[:, target])
        differences += [
            difference(found.scores[target], oracle._x_scores),
            difference(of_features.weights[target], oracle.x_weights_),
            difference(of_features.loadings[target], oracle.x_loadings_),
            difference(of_features.rotations[target], oracle.x_rotations_),
            difference(scores[target], oracle.transform(further)),
            np.abs(found.predicted(found.scores)[target] - oracle.predict(x)).max(),
            np.abs(found.predicted(scores)[target] - oracle.predict(further)).max(),
        ]
    return max(differences)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    n=st.integers(8, 40),
    p=st.integers(4, 90),
    q=st.integers(1, 3),
    components=st.integers(1, 3),
    width=st.integers(1, 100),
    scale=st.booleans(),
    passes=st.booleans(),
)
def test_equals_scikit_learn(
    seed: int, n: int, p: int, q: int, components: int, width: int, scale: bool, passes: bool
) -> None:
    case = drawn(seed, n, p, q)
    assert compare(case, components, width, scale, "float64", passes) < 1e-6


@pytest.mark.parametrize("passes", [False, True])
@pytest.mark.parametrize("scale", [False, True])
@pytest.mark.parametrize(("n", "p"), [(200, 60), (60, 3000)])
def test_eight_components_equal_scikit_learn(n: int, p: int, scale: bool, passes: bool) -> None:
    assert compare(drawn(1, n, p, 2), 8, 256, scale, "float64", passes) < 1e-6


@pytest.mark.parametrize("passes", [False, True])
@pytest.mark.parametrize(("n", "p"), [(200, 60), (60, 3000)])
def test_products_in_float32_are_near(n: int, p: int, passes: bool) -> None:
    assert compare(drawn(1, n, p, 2), 8, 256, False, "float32", passes) < 1e-4


def nipals(x: Floats, y: Floats, components: int) -> tuple[Floats, Floats]:
    """Algorithm 1 of Diniz & Schwartz as it stands, for one target: weights and scores."""
    x, y = x - x.mean(axis=0), y - y.mean()
    weights, scores = [], []
    for _ in range(components):
        w = x.T @ y
        w /= np.linalg.norm(w)
        t = x @ w
        x = x - np.outer(t, t @ x) / (t @ t)
        y = y - t * (t @ y) / (t @ t)
        weights.append(w)
        scores.append(t)
    return np.array(weights).T, np.array(scores).T


def test_equals_the_papers_algorithm() -> None:
    """Signs included: a component rises with its target."""
    case = drawn(3, 30, 50, 1)
    found, of_features, _ = by_blocks(case, 4, 20, False, "float64", False)
    w, t = nipals(case.x.astype(float), case.y[:, 0], 4)
    np.testing.assert_allclose(of_features.weights[0], w, atol=1e-9)
    np.testing.assert_allclose(found.scores[0], t, rtol=1e-9, atol=1e-9 * np.abs(t).max())
    assert (found.target_loadings >= 0).all()


def test_by_hand() -> None:
    """x = (1, -1, 0), y = (1, -1, 0): one weight of 1, the scores are x, and nothing is left."""
    found = fit(gram(ArrayBlocks([[1], [-1], [0]]), precision="float64"), [1, -1, 0], 3)
    assert found.found.tolist() == [1]
    np.testing.assert_allclose(found.scores[0, :, 0], [1, -1, 0], atol=1e-15)
    np.testing.assert_allclose(found.target_loadings, [[1, 0, 0]], atol=1e-15)
    np.testing.assert_allclose(found.explained, [[2, 0, 0]], atol=1e-15)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    n=st.integers(10, 40),
    rank=st.integers(1, 5),
    constants=st.integers(0, 3),
    scale=st.booleans(),
    precision=st.sampled_from(["float32", "float64"]),
    passes=st.booleans(),
)
def test_collinear_and_constant_features_end_early(
    seed: int, n: int, rank: int, constants: int, scale: bool, precision: Precision, passes: bool
) -> None:
    """Features are copies of a few: there are as many components at most, and they fit best."""
    rng = np.random.default_rng(seed)
    few = rng.integers(-9, 10, (n, rank)).astype(np.float32)
    few[:rank] += 20 * np.eye(rank, dtype=np.float32)  # independent, and none constant
    x = np.hstack([few, few[:, :1], 2 * few, np.full((n, constants), 0.1, np.float32)])
    x = x[:, rng.permutation(x.shape[1])]
    y = rng.normal(size=(n, 2))
    case = Case(x, x[:5], y)
    found, of_features, scores = by_blocks(case, 8, 4, scale, precision, passes)
    assert (found.found <= rank).all()
    for array in (found.scores, found.inner, of_features.rotations, of_features.loadings, scores):
        assert np.isfinite(array).all()
    for target in range(2):
        beyond = slice(found.found[target], None)
        assert not found.scores[target, :, beyond].any()
        assert not of_features.weights[target, :, beyond].any()
    constant = (x == x[0]).all(axis=0)
    assert not of_features.weights[:, constant].any()
    # With as many components as the rank, PLS is the least-squares fit.
    whole = found.found == rank
    exact, *_ = np.linalg.lstsq(np.c_[np.ones(n), few], y, rcond=None)
    expected = (np.c_[np.ones(n), few] @ exact).T
    tolerance = 1e-6 if precision == "float64" else 3e-2
    assert (np.abs(found.predicted(found.scores) - expected)[whole] < tolerance).all()


@pytest.mark.parametrize("passes", [False, True])
@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_an_explained_target_has_no_more_components(precision: Precision, passes: bool) -> None:
    """Four samples are told apart by three directions; the fourth would be rounding."""
    case = drawn(0, 4, 50, 3)
    found, _, scores = by_blocks(case, 8, 20, False, precision, passes)
    assert (found.found <= 3).all()
    assert np.isfinite(scores).all()
    np.testing.assert_allclose(found.predicted(found.scores), case.y.T, atol=1e-4)


def test_what_rounding_leaves_of_a_target_is_no_component() -> None:
    """Each sample has a feature of its own: one direction explains all, whatever the target."""
    y = np.random.default_rng(0).normal(size=(9, 4))
    found = fit(gram(ArrayBlocks(np.eye(9))), y, 5)
    assert found.found.tolist() == [1, 1, 1, 1]


def test_constant_features_have_no_component() -> None:
    found = fit(gram(ArrayBlocks(np.full((4, 3), 0.1))), [1, -1, 1, -1], 2)
    assert found.found.tolist() == [0]
    np.testing.assert_array_equal(found.predicted(found.scores), [[0, 0, 0, 0]])
    (projection,) = project([Draw(found)], ArrayBlocks(np.full((4, 3), 0.1)))
    np.testing.assert_array_equal(projection.vip, [[0, 0, 0]])


@pytest.mark.parametrize(
    ("targets", "message"),
    [
        ([1, 1, 1], "column 0 constant.*Draw samples of both"),
        ([[1, 1], [0, 1], [1, 1]], "column 1 constant"),
        ([1, np.nan, 0], "NaN"),
        ([1, 0], r"expected \(3, number"),
        (np.zeros((3, 0)), r"expected \(3, number"),
        (["a", "b", "a"], "targets: found <U1 .*expected real numbers"),
        (["0", "1", "0"], "targets: found <U1"),
        (np.array([1j, 2, 1]), "targets: found complex128"),
        ([[1], [2, 3], [1]], "targets: found list of which NumPy makes no array"),
    ],
)
def test_targets_that_are_none_are_refused(targets: object, message: str) -> None:
    products = gram(ArrayBlocks([[1, 2], [3, 4], [5, 9]]))
    with pytest.raises(InputError, match=message):
        fit(products, targets)  # type: ignore[arg-type]
    blocks = ArrayBlocks([[1, 2], [3, 4], [5, 9]])
    with pytest.raises(InputError, match=message):
        fit_draws(blocks, [None], [targets])
    with pytest.raises(InputError, match=message):
        fit_by_passes(blocks, [None], [targets])


@pytest.mark.parametrize("components", [0, 2.5, 2.0, float("nan"), "2", None, True])
def test_components_that_are_none_are_refused(components: object) -> None:
    blocks, targets = ArrayBlocks([[1, 2], [3, 4], [5, 9]]), [1, 0, 1]
    with pytest.raises(InputError, match="components: found"):
        fit(gram(blocks), targets, components)
    with pytest.raises(InputError, match="components: found"):
        fit_draws(blocks, [None], [targets], components)
    with pytest.raises(InputError, match="components: found"):
        fit_by_passes(blocks, [None], [targets], components)


def test_a_precision_that_is_none_is_refused_before_the_features_are_read() -> None:
    with pytest.raises(InputError, match="precision: found 'float16'"):
        fit_by_passes(ArrayBlocks([[1, 2], [3, 4]]), [None], [[0, 1]], precision="float16")
