"""Stage ``test_set_t``: the faces of test set D, each changed once at random."""

from heed.pipeline.stage import run

from heed.affact import paths
from heed.affact.settings import (
    AugmentationParams,
    DetectParams,
    TestSetsParams,
    with_differences,
)
from heed.affact.test_set_files import faces_to_test, write_set
from heed.affact.test_sets import detected_set, transformed_set
from heed.base.files import written_whole
from heed.base.settings import load
from heed.celeba.settings import DataParams
from heed.geometry import boxes
from heed.geometry.settings import CropParams


def main() -> None:
    """Write ``data/test_set_t/T.npy`` and ``.parquet``, of faces with a box."""
    data, crop, params = load(DataParams), load(CropParams), load(TestSetsParams)
    augmentation = with_differences(load(AugmentationParams), params.t, "test_sets.t")
    table, faces, boxed = faces_to_test()
    found, names = boxes.from_table(table.iloc[boxed]), list(table.image.iloc[boxed])
    detected = detected_set(found, crop.size, load(DetectParams).scale, names)
    test_set = transformed_set(detected, augmentation, params.seed, boxed.tolist())
    with written_whole(paths.TEST_SET_T) as folder:
        folder.mkdir()
        write_set(folder / "T", test_set, faces.iloc[boxed], data.folder, crop.sampling)
    print(f"test_set_t: {len(boxed)} faces in T")


if __name__ == "__main__":
    run(main)
