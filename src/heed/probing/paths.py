"""Where the study's stages read and write, from the folder of its ``dvc.yaml``.

Each path is written here once; tests/probing/test_paths.py compares them with ``dvc.yaml``.
"""

from typing import Final

SYNTHETIC: Final = "data/synthetic"
PERSONS: Final = "data/persons"
"""Drawn faces whose attributes are read, and drawn persons, both in CelebA's layout."""

FACES: Final = "data/faces.parquet"
CONTENTS: Final = "data/contents.json"
HEADERS: Final = "data/headers.parquet"
"""What the inventory read of the images, no output of a stage."""

IDENTITIES: Final = "data/identities.parquet"
"""Path and person of each image that networks learn persons from."""

PRETRAINED: Final = "data/pretrained"
IMAGES: Final = "data/faces.npy"

BASELINE: Final = "data/baseline.parquet"
"""Accuracy of a network that was trained on the attributes themselves."""

TABLES: Final = "metrics/tables"
METRICS: Final = "metrics/probing.json"

PICTURES: Final = {"numbers": "plots/figures"}
"""PNG files of the figures, by kind."""

DRAWINGS: Final = {"numbers": "data/figures"}
"""PDF and SVG files of the figures, by kind."""

REPORT: Final = "report/index.html"

AUDIT: Final = "../../metrics/tables"
"""Tables of the audit, whose networks may be probed too."""


def recognition(network: str) -> str:
    """How well a network recognises persons."""
    return f"data/recognition/{network}.parquet"


def probes(network: str) -> str:
    """What was read from the layers, channels and neurons of a network."""
    return f"data/probes/{network}.parquet"


def vip(network: str) -> str:
    """Single neurons over the range of VIP."""
    return f"data/vip/{network}.parquet"


def vip_histogram(network: str) -> str:
    """How the VIPs of a layer are distributed."""
    return f"data/vip_histogram/{network}.parquet"


def silenced(network: str) -> str:
    """What later layers lose when neurons are set to zero."""
    return f"data/silenced/{network}.parquet"


def pretrained(network: str) -> str:
    """The content of the weights that a network starts from, or is."""
    return f"{PRETRAINED}/{network}.json"


def networks(network: str) -> str:
    """The weights of a network, a folder with one file per seed."""
    return f"data/networks/{network}"


def curves(network: str) -> str:
    """Losses and errors of a network's trainings, epoch by epoch."""
    return f"data/curves/{network}.csv"
