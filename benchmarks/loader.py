"""How fast one core feeds jittered crops, and what decoding at a fraction of the size saves.

All on drawn faces, in one process and one thread, by processor time, the best of several
rounds:

- 178x218 images, the size of CelebA's aligned ones, to 224x224 crops: without jitter, with all
  of the paper's steps, and with all but the blur.
- 1500x2000 photographs that a face fills, so that the crop needs 1/4 or 1/8 of their size:
  decoded so, against decoded whole by the same decoder, at three JPEG qualities. Reading the
  compressed data takes the same time either way, so the gain shrinks with the bits per pixel.
  Whole by Pillow into an array, as data sets often read, stands beside for comparison only:
  it mixes two decoders and depends on how the allocator happens to hand out memory.

    python benchmarks/loader.py            # print
    python benchmarks/loader.py --write    # and write benchmarks/loader.json
"""

import argparse
import io
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import geometric_mean
from typing import Any

import cv2
import numpy as np
from machine import described
from numpy.typing import NDArray
from PIL import Image

from heed.affact.augmentation import Augmentation, Blur, Mirror, Normal, Temperature
from heed.affact.photographs import AugmentedPhotographs
from heed.base.files import write_json
from heed.geometry.affine import apply, compose
from heed.geometry.alignment import alignment
from heed.geometry.photograph import decode, reduction_for
from heed.synthetic.camera import developed
from heed.synthetic.dataset import JPEG_QUALITY
from heed.synthetic.render import frame
from heed.synthetic.scene import painted
from heed.synthetic.studio import Recipe, Studio
from heed.training.crops import Batch

SIZE, SCALE = 224, 5.5
FACES = 64
LARGE_FACES = 4
LARGE = (1500, 2000)  # width, height
QUALITIES = (75, 85, 95)
BOXES = {4: 1400, 8: 1850}  # side of the crop's box in the photograph, by its reduction


def paper(blur: bool) -> Augmentation:
    """The distributions of Chavannes & Rutishauser 2021, with the colour temperature."""

    def normal(std: float, enabled: bool = True) -> Normal:
        return Normal(enabled=enabled, mean=0, std=std)

    return Augmentation(
        scale=normal(0.1),
        angle=normal(20),
        shift=normal(0.05),
        mirror=Mirror(enabled=True, probability=0.5),
        blur=Blur(enabled=blur, mean=0, std=3),
        gamma=normal(1),
        temperature=Temperature(enabled=True, low=1000, high=10000, step=500),
    )


def seconds(work: Callable[[], object], rounds: int) -> float:
    """The processor time of the fastest of several calls."""
    times = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def encoded(image: NDArray[np.uint8], quality: int) -> bytes:
    """An image, RGB, as a JPEG file."""
    options = [cv2.IMWRITE_JPEG_QUALITY, quality]
    return cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), options)[1].tobytes()


def measure_crops(studio: Studio, folder: Path, rounds: int) -> dict[str, float]:
    """Crops per second from files of 178x218 pixels."""
    paths, landmarks = [], []
    for index in range(FACES):
        face = studio.face(index)
        path = folder / f"{index:06d}.jpg"
        path.write_bytes(encoded(studio.photographs(face)[0], JPEG_QUALITY))
        paths.append(str(path))
        landmarks.append(face.scene.look.pose.aligned)
    transforms = alignment(landmarks, SIZE, SCALE, paths)
    labels = np.ones((FACES, 1), np.int8)
    rates = {}
    for name, augmentation in (
        ("plain", None),
        ("without_blur", paper(blur=False)),
        ("jittered", paper(blur=True)),
    ):
        faces = AugmentedPhotographs(paths, transforms, labels, SIZE, augmentation, seed=0)
        # the same draws in every round, several epochs of them: blurs differ much in cost
        batches = [Batch(epoch, list(range(FACES))) for epoch in range(4)]

        def epochs(faces: AugmentedPhotographs = faces, batches: list[Batch] = batches) -> None:
            for batch in batches:
                faces[batch]

        rates[f"{name}_per_second"] = FACES * len(batches) / seconds(epochs, rounds)
    rates["kib_per_image"] = sum(Path(path).stat().st_size for path in paths) / FACES / 1024
    return rates


