"""Who is drawn: rates of the attributes among men and women, and what never goes together.

All of it follows from CelebA's rates and phi coefficients, counted over its training images.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from heed.base.partitions import PARTITIONS
from heed.celeba.attributes import ATTRIBUTE_INDEX
from heed.celeba.published_rates import positive_rates
from heed.synthetic.bivariate import both_above, completed, tetrachoric
from heed.synthetic.celeba_statistics import pair_rates

NEVER = 0.002
"""What fewer of a sex have, or lack, counts as errors of annotation: nobody has, or lacks, it."""

NEVER_TOGETHER = 0.02
"""Two attributes that meet less often than this part of what chance would bring never meet..."""

LEAST_EXPECTED = 2e-4
"""... provided that chance would bring them together in this share of the images."""

MALE = ATTRIBUTE_INDEX["Male"]

_DECIMALS = 6
_HALVINGS, _ROUNDS = 50, 40


@cache
def rates_by_sex() -> NDArray[np.float64]:
    """Rates of the attributes among women and men, (3, 2, 40): partition, Male -1 or 1, attribute.

    In the training partition they are CelebA's own (within :data:`NEVER`). For the others only
    the rates over both are published: the rates of both sexes are moved alike, on the scale of
    normal quantiles, until they give these. Male itself has the same rate in both rows.
    """
    rates = positive_rates()
    train = rates[PARTITIONS.index("train")]
    shares = sex_shares()
    men = np.clip(pair_rates()[MALE] / train[MALE], 0, 1)
    women = np.clip((train - pair_rates()[MALE]) / (1 - train[MALE]), 0, 1)
    quantiles = ndtri(_without_errors(np.stack([women, men]), shares[0], train))
    quantiles[:, MALE] = ndtri(train[MALE])
    low, high = np.full_like(rates, -3.0), np.full_like(rates, 3.0)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        found = np.einsum("ps,psa->pa", shares, ndtr(quantiles + middle[:, None]))
        low, high = np.where(found < rates, middle, low), np.where(found < rates, high, middle)
    return ndtr(quantiles + ((low + high) / 2)[:, None])


def sex_shares() -> NDArray[np.float64]:
    """Share of women and of men in each partition, (3, 2)."""
    men = positive_rates()[:, MALE]
    return np.stack([1 - men, men], axis=1)


@cache
def never_together() -> tuple[tuple[int, int], ...]:
    """Pairs of attributes that no face has both of, the rarer one first and by its rate.

    Beards and lipstick are none: that men and women differ explains these.
    """
    train = PARTITIONS.index("train")
    women, men = rates_by_sex()[train]
    shares = sex_shares()[train]
    by_chance = shares[0] * np.outer(women, women) + shares[1] * np.outer(men, men)
    excluded = (pair_rates() < NEVER_TOGETHER * by_chance) & (by_chance > LEAST_EXPECTED)
    excluded[MALE] = excluded[:, MALE] = False
    rates = positive_rates()[train]
    pairs = [(int(a), int(b)) for a, b in np.argwhere(excluded) if rates[a] < rates[b]]
    return tuple(sorted(pairs, key=lambda pair: (rates[pair[0]], rates[pair[1]])))


@cache
def latent_correlation() -> NDArray[np.float64]:
    """Correlation matrix of the latents among men as among women, (40, 40).

    For each pair the tetrachoric correlation that gives CelebA's share of images with both; what
    never goes together is kept apart otherwise, and its correlation is free. Male correlates with
    nothing: the cuts differ instead. The pairs together ask for more than a correlation matrix
    can be, so that a few are missed a little (docs/drawn_faces.md).
    """
    train = PARTITIONS.index("train")
    cuts = -ndtri(rates_by_sex()[train])
    count = cuts.shape[1]
    a, b = np.triu_indices(count, 1)
    others = (a != MALE) & (b != MALE)
    a, b = a[others], b[others]
    found = tetrachoric(cuts[:, a], cuts[:, b], sex_shares()[train], pair_rates()[a, b])
    matrix, free = np.eye(count), np.zeros((count, count), bool)
    matrix[a, b] = matrix[b, a] = found
    for pair in never_together():
        free[pair] = free[pair[::-1]] = True
    # Rounded, so that the last bits of an eigenvector draw no other face on another machine.
    return completed(matrix, free).round(_DECIMALS)


def cuts(correlation: NDArray[np.float64]) -> NDArray[np.float64]:
    """Cuts of the latents, (3, 2, 40): partition, Male -1 or 1, attribute.

    The commoner of two attributes that never go together gives way where both latents exceed
    their cuts, so its cut is lower than the quantile of its rate: by what it loses.

    Args:
        correlation: (40, 40) of the latents.
    """
    rates = rates_by_sex()
    found = -ndtri(rates)
    for _ in range(_ROUNDS):
        lost = np.zeros_like(rates)
        for rare, common in never_together():
            both = found[..., rare], found[..., common]
            lost[..., common] += both_above(*both, correlation[rare, common])
        found = -ndtri(np.minimum(rates + lost, 1.0))
    return found


def _without_errors(
    rates: NDArray[np.float64], shares: NDArray[np.float64], over_both: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Rates (2, 40), 0 and 1 for what hardly anyone has or lacks; the other sex makes up for it."""
    exact = np.where(rates < NEVER, 0.0, np.where(rates > 1 - NEVER, 1.0, rates))
    changed = exact != rates
    exact[:, MALE], changed[:, MALE] = over_both[MALE], False
    for sex in (0, 1):
        rest = (over_both - shares[sex] * exact[sex]) / shares[1 - sex]
        exact[1 - sex] = np.where(changed[sex], rest, exact[1 - sex])
    return exact
