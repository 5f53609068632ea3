"""Where the study's stages read and write, from the folder of its ``dvc.yaml``.

Each path is written here once; tests/methods/test_paths.py compares them with ``dvc.yaml``.
"""

from typing import Final

DRAWN: Final = "data/drawn"
HEADERS: Final = "data/headers.parquet"
"""What was read of the headers of CelebA's images; no output, and may be removed."""

TABLE: Final = "data/images.parquet"
PRETRAINED: Final = "data/pretrained"
IMAGES: Final = "data/images.npy"
MASKS: Final = "data/masks.npy"
"""Masks of the test images alone, (M, S, S) uint8, 0 or 1."""

RANDOMISED: Final = "data/randomised.parquet"
"""How alike maps stay while the networks of one level forget what they have learnt."""

STABILITY: Final = "data/stability.parquet"
"""How far the maps of these networks move when small noise is added to the images."""

TABLES: Final = "metrics/tables"
METRICS: Final = "metrics/methods.json"

PICTURES: Final = {"numbers": "plots/figures"}
"""PNG files of the figures, by kind."""

DRAWINGS: Final = {"numbers": "data/figures"}
"""PDF files of the figures, by kind."""

REPORT: Final = "report/index.html"


def networks(level: str, seeds: str) -> str:
    """The weights of a level, a folder with one per seed, and those of single epochs.

    Args:
        level: of a factor.
        seeds: name of an entry of ``seeds``, here and below.
    """
    return f"data/networks/{level}/{seeds}"


def weights(folder: str, seed: int, epoch: int | None = None) -> str:
    """A file of such a folder.

    Args:
        folder: of :func:`networks`.
        seed: of the training.
        epoch: None for the end of the training.
    """
    return (
        f"{folder}/{seed}.safetensors" if epoch is None else f"{folder}/{seed}/{epoch}.safetensors"
    )


def pretrained(level: str) -> str:
    """The content of the ImageNet weights that a level starts from."""
    return f"{PRETRAINED}/{level}.json"


def curves(level: str, seeds: str) -> str:
    """Losses and error rates of a level's trainings, epoch by epoch."""
    return f"data/curves/{level}/{seeds}.csv"


def scores(level: str, seeds: str) -> str:
    """The scores of a level's maps."""
    return f"data/scores/{level}/{seeds}.parquet"


def predictions(level: str, seeds: str) -> str:
    """The logits of a level's networks for the test images."""
    return f"data/predictions/{level}/{seeds}.parquet"


def examples(level: str, seeds: str) -> str:
    """Maps of a few images, to be looked at."""
    return f"data/examples/{level}/{seeds}.npz"
