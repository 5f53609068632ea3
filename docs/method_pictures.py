"""The pictures of docs/methods/: each method's maps of the same drawn faces, by one network.

The network is the first training of the model that params.yaml names first. For each attribute of
SHOWN it is the first audited face that has it, or lacks it, where the network says so, of persons
that differ.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
import pandas as pd
import torch
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import NDArray

import heed
from docs.figures import check_drawn
from heed.audit import paths
from heed.audit.models import load_models
from heed.base.files import write_bytes
from heed.base.matching import rows_of
from heed.base.names import readable
from heed.base.replicates import replicates
from heed.celeba.attributes import ATTRIBUTE_INDEX, ATTRIBUTES
from heed.explain.postprocess import interpolation_matrix
from heed.explain.result import Explanation
from heed.figures.legends import MapScale, legend_below
from heed.figures.overlay import overlay
from heed.figures.picture_grid import picture_grid, pixels_of
from heed.figures.theme import NEGATIVE_COLOUR, POSITIVE_COLOUR, png, theme
from heed.masks.packing import unpack
from heed.metrics.grid.stored_masks import StoredMasks

PICTURES: Final = Path("docs/methods/pictures")
PACKAGE: Final = "package:KPCA_CAM"
"""The method of the grad-cam package that its page shows."""

SHOWN: Final = (("Smiling", True), ("Wearing_Hat", True), ("Eyeglasses", True), ("Smiling", False))
LARGEST: Final = 60_000  # bytes
DPI, QUALITIES = 130, range(90, 20, -5)
ROWS: Final = ("face", "raw map of z", "pixels, predicted class")


@dataclass(frozen=True)
class Faces:
    """What all pictures show.

    Args:
        images: (F, S, S, 3) uint8.
        evidence: (F, S, S).
        network: whose maps they are.
    """

    images: NDArray[np.uint8]
    evidence: NDArray[np.bool_]
    network: torch.nn.Module


def draw_all(names: Sequence[str]) -> None:
    """Draw the picture of every page, and remove those of pages that are gone."""
    check_drawn()
    faces = chosen_faces()
    PICTURES.mkdir(parents=True, exist_ok=True)
    for name in names:
        write_bytes(webp(png(drawn(faces, name), DPI)), PICTURES / f"{name}.webp")
    for other in PICTURES.iterdir():
        if other.stem not in names:
            other.unlink()
    print(f"{PICTURES}: {len(names)} pictures")


def chosen_faces() -> Faces:
    """The faces, by the rule that is above."""
    model = next(iter(load_models()))
    weights = replicates(paths.networks(model))[0]
    frontal = pd.read_parquet(paths.FRONTAL)
    audited = frontal.image[frontal.kept].to_numpy()
    faces = pd.read_parquet(paths.FACES, columns=["image", "identity", *ATTRIBUTES])
    faces = faces.iloc[rows_of(audited, faces.image, paths.FACES)].reset_index(drop=True)
    logits = pd.read_parquet(Path(paths.predictions(model)) / f"{weights.stem}.parquet")
    masks = StoredMasks(paths.masks("evidence"))
    rows: list[int] = []
    outlines = []
    for attribute, present in SHOWN:
        says = (logits[f"logit.{attribute}"] >= 0).to_numpy() == present
        fits = says & ((faces[attribute] > 0).to_numpy() == present)
        region = masks.region_of_attribute[ATTRIBUTE_INDEX[attribute]]
        for row in map(int, np.flatnonzero(fits)):
            evidence = unpack(masks.packed(slice(row, row + 1))[0, region])
            if evidence.any() and faces.identity[row] not in {
                faces.identity[other] for other in rows
            }:
                rows.append(row)
                outlines.append(evidence)
                break
    partition = paths.crop_transforms("test")
    places = rows_of(audited[rows], pd.read_parquet(partition).image, partition)
    crops = np.load(paths.crops("test"), mmap_mode="r")
    network = heed.load_network(weights)
    return Faces(np.stack([crops[place] for place in places]), np.stack(outlines), network)


def drawn(faces: Faces, name: str) -> Figure:
    """The picture of a page."""
    result = explained(faces, name)
    columns: list[list[Any]] = []
    labels = []
    pixels = result.pixels("predicted", placement="receptive_field")
    for face, (attribute, _) in enumerate(SHOWN):
        output = result.output(attribute)
        image = faces.images[face]
        signed = result.maps[face, output]
        if signed.shape != image.shape[:2]:
            place = result.layers[0].placement("receptive_field", result.size)
            down = interpolation_matrix(len(image), len(signed), place.y)
            signed = down @ signed @ interpolation_matrix(len(image), len(signed), place.x).T
        columns.append([image, coloured(image, signed), overlay(image, pixels[face, output])])
        labels.append(
            f"{readable(attribute)}: z = {result.logits[face, output]:.2f}".replace("-", "−")
        )
    grid = [list(row) for row in zip(*columns, strict=True)]
    figure = picture_grid(grid, row_labels=ROWS, column_labels=labels)
    with theme():
        for row in range(len(ROWS)):
            for column, mask in enumerate(faces.evidence):
                outline(figure, row, column, mask)
        legend_below(figure, legend())
    return figure


def explained(faces: Faces, name: str) -> Explanation:
    """All that one picture needs of a method."""
    outputs = sorted({ATTRIBUTE_INDEX[attribute] for attribute, _ in SHOWN})
    return heed.explain(
        faces.network, faces.images, PACKAGE if name == "package" else name,
        outputs=outputs, names=[ATTRIBUTES[output] for output in outputs],
    )  # fmt: skip


def coloured(image: NDArray[np.uint8], signed: NDArray[np.float32]) -> NDArray[np.uint8]:
    """A signed map over a face in grey, its largest value in full colour."""
    strength = signed / max(float(np.abs(signed).max()), 1e-12)
    colours = np.array([rgb(NEGATIVE_COLOUR), rgb(POSITIVE_COLOUR)])[(strength > 0).astype(int)]
    grey = np.repeat(image.mean(axis=-1, keepdims=True), 3, axis=-1)
    opacity = 0.85 * np.abs(strength)[..., None]
    mixed: NDArray[np.uint8] = np.rint((1 - opacity) * grey + opacity * colours).astype(np.uint8)
    return mixed


def rgb(colour: str) -> tuple[int, ...]:
    """``#rrggbb`` as three numbers."""
    return tuple(int(colour[start : start + 2], 16) for start in (1, 3, 5))


