"""Stage ``masks``: where each attribute's classifier should look, for every audited face."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import zarr
from tqdm import tqdm

from heed.geometry import affine, landmarks
from heed.masks import blocks, evidence, landmark_boxes
from heed.masks.regions import MaskSet
from heed.params import CropParams, DataParams, FrontalParams, MaskParams, load
from heed.stage import run
from heed.store import create_array, images_digest, written_whole

VERSIONS = {1: landmark_boxes, 2: blocks, "evidence": evidence}
BATCH = 256


def main() -> None:
    """Write ``data/masks.zarr`` for the faces that ``data/frontal.parquet`` keeps."""
    version, size = load(MaskParams).version, load(CropParams).size
    frontal = pd.read_parquet("data/frontal.parquet")
    images = frontal.image[frontal.kept]
    drawn = 1 if version == 2 else len(images)
    layout, draw = VERSIONS[version], drawer(version, images, size)

    shape = (len(layout.NAMES), size, size // 8)
    with written_whole("data/masks.zarr") as partial:
        group = zarr.open_group(partial, mode="w")
        group.attrs.update(
            version=version,
            size=size,
            region_names=list(layout.NAMES),
            region_of_attribute=list(layout.REGION_OF_ATTRIBUTE),
            images_sha256=images_digest(images),
        )
        chunks = (min(BATCH, drawn), *shape)
        regions = create_array(group, "regions", (drawn, *shape), "uint8", chunks)
        for start in tqdm(range(0, drawn, BATCH), unit="batch", desc="masks"):
            batch = slice(start, start + BATCH)
            regions[batch] = draw(batch).regions
    print(f"masks: version {version}, {shape[0]} regions, drawn for {drawn} of {len(images)} faces")


def drawer(version: int | str, images: pd.Series, size: int) -> Callable[[slice], MaskSet]:
    """The function that draws the masks of a slice of ``images``."""
    if version == 2:
        return lambda batch: blocks.masks(size)
    if version == 1:
        table = pd.read_parquet("data/landmarks.parquet").set_index("image", drop=False)
        points = landmarks.from_table(table.loc[images])
        return lambda batch: landmark_boxes.masks(points[batch], size)
    return evidence_drawer(images, size)


def evidence_drawer(images: pd.Series, size: int) -> Callable[[slice], MaskSet]:
    """The function that carries the drawn faces' evidence into the crops."""
    data, partition = load(DataParams), load(FrontalParams).partition
    folder = Path("data/synthetic/evidence")
    if data.source != "synthetic" or not (folder / "transforms.parquet").exists():
        raise evidence.EvidenceError(
            f"mask.version is evidence, but data.source is {data.source} and {folder} holds no "
            "evidence masks: only drawn faces have them; choose mask.version 1 or 2, or set "
            "data.source to synthetic and run the stage synthesize"
        )
    stored = pd.read_parquet(folder / "transforms.parquet")
    rows = evidence.rows_of(images, stored.image)
    frames = zarr.open_array(folder / "masks.zarr", path="masks", mode="r")
    to_source = affine.from_table(stored, f"{data.images}_")[rows]
    crops = pd.read_parquet(f"data/crops/{partition}.parquet").set_index("image").loc[images]
    to_crop = affine.from_table(crops, "a_")
    sizes = crops[["source_width", "source_height"]].to_numpy()

    def draw(batch: slice) -> MaskSet:
        # one slice from the first to the last row: zarr takes far longer for a list of rows
        first = rows[batch].min()
        window = np.asarray(frames[first : rows[batch].max() + 1], np.uint8)
        chosen = window[rows[batch] - first]
        return evidence.masks(chosen, to_source[batch], to_crop[batch], sizes[batch], size)

    return draw


if __name__ == "__main__":
    run(main)
