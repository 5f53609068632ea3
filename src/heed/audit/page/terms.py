"""The words of the page that not everyone knows."""

from typing import Final

from heed.pages.glossary import Term

TERMS: Final[tuple[Term, ...]] = (
    Term(
        "attribute", "attribute",
        "One of CelebA's 40 yes-or-no properties of a face, such as Smiling or Bald.",
    ),
    Term(
        "map", "map",
        "A picture of where a network's answer comes from: red where the image speaks most for the "
        "answer that was given, dark blue where it does not.",
        ("maps", "map"),
    ),
    Term(
        "mask", "mask",
        "The part of the image where an attribute should be looked for: the mouth for Smiling. "
        "There are several ways to draw masks; version 2 is that of the published audit.",
        ("masks", "mask"),
    ),
    Term(
        "evidence", "evidence",
        "The true mask of a computer-drawn face: the pixels that change when it is drawn again "
        "with that one attribute switched. Photographs have none.",
    ),
    Term(
        "majority-class", "majority class, minority class",
        "Of the two classes of an attribute, faces with it and faces without it, the one that is "
        "more frequent in training, and the other one. The majority class of Bald is no, that of "
        "Young yes.",
        ("majority class", "minority class"),
    ),
    Term(
        "pe", "PE",
        "Proportional energy: the share of a map's total that lies inside the mask. 0 is none of "
        "it, 1 is all.",
    ),
    Term(
        "pe-gap", "PE gap",
        "PE where a network predicts the minority class, less PE where it predicts the majority "
        "class. Above 0: it looks less where it should when it predicts the majority class.",
        ("PE gap", "PE gaps"),
    ),
    Term(
        "active-area", "active area",
        "The part of the image in which a map is above a threshold, half of its highest value "
        "unless the parameters say otherwise.",
    ),
    Term(
        "amr", "AMR",
        "Acceptable mask ratio: the share of the active area that lies inside the mask, times the "
        "share of the image outside the mask, so that a large mask is no advantage.",
    ),
    Term(
        "uniform", "uniform map",
        "A map that marks the whole image alike: what a network scores that looks nowhere in "
        "particular.",
    ),
    Term(
        "ceiling", "ceiling",
        "The score of the best map that a grid as coarse as the network's can show.",
    ),
    Term(
        "normalised", "normalised AMR",
        "AMR between what a uniform map scores (0) and the ceiling (1).",
        ("normalised AMR", "Normalised AMR"),
    ),
    Term(
        "error-rate", "error rate",
        "The share of wrong answers, as a mean over the attributes.",
        ("error rate", "error rates"),
    ),
    Term(
        "balanced-error", "balanced error",
        "The mean of two error rates: of faces with the attribute and of those without it. A "
        "network that always predicts the majority class has 50 %.",
        ("balanced error", "Balanced error"),
    ),
    Term(
        "outcome", "hit, miss, false alarm",
        "An attribute that is there and found; there and not found; not there and found.",
        ("hits", "misses", "false alarms"),
    ),
    Term(
        "logit", "logit",
        "The number that a network gives for an attribute: it says yes if that is 0 or more.",
        ("logits", "logit"),
    ),
    Term(
        "contribution", "contribution",
        "The part of a logit that comes from the image; the rest is the bias, the same for every "
        "image. Networks whose last layers are not linear have no such split.",
    ),
    Term(
        "interval", "interval",
        "A range that would hold the true number in about 95 of 100 such audits, with other "
        "persons and other trainings.",
        ("interval", "intervals"),
    ),
    Term(
        "kl", "KL divergence",
        "How far apart two average maps are in shape, in nats: 0 if they are alike.",
    ),
)  # fmt: skip
"""In the order of the glossary: what others are explained by comes first."""
