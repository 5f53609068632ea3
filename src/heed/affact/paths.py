"""Where the study's stages read and write, from the folder of its ``dvc.yaml``.

Each path is written here once; tests/affact/test_paths.py compares them with ``dvc.yaml``.
"""

from typing import Final

SYNTHETIC: Final = "data/synthetic"

FACES: Final = "data/faces.parquet"
CONTENTS: Final = "data/contents.json"
AUGMENTATION: Final = "data/augmentation"
PRETRAINED: Final = "data/pretrained"
HEADERS: Final = "data/headers.parquet"
"""What the inventory remembers of image files; no output of a stage, and may be removed."""

BOXES: Final = "data/boxes.parquet"
TEST_SETS: Final = "data/test_sets"
TEST_SET_T: Final = "data/test_set_t"
"""Of a stage of its own: its random transforms are no reason to cut the others again."""

TABLES: Final = "metrics/tables"
METRICS: Final = "metrics/affact.json"

PICTURES: Final = {"numbers": "plots/figures", "faces": "report/figures"}
"""PNG files of the figures, by kind."""

DRAWINGS: Final = {"numbers": "data/figures/numbers", "faces": "data/figures/faces"}
"""PDF files of the figures, by kind."""

SEARCHES: Final = "data/search"
TRIALS: Final = "metrics/search/trials.csv"
BEST: Final = "metrics/search/best.yaml"
SEARCH_PICTURES: Final = "plots/search"
SEARCH_DRAWINGS: Final = "data/figures/search"
"""What ``stages/search.py`` writes, which is no stage."""


def augmentation(network: str) -> str:
    """The random transforms that a network is trained with."""
    return f"{AUGMENTATION}/{network}.json"


def images(test_set: str) -> str:
    """The images of a test set, (N, S, S, 3) uint8."""
    return f"{_folder(test_set)}/{test_set}.npy"


def transforms(test_set: str) -> str:
    """The names of these images, and each one's transform."""
    return f"{_folder(test_set)}/{test_set}.parquet"


def _folder(test_set: str) -> str:
    return TEST_SET_T if test_set == "T" else TEST_SETS


def network(name: str) -> str:
    """The weights of a network."""
    return f"data/networks/{name}.safetensors"


def epochs(network: str) -> str:
    """The weights after every so many epochs, and a list of these."""
    return f"data/epochs/{network}"


def curves(network: str) -> str:
    """What DVCLive wrote of a network's training."""
    return f"plots/training/{network}"


def attribute_errors(network: str) -> str:
    """The validation error of each attribute after each epoch, in that folder."""
    return f"{curves(network)}/attribute_errors.csv"


def system(network: str) -> str:
    """How busy the machine was meanwhile; no output of a stage, as it differs from run to run."""
    return f"data/system/{network}"


def logits(network: str) -> str:
    """Logits on all test sets."""
    return f"data/predictions/{network}.zarr"


def predicted_images(network: str) -> str:
    """The names of the images that these are of."""
    return f"data/predictions/{network}.parquet"
