"""The published numbers of Yang et al. (2019, arXiv 1905.00593) that stand beside ours.

All are of AlexNet on CelebA. The paper's tables were not at hand whole: what follows is all that is
known of them here, and what is not known is left empty.
"""

from typing import Final

Place = tuple[str, str, str]
"""Kind of the network (a key of :data:`heed.attention.tables.study.KIND_WORDS`), attribute, set."""

CONFOUNDERS: Final = {
    "Wearing_Lipstick": "Heavy_Makeup",
    "High_Cheekbones": "Smiling",
    "Double_Chin": "Chubby",
}
"""The pairs of Table 1: by attribute what it is confounded with."""

# From its text and Table 1: accuracy, on E1 and E2 recall. That the centre loss' three numbers are
# of the test set, E1 and E2 is read off their sizes; those of N_o and N_w are taken for the test
# set.
ACCURACIES: Final[dict[Place, float]] = {
    ("pretrained", "Wearing_Lipstick", "test"): 0.9290,
    ("pretrained", "Wearing_Lipstick", "sunglasses"): 0.8353,
    ("pretrained", "Wearing_Lipstick", "E2"): 0.8217,
    ("iou", "Wearing_Lipstick", "test"): 0.9325,
    ("iou", "Wearing_Lipstick", "sunglasses"): 0.8661,
    ("iou", "Wearing_Lipstick", "E2"): 0.8331,
    ("centre", "Wearing_Lipstick", "test"): 0.9326,
    ("centre", "Wearing_Lipstick", "E1"): 0.9829,
    ("centre", "Wearing_Lipstick", "E2"): 0.8323,
    ("mouth_only", "Wearing_Lipstick", "test"): 0.5688,
    ("mixture", "Wearing_Lipstick", "test"): 0.9314,
    ("pretrained", "High_Cheekbones", "E2"): 0.4741,
    ("iou", "High_Cheekbones", "E2"): 0.6133,
    ("pretrained", "Double_Chin", "E2"): 0.8177,
    ("iou", "Double_Chin", "E2"): 0.8645,
}

WEIGHTS: Final = {
    "Wearing_Lipstick": (1.0, 5.0),
    "High_Cheekbones": (1.0, 4.0),
    "Double_Chin": (1.0, 3.0),
}
"""w_a of the loss of the attributes and w_g of the map loss, by attribute."""

CHEEKBONES_ACCURACY: Final = 0.6353
"""Of High Cheekbones; which network's is not known here."""


def published(kind: str, attribute: str, confounder: str, on: str) -> float:
    """A published accuracy or recall; NaN where none is known.

    Args:
        kind: of the network.
        attribute: of the pair.
        confounder: of the pair: with another one, E1 and E2 are other sets.
        on: the set.

    Example:
        >>> published("iou", "Wearing_Lipstick", "Heavy_Makeup", "E2")
        0.8331
        >>> published("none", "Wearing_Lipstick", "Heavy_Makeup", "E2")
        nan
    """
    if on in ("E1", "E2") and CONFOUNDERS.get(attribute) != confounder:
        return float("nan")
    return ACCURACIES.get((kind, attribute, on), float("nan"))