def large_photograph(studio: Studio, index: int, box: float, quality: int) -> tuple[bytes, int]:
    """A photograph whose crop shows a box of that side, and the reduction that the crop allows."""
    face = studio.face(index)
    name = [f"large face {index}"]
    to_crop = alignment(face.wild_landmarks[None], SIZE, SCALE, name)[0]
    zoom, width, height = box / SIZE, *LARGE
    from_crop = [[zoom, 0, (width - box) / 2], [0, zoom, (height - box) / 2]]
    to_large = compose(from_crop, to_crop)
    matrix = compose(to_large, face.wild.matrix)
    look = face.scene.look
    image = developed(
        painted(face.scene, matrix, frame(width, height)), look, float(np.hypot(*matrix[:, 0]))
    )
    noise = face.rng.standard_normal(image.shape, np.float32) * np.float32(look.setting.noise)
    content = encoded(cv2.add(image, noise, dtype=cv2.CV_8U), quality)
    landmarks = apply(to_large, face.wild_landmarks)
    return content, reduction_for(alignment(landmarks[None], SIZE, SCALE, name)[0])


def by_pillow(content: bytes) -> NDArray[np.uint8]:
    """The whole photograph, as data sets usually read it."""
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))


def measure_large(studio: Studio, reduction: int, quality: int, rounds: int) -> dict[str, float]:
    """Milliseconds of decoding a large photograph, and how many times faster the reduced way is."""
    ways: dict[str, list[float]] = {"reduced": [], "whole": [], "pillow": []}
    bits = []
    for index in range(LARGE_FACES):
        content, allowed = large_photograph(studio, index, BOXES[reduction], quality)
        if allowed != reduction:
            raise AssertionError(f"the crop allows a reduction of {allowed}, not {reduction}")
        for way, work in (
            ("reduced", lambda c=content: decode(c, "large", reduction)),
            ("whole", lambda c=content: decode(c, "large")),
            ("pillow", lambda c=content: by_pillow(c)),
        ):
            work()
            ways[way].append(1000 * seconds(work, rounds))
        bits.append(8 * len(content) / (LARGE[0] * LARGE[1]))
    mean = {way: geometric_mean(times) for way, times in ways.items()}
    return {
        "reduction": reduction,
        "quality": quality,
        "bits_per_pixel": geometric_mean(bits),
        **{f"{way}_ms": value for way, value in mean.items()},
        "speed_up": mean["whole"] / mean["reduced"],
        "speed_up_over_pillow": mean["pillow"] / mean["reduced"],
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--write", action="store_true", help="write benchmarks/loader.json")
    options = parser.parse_args()

    cv2.setNumThreads(1)
    studio = Studio(Recipe(FACES, 1, 1, 1.0, 3.0, 1.0, 0.7, seed=0))
    with tempfile.TemporaryDirectory() as folder:
        crops = measure_crops(studio, Path(folder), options.rounds)
    large = [
        measure_large(studio, reduction, quality, options.rounds)
        for reduction in BOXES
        for quality in QUALITIES
    ]

    print(f"crops per second and core, from 178x218 JPEGs of {crops['kib_per_image']:.0f} KiB")
    print(f"  plain              {crops['plain_per_second']:6.0f}")
    print(f"  all steps but blur {crops['without_blur_per_second']:6.0f}")
    print(f"  all steps          {crops['jittered_per_second']:6.0f}")
    print(f"decoding {LARGE[0]}x{LARGE[1]} JPEGs, milliseconds")
    print("  reduction  quality  bits/pixel  reduced   whole  faster  by Pillow  faster")
    for row in large:
        print(
            f"  {row['reduction']:9.0f} {row['quality']:8.0f} {row['bits_per_pixel']:11.2f} "
            f"{row['reduced_ms']:8.2f} "
            f"{row['whole_ms']:7.2f} {row['speed_up']:7.2f} {row['pillow_ms']:10.2f} "
            f"{row['speed_up_over_pillow']:7.2f}"
        )
    if options.write:
        content: dict[str, Any] = {
            "rounds": options.rounds,
            **described(("opencv-python-headless", "pillow")),
            "crops": crops,
            "large": large,
        }
        write_json(content, Path(__file__).with_suffix(".json"))


if __name__ == "__main__":
    main()
