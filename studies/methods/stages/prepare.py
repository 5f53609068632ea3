"""Stage prepare: images and masks as squares of one size."""

from heed.pipeline.stage import run

import numpy as np
import pandas as pd
from numpy.lib.format import open_memmap
from tqdm import tqdm

from heed.base.arrays import write_images
from heed.base.files import written_whole
from heed.base.settings import load
from heed.methods import paths
from heed.methods.image_sources import image_source
from heed.methods.settings import CelebAParams, DataParams


def main() -> None:
    """Write ``data/images.npy``, and ``data/masks.npy``, the masks of the test images."""
    data, table = load(DataParams), pd.read_parquet(paths.TABLE)
    side, source = data.side, image_source(table, data, load(CelebAParams))
    with tqdm(total=len(table), unit="image", desc="prepare") as progress:
        write_images(paths.IMAGES, len(table), side, source.image, progress.update)
    test = np.flatnonzero((table["partition"] == "test").to_numpy())
    with written_whole(paths.MASKS) as partial:
        shape = (len(test), side, side)
        masks = open_memmap(partial, mode="w+", dtype=np.uint8, shape=shape)
        for place, row in enumerate(test.tolist()):
            masks[place] = source.mask(row)
        masks.flush()
    print(f"prepare: {len(table)} images of {side} pixels, masks of {len(test)} test images")


if __name__ == "__main__":
    run(main)
