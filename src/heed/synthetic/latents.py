"""Attributes as latents of a Gaussian copula, cut at the quantile of their rate.

Every attribute of a drawn face is a standard normal number. Men and women have cuts of
their own, and the latents correlate so that each pair of labels is as frequent as in
CelebA. The label says on which side of the cut a latent lies, and how strongly the
attribute is drawn grows smoothly with its distance from the cut, so that faces near the
cut are as ambiguous as real ones.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import lsq_linear
from scipy.special import expit

from heed.celeba.attributes import ATTRIBUTES
from heed.synthetic import population
from heed.synthetic.bivariate import positive_definite

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

_DECIMALS = 6


@dataclass(frozen=True)
class Copula:
    """The joint distribution of the 40 latents.

    Attributes:
        root: (40, 40), symmetric, with ``root root`` the latents' correlation matrix ``R``.
        cuts: (3, 2, 40) cut per partition, sex (Male -1 or 1) and attribute; infinite for
            what all or none of a sex have.
        exclusions: pairs of attributes that no face has both of; the second gives way.
        person_share: (40,) share of the person in each of the independent numbers that
            ``root`` mixes; ``root^2 person_share`` (squared element by element) is the person's
            share of each attribute's variance.
        sharpness: slope of the strength at the cut.
    """

    root: NDArray[np.float64]
    cuts: NDArray[np.float64]
    exclusions: tuple[tuple[int, int], ...]
    person_share: NDArray[np.float64]
    sharpness: float

    def latents(
        self, person: NDArray[np.float64], image: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Latents ``z = root (sqrt(s) person + sqrt(1-s) image)``, so that ``cov z = R``.

        Args:
            person: (..., 40) standard normal numbers of the person.
            image: (..., 40) standard normal numbers of the image.

        Returns:
            (..., 40) float64, order :data:`heed.celeba.attributes.ATTRIBUTES`.
        """
        mixed = np.sqrt(self.person_share) * person + np.sqrt(1 - self.person_share) * image
        return mixed @ self.root.T

    def margins(self, latents: NDArray[np.float64], partition: int) -> NDArray[np.float64]:
        """How far latents lie above their cuts, (..., 40) float64, infinite where the cut is.

        The cuts are those of men where Male's own latent is above its cut. Where a pair that
        never goes together is above both cuts, the second is put as far below its own.
        """
        women, men = self.cuts[partition]
        male = latents[..., population.MALE] > men[population.MALE]
        margins = latents - np.where(male[..., None], men, women)
        for first, second in self.exclusions:
            both = (margins[..., first] > 0) & (margins[..., second] > 0)
            margins[..., second] = np.where(both, -1, 1) * margins[..., second]
        return margins

    def strengths(self, margins: NDArray[np.float64]) -> NDArray[np.float64]:
        """How strongly attributes are drawn: ``1 / (1 + exp(-sharpness margin))``, 0..1."""
        return expit(self.sharpness * margins)


def labels(margins: NDArray[np.float64]) -> NDArray[np.int8]:
    """The side of the cut, (..., 40) int8, -1 or +1."""
    return np.where(margins > 0, 1, -1).astype(np.int8)


def celeba_copula(*, correlation_gain: float, sharpness: float) -> Copula:
    """The copula with CelebA's rates and ``correlation_gain`` times its latent correlations.

    With gain 1 pairs of labels are as frequent as in CelebA, with 0 attributes are independent
    among men and among women but for what never goes together.
    """
    correlation = positive_definite(correlation_gain * population.latent_correlation())
    values, vectors = np.linalg.eigh(correlation)
    root = (vectors * np.sqrt(values)) @ vectors.T
    wanted = [PERSON_SHARE.get(name, 0.5) for name in ATTRIBUTES]
    # What correlates cannot differ wholly in whose it is: the best that shares of 0 to 1 can do.
    person_share = lsq_linear(root**2, wanted, bounds=(0, 1)).x.round(_DECIMALS)
    return Copula(
        root=root,
        cuts=population.cuts(correlation),
        exclusions=population.never_together(),
        person_share=person_share,
        sharpness=sharpness,
    )
