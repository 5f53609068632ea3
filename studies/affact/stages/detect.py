"""Stage ``detect``: a box for each test face, by the detector or else by CelebA."""

from heed.pipeline.stage import run

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import torch
from tqdm import tqdm

from heed.affact import paths
from heed.base.files import write_table
from heed.base.partitions import PARTITIONS
from heed.base.settings import load
from heed.celeba.settings import DataParams
from heed.detection.detection import Detection
from heed.detection.fallback import face_boxes, summary
from heed.detection.mtcnn import FaceDetector
from heed.geometry.boxes import from_table
from heed.geometry.photograph import decode
from heed.process.cores import usable_cores


def main() -> None:
    """Write ``data/boxes.parquet``, the test faces in the order of the inventory."""
    data = load(DataParams)
    faces = pd.read_parquet(paths.FACES)
    faces = faces[faces.partition == PARTITIONS.index("test")]
    # One thread per image: faster than several, and the last bits do not depend on their number.
    torch.set_num_threads(1)
    gpu = torch.cuda.is_available()
    detector = FaceDetector(torch.device("cuda" if gpu else "cpu"))
    # On a GPU images wait for each other, and each thread holds memory of it.
    threads_at_once = 4 if gpu else usable_cores()

    def detect(path: str) -> Detection | None:
        photograph = Path(data.folder, path)
        image = decode(photograph.read_bytes(), str(photograph))
        try:
            return detector.detect(image)
        except Exception as error:
            error.add_note(f"while looking for the face in {photograph}")
            raise

    with ThreadPoolExecutor(threads_at_once) as threads:
        found = threads.map(detect, faces.path)
        detections = list(tqdm(found, total=len(faces), unit="face", desc="detect"))
    # CelebA's boxes are those of the photographs as taken.
    celeba = from_table(faces, "box_") if data.images == "wild" else None
    boxes = face_boxes(list(faces.image), detections, celeba)
    write_table(boxes, paths.BOXES)
    print(f"detect: {summary(boxes)}")


if __name__ == "__main__":
    run(main)
