"""A folder that an export fills: whole or not at all, and never in the place of something else."""

import csv
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import numpy as np

from heed.base.errors import HeedError, InputError
from heed.base.files import written_whole
from heed.explorer.audited import Audited
from heed.explorer.chosen_faces import Chosen
from heed.explorer.score_columns import ScoreColumns, columns

ABOUT: Final = "about.json"
"""What says of a folder that an export wrote it, and of what it is."""

FORMAT: Final = "heed export"

SCORES_KEPT: Final = (
    "logit", "contribution", "bias_share", "amr", "proportional_energy", "iou", "active_area",
)  # fmt: skip
"""The scores that leave with a map, by their names in ``data/scores``."""


@contextmanager
def exported_folder(output: Path, kind: str, chosen: Chosen, *, force: bool) -> Iterator[Path]:
    """Hand out a folder to fill, which takes its place when it is complete.

    Args:
        output: where it shall be.
        kind: ``png``, ``npy``, ``coco`` or ``fiftyone``.
        chosen: what it will be of, which :data:`ABOUT` there says.
        force: replace an older export that is there.

    Raises:
        InputError: something is there already, and is no export, or ``force`` is not said.
    """
    if output.exists() or output.is_symlink():
        if not _is_export(output):
            raise InputError(
                f"{output}: is there already, and `heed export` did not write it; choose another "
                "name with --output"
            )
        if not force:
            raise InputError(
                f"{output}: is there already; say --force to replace it, or choose another name "
                "with --output"
            )
    if len({image_file(image) for image in chosen.images}) < len(chosen.images):
        raise InputError("images: found two of one name but for their suffixes; export one of them")
    # Not guarded: what may be replaced was looked at above, and is the user's own folder.
    with _told(output), written_whole(output, guard=False) as partial:
        partial.mkdir()
        yield partial
        about = {
            FORMAT: kind,
            "faces": len(chosen.images),
            "attributes": list(chosen.attributes),
            "networks": list(chosen.networks),
            "conditions": conditions_json(chosen),
        }
        write_json(partial / ABOUT, about | _kept(partial))


@contextmanager
def _told(output: Path) -> Iterator[None]:
    """Say of which folder it is that the disk is full, or that it may not be written."""
    try:
        yield
    except OSError as error:
        if isinstance(error, HeedError):
            raise
        raise InputError(
            f"{output}: cannot be written ({error.strerror or error}); nothing is left of it"
        ) from None


def keep_about(folder: Path, more: Mapping[str, Any]) -> None:
    """Add to what :data:`ABOUT` will say of a folder that is being filled."""
    write_json(folder / ABOUT, dict(more))


def _kept(folder: Path) -> dict[str, Any]:
    file = folder / ABOUT
    found: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {}
    return found


def write_json(file: Path, content: Mapping[str, Any]) -> None:
    """Write JSON, the same bytes for the same content."""
    text = json.dumps(content, indent=2, allow_nan=False, ensure_ascii=False) + "\n"
    file.write_text(text, encoding="utf-8", newline="\n")


def conditions_json(chosen: Chosen) -> dict[str, Any]:
    """The conditions by their names."""
    return asdict(chosen.conditions)


class ScoresOf:
    """The scores of the chosen faces, read attribute by attribute.

    Args:
        audited: the audit.
        chosen: what is exported.
    """

    def __init__(self, audited: Audited, chosen: Chosen) -> None:
        self._audited, self._chosen = audited, chosen
        self._columns: dict[tuple[str, str], ScoreColumns] = {}

    def of(self, network: str, attribute: str, image: str) -> dict[str, float]:
        """One map's :data:`SCORES_KEPT` that are known: those that are missing are left out."""
        found, place = self.columns(network, attribute), self._audited.place(image)
        values = {name: float(found.values[name][place]) for name in SCORES_KEPT}
        return {name: value for name, value in values.items() if np.isfinite(value)}

    def label(self, attribute: str, image: str) -> int:
        """The true class, -1 or +1."""
        columns_of = self.columns(self._chosen.networks[0], attribute)
        return int(columns_of.label[self._audited.place(image)])

    def columns(self, network: str, attribute: str) -> ScoreColumns:
        """All faces' scores of a network for an attribute."""
        key = network, attribute
        if key not in self._columns:
            conditions = self._chosen.conditions
            self._columns[key] = columns(self._audited, network, attribute, conditions)
        return self._columns[key]

    def write_csv(self, file: Path) -> None:
        """A row for each face, attribute and network: label and scores; empty where missing."""
        with file.open("w", encoding="utf-8", newline="") as opened:
            writer = csv.writer(opened, lineterminator="\n")
            writer.writerow(["image", "attribute", "network", "label", *SCORES_KEPT])
            for image in self._chosen.images:
                for attribute in self._chosen.attributes:
                    for network in self._chosen.networks:
                        scores = self.of(network, attribute, image)
                        row = [
                            f"{scores[name]:.9g}" if name in scores else "" for name in SCORES_KEPT
                        ]
                        label = self.label(attribute, image)
                        writer.writerow([image, attribute, network, label, *row])


def network_file(network: str) -> str:
    """A network's name as a file's: ``balanced/1`` as ``balanced-1``."""
    return network.replace("/", "-")


def image_file(image: str) -> str:
    """The name of a face's picture: that of its image, as PNG; no folder is in it."""
    stem = Path(image).with_suffix("").as_posix()
    return re.sub(r"[/\\]", "_", stem) + ".png"


def _is_export(folder: Path) -> bool:
    try:
        said = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(said, dict) and FORMAT in said and not folder.is_symlink()
