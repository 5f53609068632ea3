"""Stage prepare: images and masks as squares of one size."""

from heed.pipeline.stage import run

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.lib.format import open_memmap
from tqdm import tqdm

from heed.base.arrays import write_images
from heed.base.files import written_whole
from heed.base.settings import load
from heed.masked_folder.boxes import read_boxes
from heed.masked_folder.pixels import box_mask, square_image, square_mask
from heed.methods import paths
from heed.methods.settings import DataParams


def main() -> None:
    """Write ``data/images.npy``, and ``data/masks.npy``, the masks of the test images."""
    data, table = load(DataParams), pd.read_parquet(paths.TABLE)
    root, side = Path(data.folder), data.side
    files = [root / image for image in table["image"]]
    with tqdm(total=len(files), unit="image", desc="prepare") as progress:
        write_images(
            paths.IMAGES,
            len(files),
            side,
            lambda row: square_image(files[row], side),
            progress.update,
        )
    test = table[table["partition"] == "test"]
    sizes = dict(
        zip(table["image"], zip(table["width"], table["height"], strict=True), strict=True)
    )
    boxes = read_boxes(root, sizes)
    with written_whole(paths.MASKS) as partial:
        shape = (len(test), side, side)
        masks = open_memmap(partial, mode="w+", dtype=np.uint8, shape=shape)
        for row, (image, mask) in enumerate(zip(test["image"], test["mask"], strict=True)):
            if image in boxes:
                masks[row] = box_mask(boxes[image], side, sizes[image])
            elif mask:
                masks[row] = square_mask(root / mask, side, sizes[image])
        masks.flush()
    print(f"prepare: {len(files)} images of {side} pixels, masks of {len(test)} test images")


if __name__ == "__main__":
    run(main)
