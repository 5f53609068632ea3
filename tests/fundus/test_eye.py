"""Drawn eyes: their class is in the cup-to-disc ratio, and in nothing else."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from heed.fundus.eye import CUT, RANGE, cup_to_disc_ratio, draw_eye


@given(st.floats(-6, 6), st.floats(0.1, 20))
def test_the_ratio_is_on_the_side_of_its_class(severity: float, sharpness: float) -> None:
    ratio = cup_to_disc_ratio(severity, sharpness)
    assert (ratio - CUT) * severity >= 0
    assert abs(ratio - CUT) <= RANGE


def test_sharper_drawings_have_fewer_eyes_near_the_cut() -> None:
    severities = np.random.default_rng(0).normal(size=500)
    near = [
        sum(abs(cup_to_disc_ratio(x, sharpness) - CUT) < 0.05 for x in severities)
        for sharpness in (1.0, 3.0, 9.0)
    ]
    assert near == sorted(near, reverse=True)
    assert near[0] > 2 * near[2]


@pytest.fixture(scope="module")
def eyes() -> list:
    return [draw_eye(np.random.default_rng([7, n]), n % 2 == 0, 3.0, 1.0) for n in range(1200)]


def test_the_class_is_the_one_that_was_asked_for(eyes: list) -> None:
    assert all(eye.glaucoma == (n % 2 == 0) for n, eye in enumerate(eyes))
    assert all((eye.ratio > CUT) == eye.glaucoma for eye in eyes)


@pytest.mark.parametrize(
    "read",
    [
        lambda eye: eye.disc[1],
        lambda eye: eye.disc_radii[1],
        lambda eye: eye.background[0],
        lambda eye: eye.pallor,
        lambda eye: eye.blur,
        lambda eye: eye.exposure,
        lambda eye: eye.light[2],
    ],
)
def test_nothing_else_differs_between_the_classes(eyes: list, read) -> None:
    sick, healthy = ([read(eye) for eye in eyes if eye.glaucoma == g] for g in (True, False))
    assert stats.ks_2samp(sick, healthy).pvalue > 0.01


def test_even_light_is_even() -> None:
    eye = draw_eye(np.random.default_rng(3), True, 3.0, 0.0)
    assert eye.light[:2] == (0.0, 0.0)
    assert eye.exposure == eye.gamma == 1.0
    assert eye.glare[3] == 0.0
