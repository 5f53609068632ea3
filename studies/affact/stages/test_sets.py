"""Stage ``test_sets``: the test faces cut out in three ways, one array per set."""

from heed.pipeline.stage import run

from heed.affact import paths
from heed.affact.settings import DetectParams, TestSetsParams
from heed.affact.test_set_files import faces_to_test, write_set
from heed.affact.test_sets import aligned_set, detected_set
from heed.base.files import written_whole
from heed.base.settings import load
from heed.celeba.settings import DataParams
from heed.geometry import boxes, landmarks
from heed.geometry.settings import CropParams


def main() -> None:
    """Write ``data/test_sets/<set>.npy`` and ``.parquet``; C and D hold faces with a box."""
    data, crop = load(DataParams), load(CropParams)
    factor, ten_crop_size = load(DetectParams).scale, load(TestSetsParams).ten_crop_size
    table, faces, boxed = faces_to_test()
    found, names = boxes.from_table(table.iloc[boxed]), list(table.image.iloc[boxed])
    points = landmarks.from_table(faces, f"{data.images}_")
    sets = {
        "A": aligned_set(points, crop.size, crop.scale, list(faces.image)),
        "C": detected_set(found, ten_crop_size, factor, names),
        "D": detected_set(found, crop.size, factor, names),
    }
    with written_whole(paths.TEST_SETS) as folder:
        folder.mkdir()
        for name, test_set in sets.items():
            of_set = faces if name == "A" else faces.iloc[boxed]
            write_set(folder / name, test_set, of_set, data.folder, crop.sampling)
    print(f"test_sets: {len(faces)} faces in A, {len(boxed)} in C and D")


if __name__ == "__main__":
    run(main)
