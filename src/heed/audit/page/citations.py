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
    "cam": "Zhou et al., Learning Deep Features for Discriminative Localization, CVPR 2016",
    "gradcam": "Selvaraju et al., Grad-CAM, ICCV 2017",
    "hirescam": "Draelos and Carin, Use HiResCAM instead of Grad-CAM, arXiv 2011.08891, 2020",
    "xgradcam": "Fu et al., Axiom-based Grad-CAM, BMVC 2020",
    "gradcam_plusplus": "Chattopadhay et al., Grad-CAM++, WACV 2018",
    "elementwise": "the grad-cam package, GradCAMElementWise",
    "layercam": "Jiang et al., LayerCAM, IEEE Transactions on Image Processing 30, 2021",
}
"""By ``cam.method``; a test holds them to the methods' own sources, which bring torch along."""

THESIS: Final = (
    "Bieri, Visualization of Facial Attribute Classifiers via Class Activation Mapping, thesis, "
    "2023; its follow-up is arXiv 2403.14435"
)
CELEBA: Final = "the paper that the data set's own page asks for, and its terms of use"
MOON: Final = "Rudd et al., MOON, 2016"
AFFACT: Final = "G\N{LATIN SMALL LETTER U WITH DIAERESIS}nther et al., AFFACT, 2017"
CARDS: Final = "Mitchell et al., 2019"


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
