"""Attributes as latents of a Gaussian copula, cut at the quantile of their rate.

Every attribute of a drawn face is a standard normal number. Its correlations with
the other attributes are CelebA's, the label says on which side of the cut it
lies, and how strongly the attribute is drawn grows smoothly with its distance
from the cut, so that faces near the cut are as ambiguous as real ones.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, ndtri

from heed.celeba.attributes import ATTRIBUTES
from heed.celeba.published_rates import positive_rates
from heed.synthetic import celeba_statistics

SMALLEST_EIGENVALUE = 1e-3

# The share of an attribute's variance that belongs to the person and stays from
# image to image; what is not listed is half the person's.
PERSON_SHARE = {
    "Male": 0.99,
    "Young": 0.9,
    "Big_Nose": 0.9,
    "Pointy_Nose": 0.9,
    "Big_Lips": 0.85,
    "Oval_Face": 0.85,
    "Arched_Eyebrows": 0.8,
    "Bushy_Eyebrows": 0.85,
    "Narrow_Eyes": 0.6,
    "Bald": 0.9,
    "Receding_Hairline": 0.85,
    "Black_Hair": 0.85,
    "Blond_Hair": 0.85,
    "Brown_Hair": 0.8,
    "Gray_Hair": 0.85,
    "Straight_Hair": 0.6,
    "Wavy_Hair": 0.6,
    "Pale_Skin": 0.8,
    "Chubby": 0.85,
    "Double_Chin": 0.75,
    "High_Cheekbones": 0.15,
    "Attractive": 0.7,
    "No_Beard": 0.75,
    "Goatee": 0.7,
    "Mustache": 0.7,
    "Sideburns": 0.7,
    "Smiling": 0.1,
    "Mouth_Slightly_Open": 0.05,
    "Wearing_Hat": 0.1,
    "Wearing_Necktie": 0.2,
    "Wearing_Necklace": 0.2,
    "Wearing_Earrings": 0.3,
    "Wearing_Lipstick": 0.4,
    "Heavy_Makeup": 0.5,
    "Blurry": 0.02,
}


@dataclass(frozen=True)
class Copula:
    """The joint distribution of the 40 latents.

    Attributes:
        root: (40, 40) with ``root root^T`` the latents' correlation matrix ``R``: its
            Cholesky factor, attributes taken from the most to the least personal.
        cuts: (3, 40) cut per partition and attribute.
        person_share: (40,) share of the variance that belongs to the person.
        sharpness: slope of the strength at the cut.
    """

    root: NDArray[np.float64]
    cuts: NDArray[np.float64]
    person_share: NDArray[np.float64]
    sharpness: float

    def latents(
        self, person: NDArray[np.float64], image: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Latents ``z = root (sqrt(s) person + sqrt(1-s) image)``, so that ``cov z = R``.

        The root is triangular: what is most a person's own, like Male, comes first and
        is not diluted by what correlates with it.

        Args:
            person: (..., 40) standard normal numbers of the person.
            image: (..., 40) standard normal numbers of the image.

        Returns:
            (..., 40) float64, order :data:`heed.celeba.attributes.ATTRIBUTES`.
        """
        mixed = np.sqrt(self.person_share) * person + np.sqrt(1 - self.person_share) * image
        return mixed @ self.root.T

    def labels(self, latents: NDArray[np.float64], partition: int) -> NDArray[np.int8]:
        """The side of the cut, (..., 40) int8, -1 or +1."""
        return np.where(latents > self.cuts[partition], 1, -1).astype(np.int8)

    def strengths(self, latents: NDArray[np.float64], partition: int) -> NDArray[np.float64]:
        """How strongly attributes are drawn: ``1 / (1 + exp(-sharpness (z - cut)))``, 0..1."""
        return expit(self.sharpness * (latents - self.cuts[partition]))


def celeba_copula(*, correlation_gain: float, sharpness: float) -> Copula:
    """The copula with CelebA's rates and its correlations times ``correlation_gain``.

    The phi coefficient of two binary labels is smaller than the correlation of
    the latents behind them; the gain makes up for it.
    """
    correlation = positive_definite(correlation_gain * celeba_statistics.correlations())
    person_share = np.array([PERSON_SHARE.get(name, 0.5) for name in ATTRIBUTES])
    order = np.argsort(-person_share, kind="stable")
    root = np.zeros_like(correlation)
    root[np.ix_(order, order)] = np.linalg.cholesky(correlation[np.ix_(order, order)])
    return Copula(
        root=root,
        cuts=-ndtri(positive_rates()),
        person_share=person_share,
        sharpness=sharpness,
    )


def positive_definite(correlation: NDArray[np.float64]) -> NDArray[np.float64]:
    """A correlation matrix near ``correlation``: symmetric, unit diagonal, positive definite.

    Eigenvalues are raised to :data:`SMALLEST_EIGENVALUE` and the diagonal scaled back to one.

    Args:
        correlation: (n, n); only its part off the diagonal is used.
    """
    symmetric = np.clip((correlation + correlation.T) / 2, -1, 1)
    np.fill_diagonal(symmetric, 1.0)
    values, vectors = np.linalg.eigh(symmetric)
    raised = (vectors * np.maximum(values, SMALLEST_EIGENVALUE)) @ vectors.T
    scale = 1 / np.sqrt(np.diag(raised))
    return raised * scale[:, None] * scale
