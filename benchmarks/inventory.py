"""How long the inventory takes on a folder of CelebA's size: at first, and when nothing changed.

Makes a folder of 202,599 aligned images of 178x218 pixels (hard links to a few drawn faces, so
that it needs little disk; the files are in the page cache) with all five kinds of annotation
files, then takes the inventory in a process of its own each time, as the stage does: the first
run reads every image's header, the later ones find all of it noted, and the table unchanged.

    python benchmarks/inventory.py            # print
    python benchmarks/inventory.py --write    # and write benchmarks/inventory.json
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

import cv2
import numpy as np
from machine import described

from heed.base.files import write_json
from heed.celeba.attributes import ATTRIBUTES
from heed.celeba.kinds import BOX_KIND, LANDMARK_KIND
from heed.synthetic.dataset import JPEG_QUALITY
from heed.synthetic.render import Image
from heed.synthetic.studio import Recipe, Studio

FACES = 202_599
PICTURES = 16  # different files; the others are links to them
FACE = (69, 111, 108, 111, 88, 136, 70, 151, 107, 152)
RECIPE = Recipe(PICTURES, 1, 1, 4.0, 3.0, 1.0, 0.7, seed=0)
MEASURED = """
import resource, sys, time
start = time.perf_counter()
from heed.celeba.faces_table import write_faces
from heed.celeba.inventory import take_inventory
inventory = take_inventory("faces", "aligned", cache="headers.parquet")
write_faces(inventory.table, "faces.parquet")
seconds = time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # KiB, but bytes on macOS
print(seconds, peak * (1 if sys.platform == "darwin" else 1024))
"""


def simulate(folder: Path, faces: int) -> None:
    """Write a folder in torchvision's layout."""
    images = folder / "img_align_celeba"
    images.mkdir(parents=True)
    studio = Studio(RECIPE)
    names = [f"{number:06d}.jpg" for number in range(1, faces + 1)]
    for index, name in enumerate(names[:PICTURES]):
        (images / name).write_bytes(encoded(studio.photographs(studio.face(index))[0]))
    for index, name in enumerate(names[PICTURES:]):
        os.link(images / names[index % PICTURES], images / name)

    generator = np.random.default_rng(0)
    labels = np.where(generator.random((faces, len(ATTRIBUTES))) < 0.2, 1, -1)
    aligned = np.array(FACE) + generator.integers(-5, 6, (faces, len(FACE)))
    wild = aligned * generator.integers(2, 6, (faces, 1)) + generator.integers(0, 200, (faces, 1))
    boxes = generator.integers(50, 500, (faces, 4))
    parts = np.arange(faces)[:, None] * 3 // faces
    points = " ".join(LANDMARK_KIND.columns)
    for stem, header, numbers in (
        ("list_attr_celeba", " ".join(ATTRIBUTES), labels),
        ("list_landmarks_align_celeba", points, aligned),
        ("list_landmarks_celeba", points, wild),
        ("list_bbox_celeba", " ".join(["image_id", *BOX_KIND.columns]), boxes),
        ("identity_CelebA", "", generator.integers(1, 10_178, (faces, 1))),
        ("list_eval_partition", "", parts),
    ):
        with (folder / f"{stem}.txt").open("w", encoding="utf-8", newline="\n") as file:
            file.write(f"{faces}\n{header}\n" if header else "")
            for name, row in zip(names, numbers.tolist(), strict=True):
                file.write(f"{name} {' '.join([f'{number:2d}' for number in row])}\n")


def encoded(image: Image) -> bytes:
    """An image, RGB, as a JPEG file."""
    options = [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]
    return cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), options)[1].tobytes()


def timed(folder: Path) -> tuple[float, float]:
    """Seconds of one run, imports included, and the most memory it held, in bytes."""
    run = subprocess.run(
        [sys.executable, "-c", MEASURED], cwd=folder, capture_output=True, text=True, check=True
    )
    seconds, peak = map(float, run.stdout.split())
    return seconds, peak


def main() -> None:
    """Simulate, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--faces", type=int, default=FACES)
    parser.add_argument("--rounds", type=int, default=5, help="runs on the unchanged folder")
    parser.add_argument("--write", action="store_true", help="write benchmarks/inventory.json")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        simulate(Path(temporary, "faces"), options.faces)
        first, first_peak = timed(Path(temporary))
        later = [timed(Path(temporary)) for _ in range(options.rounds)]
    unchanged, peak = (median(values) for values in zip(*later, strict=True))
    print(f"inventory of {options.faces} images, seconds and peak memory")
    print(f"  first run, sizes read    {first:6.2f}   {first_peak / 1e9:.2f} GB")
    print(f"  nothing changed          {unchanged:6.2f}   {peak / 1e9:.2f} GB")
    if options.write:
        setting = {"faces": options.faces, "rounds": options.rounds}
        machine = described(("pandas", "pyarrow", "imagesize"))
        result = {
            "first_s": first,
            "first_peak_bytes": first_peak,
            "unchanged_s": unchanged,
            "unchanged_peak_bytes": peak,
        }
        write_json(setting | machine | result, Path(__file__).with_suffix(".json"))


if __name__ == "__main__":
    main()