def outline(figure: Figure, row: int, column: int, mask: NDArray[np.bool_]) -> None:
    """Draw the edge of a mask over one picture."""
    edges, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    to_picture = pixels_of(figure, row, column)
    for edge in edges:
        x, y = np.vstack([edge, edge[:1]])[:, 0].T
        figure.axes[0].plot(x, y, color="white", linewidth=0.7, transform=to_picture)


def legend() -> list[Artist]:
    """What the colours mean."""
    return [
        Patch(color=POSITIVE_COLOUR, label="above 0"),
        Patch(color=NEGATIVE_COLOUR, label="below 0"),
        MapScale(),
        Line2D([], [], color="0.6", linewidth=0.9, label="evidence (white)"),
    ]


def webp(picture: bytes) -> bytes:
    """A PNG as WebP in the best quality of at most LARGEST bytes.

    Raises:
        ValueError: it is too large in any quality.
    """
    pixels = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR)
    assert pixels is not None
    for quality in QUALITIES:
        _, encoded = cv2.imencode(".webp", pixels, [cv2.IMWRITE_WEBP_QUALITY, quality])
        if len(encoded) <= LARGEST:
            return encoded.tobytes()
    raise ValueError(f"a picture takes {len(encoded)} bytes, more than {LARGEST}")
