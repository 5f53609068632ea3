"""Where the study's stages read and write, from the folder of its ``dvc.yaml``.

Each path is written here once; tests/attention/test_paths.py compares them with ``dvc.yaml``.
"""

from typing import Final

SYNTHETIC: Final = "data/synthetic"
"""Drawn faces in CelebA's layout."""

FACES: Final = "data/faces.parquet"
CONTENTS: Final = "data/contents.json"
HEADERS: Final = "data/headers.parquet"
"""What the inventory read of the images, no output of a stage."""

START: Final = "data/start.json"
"""The content of the weights that networks start from."""

LANDMARK_FILE: Final = "data/landmark_file.json"
"""The content of the file of landmarks, if there is one."""

GUIDED: Final = "data/guided"
JUDGED: Final = "data/judged"
"""The pairs that each run is led by, and those that each network and run is judged by."""

LANDMARKS: Final = "data/landmarks.parquet"

TABLES: Final = "metrics/tables"
METRICS: Final = "metrics/attention.json"

PICTURES: Final = {"numbers": "plots/figures", "faces": "report/figures"}
"""PNG files of the figures, by kind."""

DRAWINGS: Final = {"numbers": "data/figures/numbers", "faces": "data/figures/faces"}
"""PDF files of the figures, and SVG files of those that show numbers, by kind."""

REPORT: Final = "report/index.html"


def guided(run: str) -> str:
    """The pairs that a run is led by."""
    return f"{GUIDED}/{run}.json"


def judged(name: str) -> str:
    """The pairs that a network or a run is judged by."""
    return f"{JUDGED}/{name}.json"


def crops(partition: str) -> str:
    """The crops of a partition."""
    return f"data/crops/{partition}.npy"


def crop_transforms(partition: str) -> str:
    """The images of these, in their order, and how each was cut."""
    return f"data/crops/{partition}.parquet"


def networks(name: str) -> str:
    """The weights of a network or a run, a folder with one file per seed."""
    return f"data/networks/{name}"


def curves(name: str) -> str:
    """Losses and errors of its trainings, epoch by epoch."""
    return f"data/curves/{name}.csv"


def decisions(name: str) -> str:
    """Logits of every attribute on every set."""
    return f"data/decisions/{name}.parquet"


def regions(name: str) -> str:
    """Scores of the maps of pairs against their regions, face by face."""
    return f"data/regions/{name}.parquet"


def attributes(name: str) -> str:
    """AMR, PE, contribution and error of every attribute."""
    return f"data/attributes/{name}.parquet"


def examples(name: str) -> str:
    """Faces with their maps, and average maps, of each pair."""
    return f"data/examples/{name}.npz"
