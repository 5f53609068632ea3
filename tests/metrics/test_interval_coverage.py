"""How often intervals hold the truth, over many audits that are made up.

An audit's number is the mean over faces; faces of one person are correlated, trainings shift
all faces by a random amount. Each column is an audit of its own. 95 % intervals should hold
the truth in 93 to 97 % of them.
"""

from dataclasses import dataclass

import numpy as np
import pytest

from heed.metrics.bootstrap import cluster_weights
from heed.metrics.estimates import Estimate

PERSONS, AUDITS, RESAMPLES = 150, 1500, 500


@dataclass(frozen=True)
class Population:
    """Faces of 2.8 photographs a person, and what a training does to them.

    Attributes:
        correlation: of two faces of one person.
        training: standard error of the mean over all trainings, in units of that of the persons.
        trainings: of each of two networks.
        own: scatter of a training from face to face, in units of that of the faces.
    """

    correlation: float = 0.5
    training: float = 0.0
    trainings: int = 1
    own: float = 0.0

    def audits(self, seed=0):
        """Two networks, audited on the same faces; the truth of both is 0.

        Returns:
            The estimates; of the first network the mean over the faces before any training; and
            the standard deviation of a training.
        """
        rng = np.random.default_rng(seed)
        sizes = 1 + rng.poisson(1.8, PERSONS)
        person = np.repeat(np.arange(PERSONS), sizes)
        n = len(person)

        def faces():
            between = rng.normal(size=(PERSONS, AUDITS))[person] * self.correlation**0.5
            return between + rng.normal(size=(n, AUDITS)) * (1 - self.correlation) ** 0.5

        variance = self.correlation * (sizes**2).sum() / n**2 + (1 - self.correlation) / n
        shift = self.training * (variance * self.trainings) ** 0.5
        weights = np.concatenate(list(cluster_weights(person, RESAMPLES, seed)))
        weights /= weights.sum(axis=1, keepdims=True)
        shared, networks, known = faces(), [], []
        for _ in range(2):
            base = (shared + faces()) / 2**0.5
            known.append(base.mean(axis=0))
            means, resampled = [], np.zeros((RESAMPLES, AUDITS))
            for _ in range(self.trainings):
                values = base + shift * rng.normal(size=AUDITS)
                if self.own:
                    values = values + self.own * rng.normal(size=(n, AUDITS))
                means.append(values.mean(axis=0))
                resampled += weights @ values / self.trainings
            replicates = np.stack(means)
            networks.append(
                Estimate(np.full(AUDITS, n), replicates.mean(axis=0), resampled, (replicates,))
            )
        return networks, known[0], shift


def coverage(estimated, pool, truth=0.0):
    low, high = estimated.interval(0.95, pool)
    return np.mean((low <= truth) & (truth <= high))


@pytest.mark.parametrize("correlation", [0.0, 0.5, 0.9])
def test_intervals_over_persons_cover(correlation):
    (first, second), *_ = Population(correlation).audits()
    assert 0.93 <= coverage(first, [first, second]) <= 0.97
    apart = second.less(first, same_trainings=False)
    assert 0.93 <= coverage(apart, [first, second]) <= 0.97
    assert 0.03 <= np.mean(apart.p_values([first, second]) < 0.05) <= 0.07


@pytest.mark.parametrize("training", [0.3, 1.0, 3.0])
def test_intervals_over_persons_and_trainings_cover(training):
    networks, *_ = Population(training=training, trainings=3).audits()
    assert 0.93 <= coverage(networks[0], networks) <= 0.97
    apart = networks[1].less(networks[0], same_trainings=False)
    assert 0.93 <= coverage(apart, networks) <= 0.97
    assert 0.03 <= np.mean(apart.p_values(networks) < 0.05) <= 0.07


@pytest.mark.parametrize("training", [0.5, 1.0])
def test_most_intervals_contain_the_mean_of_another_audit(training):
    """The same faces and three other trainings: not the truth, but its error is the trainings'."""
    networks, persons, shift = Population(training=training, trainings=3).audits()
    others = shift * np.random.default_rng(5).normal(size=(3, AUDITS)).mean(axis=0)
    assert coverage(networks[0], networks, persons + others) >= 0.9


def test_what_trainings_do_with_single_faces_does_not_narrow_intervals():
    networks, *_ = Population(training=1.0, trainings=3, own=1.0).audits()
    assert coverage(networks[0], networks) >= 0.94


def test_the_simulation_tells_faces_from_persons():
    """Faces taken for persons: at this correlation intervals hold the truth far too seldom."""
    rng = np.random.default_rng(0)
    person = np.repeat(np.arange(PERSONS), 3)
    values = rng.normal(size=(PERSONS, AUDITS))[person] * 0.5**0.5
    values += rng.normal(size=values.shape) * 0.5**0.5
    for clusters, held in ((person, (0.93, 0.97)), (np.arange(len(person)), (0.7, 0.87))):
        (weights,) = cluster_weights(clusters, RESAMPLES, 0)
        resampled = weights @ values / weights.sum(axis=1, keepdims=True)
        estimated = Estimate(np.full(AUDITS, len(person)), values.mean(axis=0), resampled)
        assert held[0] <= coverage(estimated, ()) <= held[1]


@pytest.mark.parametrize(("attribute", "face"), [(0.3, 3.0), (3.0, 1.0)])
def test_intervals_that_draw_attributes_hold_the_mean_of_attributes_in_general(attribute, face):
    """They may be a little too wide (Owen 2007), and are of one audit at a time: 300 of them."""
    rng, held, of_these = np.random.default_rng(0), 0, 0
    for audit in range(300):
        person = np.repeat(np.arange(100), 1 + rng.poisson(1.8, 100))
        n, effects = len(person), attribute * rng.normal(size=40)
        persons = rng.normal(size=(100, 1)) + face * rng.normal(size=(100, 40))
        values = effects + persons[person]
        (weights,) = cluster_weights(person, 200, audit)
        resampled = weights @ values / weights.sum(axis=1, keepdims=True)
        estimated = Estimate(np.full(40, n), values.mean(axis=0), resampled)
        low, high = estimated.attributes_interval(0.95, audit)
        held += low <= 0 <= high
        low, high = estimated.overall_interval(0.95)
        of_these += low <= effects.mean() <= high
    assert 0.93 <= held / 300 <= 0.99
    assert 0.92 <= of_these / 300 <= 0.98
