"""How to cite what a page is made of: Heed, and the papers of what this run used."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from heed.audit.page.reported import Settings


@dataclass(frozen=True)
class Citation:
    """What to cite, and for what."""

    for_what: str
    text: str


METHODS: Final[Mapping[str, str]] = {
    "cam": "B. Zhou, A. Khosla, A. Lapedriza, A. Oliva and A. Torralba, Learning Deep Features for "
    "Discriminative Localization, CVPR 2016, doi:10.1109/CVPR.2016.319",
    "gradcam": "R. R. Selvaraju, M. Cogswell, A. Das, R. Vedantam, D. Parikh and D. Batra, "
    "Grad-CAM: Visual Explanations from Deep Networks via Gradient-based Localization, ICCV 2017, "
    "doi:10.1109/ICCV.2017.74",
    "hirescam": "R. L. Draelos and L. Carin, Use HiResCAM instead of Grad-CAM for faithful "
    "explanations of convolutional neural networks, 2020, arXiv:2011.08891",
    "xgradcam": "R. Fu, Q. Hu, X. Dong, Y. Guo, Y. Gao and B. Li, Axiom-based Grad-CAM: Towards "
    "Accurate Visualization and Explanation of CNNs, BMVC 2020, arXiv:2008.02312",
    "gradcam_plusplus": "A. Chattopadhay, A. Sarkar, P. Howlader and V. N. Balasubramanian, "
    "Grad-CAM++: Generalized Gradient-based Visual Explanations for Deep Convolutional Networks, "
    "WACV 2018, doi:10.1109/WACV.2018.00097",
    "elementwise": "the grad-cam package, GradCAMElementWise",
    "layercam": "P.-T. Jiang, C.-B. Zhang, Q. Hou, M.-M. Cheng and Y. Wei, LayerCAM: Exploring "
    "Hierarchical Class Activation Maps for Localization, IEEE Transactions on Image Processing "
    "30, 2021, doi:10.1109/TIP.2021.3089943",
}
"""By ``cam.method``; a test holds them to the methods' own sources, which bring torch along."""

GUENTHER: Final = "M. G\N{LATIN SMALL LETTER U WITH DIAERESIS}nther"
THESIS: Final = (
    "J. S. Bieri, Visualization of Facial Attribute Classifiers via Class Activation Mapping, "
    "thesis, 2023"
)
FOLLOW_UP: Final = (
    f"X. Zhang, J. S. Bieri and {GUENTHER}, Biased Binary Attribute Classifiers Ignore the "
    "Majority Classes, 2024, arXiv:2403.14435"
)
CELEBA: Final = (
    "Z. Liu, P. Luo, X. Wang and X. Tang, Deep Learning Face Attributes in the Wild, ICCV 2015, "
    "doi:10.1109/ICCV.2015.425; non-commercial research only, no redistribution"
)
MOON: Final = (
    f"E. M. Rudd, {GUENTHER} and T. E. Boult, MOON: A Mixed Objective Optimization Network for the "
    "Recognition of Facial Attributes, ECCV 2016, arXiv:1603.07027"
)
AFFACT: Final = (
    f"{GUENTHER}, A. Rozsa and T. E. Boult, AFFACT: Alignment-Free Facial Attribute Classification "
    "Technique, IJCB 2017, arXiv:1611.06158"
)
CARDS: Final = (
    "M. Mitchell, S. Wu, A. Zaldivar, P. Barnes, L. Vasserman, B. Hutchinson, E. Spitzer, "
    "I. D. Raji and T. Gebru, Model Cards for Model Reporting, FAT* 2019, "
    "doi:10.1145/3287560.3287596"
)


def citations(settings: Settings, version: str) -> list[Citation]:
    """What to cite for a run.

    Args:
        settings: parameters by key.
        version: of Heed.
    """
    models = [of for key, of in settings.items() if key.startswith("models.")]
    photographs = settings["data"]["source"] != "synthetic"
    found = [
        Citation("Heed", f"The Heed authors, Heed {version} (CITATION.cff in its repository)"),
        Citation("the questions, masks and AMR", THESIS),
        Citation("PE of both classes, and the published PE", FOLLOW_UP),
    ]
    if (method := settings["cam"]["method"]) in METHODS:
        found.append(Citation(f"the maps ({method})", METHODS[method]))
    if any(_uses_moon(of) for of in models):
        found.append(Citation("the weighting of the loss", MOON))
    if any(of.get("loss") == "mse" for of in models):
        found.append(Citation("the squared error as loss", f"{MOON}; {AFFACT}"))
    data = "the photographs" if photographs else "rates and correlations of the drawn attributes"
    return [*found, Citation(f"CelebA, {data}", CELEBA), Citation("model cards", CARDS)]


def _uses_moon(given: Mapping[str, Any]) -> bool:
    return str(given.get("weighting")).startswith("moon")
