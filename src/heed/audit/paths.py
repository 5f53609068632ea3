"""Where the audit's stages read and write, from the folder of its ``dvc.yaml``.

Of what a stage writes of a model, the path is that of a folder with one entry per replicate
(:mod:`heed.base.replicates`). Each path is written here once;
tests/audit/test_paths.py compares them with ``dvc.yaml``.
"""

from typing import Final

SYNTHETIC: Final = "data/synthetic"
EVIDENCE: Final = "data/synthetic/evidence"

FACES: Final = "data/faces.parquet"
INVENTORY: Final = "data/inventory.json"
CONTENTS: Final = "data/contents.json"
PARTITIONS: Final = "data/partitions.json"
WEIGHTS: Final = "data/weights"
HEADERS: Final = "data/headers.parquet"
"""What the inventory remembers of image files; no output of a stage, and may be removed."""

LANDMARKS: Final = "data/landmarks.parquet"
FRONTAL: Final = "data/frontal.parquet"
MASKS: Final = "data/masks"
SCORES: Final = "data/scores"
"""The folder of all models' scores."""

AVERAGES: Final = "data/averages.zarr"

FLIPS: Final = "data/flips.zarr"
"""Some drawn faces with one attribute switched, for the page."""

TABLES: Final = "metrics/tables"
AUDIT: Final = "metrics/audit.json"
HEADLINE: Final = "metrics/headline.json"
"""The few numbers of each model that DVC shows and compares as metrics."""

STATISTICS: Final = "metrics/statistics.json"

PICTURES: Final = {
    "numbers": "plots/figures",
    "averages": "report/figures/averages",
    "faces": "report/figures/faces",
}
"""PNG files of the figures, by kind."""

DRAWINGS: Final = {
    "numbers": "data/figures/numbers",
    "averages": "data/figures/averages",
    "faces": "data/figures/faces",
}
"""PDF files of the figures, by kind."""

PAGE: Final = "report/index.html"


def crops(partition: str) -> str:
    """The images of a partition, (N, S, S, 3) uint8."""
    return f"data/crops/{partition}.npy"


def crop_transforms(partition: str) -> str:
    """The names of these images, and each crop's transform."""
    return f"data/crops/{partition}.parquet"


def masks(version: object) -> str:
    """The masks of one version."""
    return f"{MASKS}/{version}.zarr"


def networks(model: str) -> str:
    """The weights of a model, ``<replicate>.safetensors``."""
    return f"data/networks/{model}"


def curves(model: str) -> str:
    """What DVCLive wrote of a model's trainings, a folder per replicate."""
    return f"plots/training/{model}"


def predictions(model: str) -> str:
    """Logits of the audited faces, ``<replicate>.parquet``."""
    return f"data/predictions/{model}"


def maps(model: str) -> str:
    """Raw maps of the audited faces, one array per method, ``<replicate>.zarr``."""
    return f"data/maps/{model}"


def cams(model: str) -> str:
    """The maps that are scored, ``<replicate>.zarr``."""
    return f"data/cams/{model}"


def scores(model: str) -> str:
    """One row per face and attribute, ``<replicate>.parquet``."""
    return f"data/scores/{model}"


def score_versions(model: str) -> str:
    """Scores against every version of the masks, ``<replicate>.parquet``."""
    return f"data/score_versions/{model}"


def table(name: str, suffix: str = "csv") -> str:
    """One of the tables."""
    return f"{TABLES}/{name}.{suffix}"
