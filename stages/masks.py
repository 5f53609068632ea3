"""Stage ``masks``: where each attribute's classifier should look, for every audited face.

All versions of the masks are drawn, and all regions of the folder ``regions``, so that a change of
``mask.version`` runs no mask again and the versions can be compared.
"""

from heed.pipeline.stage import run

from collections.abc import Callable

import numpy as np
import pandas as pd
import yaml
import zarr
from numpy.typing import NDArray
from tqdm import tqdm

from heed.audit import paths
from heed.base.files import images_digest, written_whole
from heed.base.settings import load
from heed.base.stores import add_coordinates, create_array, new_store
from heed.celeba.attributes import ATTRIBUTES
from heed.celeba.settings import DataParams
from heed.geometry import affine, landmarks
from heed.geometry.settings import CropParams, FrontalParams
from heed.guidance.named_regions import Region, load_region, region_names
from heed.guidance.names import REGION
from heed.masks.catalogue import VERSIONS, possible
from heed.masks.evidence import masks as evidence_masks
from heed.masks.evidence import rows_of
from heed.masks.names import EVIDENCE
from heed.masks.packing import Packed
from heed.masks.regions import region_of_attribute
from heed.synthetic.settings import EVIDENCE_PARTITION

BATCH = 256


def main() -> None:
    """Write ``data/masks/<version>.zarr`` for the faces that ``data/frontal.parquet`` keeps."""
    crop, frontal = load(CropParams), pd.read_parquet(paths.FRONTAL)
    images = frontal.image[frontal.kept]
    drawn_faces = load(DataParams).source == "synthetic"
    versions = possible(
        evidence_kept=drawn_faces and load(FrontalParams).partition == EVIDENCE_PARTITION,
        scale=crop.scale,
    )
    drawn = {
        f"{REGION}{name}": load_region(".", name, ATTRIBUTES, bases=versions)
        for name in region_names(".")
    }
    with written_whole(paths.MASKS) as partial:
        for version in [*versions, *drawn]:
            with new_store(partial / f"{version}.zarr") as group:
                write_masks(group, version, images, crop.size, drawn.get(version))
    print(f"masks: versions {', '.join([*versions, *drawn])} for {len(images)} faces")


def write_masks(
    group: zarr.Group, version: str, images: pd.Series, size: int, region: Region | None = None
) -> None:
    """Draw one version of the masks, or a named region, into ``group``, batch by batch."""
    base = version if region is None else region.base
    of_one = {name: (name,) for name in ATTRIBUTES}  # evidence has a mask for each attribute
    regions = of_one if base == EVIDENCE else VERSIONS[base].regions
    draw = drawer(base, images, size)
    if region is not None:
        regions = region.among(regions, version)
        draw = with_region(draw, region, images, size)
    group.attrs.update(
        version=yaml.safe_load(version),  # as params.yaml has it, a number where it is one
        size=size,
        region_names=list(regions),
        region_of_attribute=list(region_of_attribute(regions, ATTRIBUTES)),
        images_sha256=images_digest(images),
    )
    shared = region is None and version != EVIDENCE and VERSIONS[version].shared
    drawn = 1 if shared else len(images)
    shape = (len(regions), size, size // 8)
    chunks = (min(BATCH, drawn), *shape)
    names = ("all_images" if shared else "image", "region", "y", "eight_pixels_of_x")
    masks = create_array(group, "regions", (drawn, *shape), "uint8", chunks, names)
    add_coordinates(group, {"region": list(regions)} | ({} if shared else {"image": images}))
    for start in tqdm(range(0, drawn, BATCH), unit="batch", desc=f"masks {version}"):
        batch = slice(start, start + BATCH)
        masks[batch] = draw(batch)


def drawer(version: str, images: pd.Series, size: int) -> Callable[[slice], Packed]:
    """The function that draws the masks of a slice of ``images``."""
    if version == EVIDENCE:
        return evidence_drawer(images, size)
    points = landmarks_of(images)
    return lambda batch: VERSIONS[version].masks(points[batch], size)


def with_region(
    draw: Callable[[slice], Packed], region: Region, images: pd.Series, size: int
) -> Callable[[slice], Packed]:
    """The function that draws a region behind the masks of its base."""
    points = landmarks_of(images)

    def both(batch: slice) -> Packed:
        own = region.masks(points[batch], size)[:, None]
        base = draw(batch)
        return np.concatenate([np.broadcast_to(base, (len(own), *base.shape[1:])), own], axis=1)

    return both


def landmarks_of(images: pd.Series) -> NDArray[np.float64]:
    """The landmarks of some faces in their crops, (n, 5, 2)."""
    table = pd.read_parquet(paths.LANDMARKS).set_index("image", drop=False)
    return landmarks.from_table(table.loc[images])


def evidence_drawer(images: pd.Series, size: int) -> Callable[[slice], Packed]:
    """The function that carries the drawn faces' evidence into the crops."""
    kind = load(DataParams).images
    stored = pd.read_parquet(f"{paths.EVIDENCE}/transforms.parquet")
    rows = rows_of(images, stored.image)
    frames = zarr.open_array(f"{paths.EVIDENCE}/masks.zarr", path="masks", mode="r")
    to_source = affine.from_table(stored, f"{kind}_")[rows]
    crops = (
        pd.read_parquet(paths.crop_transforms(EVIDENCE_PARTITION)).set_index("image").loc[images]
    )
    to_crop = affine.from_table(crops, "a_")
    sizes = crops[["source_width", "source_height"]].to_numpy()

    def draw(batch: slice) -> Packed:
        # one slice from the first to the last row: zarr takes far longer for a list of rows
        first = rows[batch].min()
        window = np.asarray(frames[first : rows[batch].max() + 1], np.uint8)
        chosen = window[rows[batch] - first]
        return evidence_masks(chosen, to_source[batch], to_crop[batch], sizes[batch], size)

    return draw


if __name__ == "__main__":
    run(main)
