"""The published numbers of Diniz (2021) that stand beside ours."""

from dataclasses import dataclass
from importlib.resources import files
from typing import Final

import pandas as pd

from heed.probing.settings import Published

LABELS: Final[dict[Published, str]] = {
    "resnet50": "ResNet-50",
    "mobilenetv2": "MobileNetV2",
    "vgg16": "VGG16",
}
"""The architectures in the order of the thesis, and how they are printed."""

UNITS: Final = ("layer", "channel", "neuron")
"""The columns of Table 5.2: the best of each."""

IDENTIFICATION: Final[dict[Published, tuple[float, float]]] = {
    "resnet50": (0.9244, 0.0016),
    "mobilenetv2": (0.9054, 0.0033),
    "vgg16": (0.9013, 0.0053),
}
"""Table 5.1: identification accuracy on VGGFace2, mean and standard deviation over seeds."""

LARGEST_DROP: Final = 0.10
"""The greatest entry of Table 5.4, as it is printed; whether in percent points is not said."""

VIP_CORRELATION: Final = 0.93
"""Mean correlation of VIP with the accuracy of single neurons."""

ACTIVATION_CORRELATION: Final = 0.38
"""The same of their mean activation on faces with the attribute."""


@dataclass(frozen=True)
class Baseline:
    """A classifier of CelebA's attributes whose mean accuracy is published.

    Attributes:
        name: of the classifier.
        accuracy: mean over the forty attributes, a share.
        note: where the number comes from, as far as that is known.
    """

    name: str
    accuracy: float
    note: str


BASELINES: Final = (
    Baseline("LNets+ANet", 0.870, "Liu et al. 2015; named here by its value"),
    Baseline("MOON", 0.909, "Rudd et al. 2016; named here by its value"),
    Baseline("a third one", 0.910, "listed in the thesis; whose it is, is not known here"),
    Baseline("multitask ResNet-50", 0.902, "Diniz 2021"),
)
"""The classifiers that Table 5.3 compares with."""


def published_accuracy() -> pd.DataFrame:
    """Table 5.2 of Diniz (2021): accuracy on CelebA's test partition.

    Returns:
        Forty rows in the thesis' order, by their ratio to the multitask baseline as it says.
        Columns ``attribute``, ``<architecture>_<unit>`` of :data:`LABELS` and :data:`UNITS`, and
        ``multitask_resnet50``; shares.

    Example:
        >>> table = published_accuracy()
        >>> table.loc[0, "attribute"], float(table.loc[0, "vgg16_neuron"])
        ('Male', 0.899)
    """
    file = files("heed.probing.tables").joinpath("published_accuracy.csv")
    with file.open(encoding="utf-8") as text:
        table = pd.read_csv(text).set_index("attribute")
    return (table / 100).round(6).reset_index()


def ordered(attributes: list[str]) -> list[str]:
    """Attributes in the order of Table 5.2; those that it has not follow as they came.

    Example:
        >>> ordered(["Bald", "Glaucoma", "Male"])
        ['Male', 'Bald', 'Glaucoma']
    """
    places = {name: n for n, name in enumerate(published_accuracy()["attribute"])}
    return sorted(attributes, key=lambda name: places.get(name, len(places)))
