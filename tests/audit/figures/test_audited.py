import numpy as np
import pandas as pd
import pytest

from heed.audit.figures.audited import faces_from_tables
from heed.base.files import images_digest
from heed.base.matching import DifferentImagesError
from heed.geometry import affine, landmarks
from heed.geometry.alignment import LANDMARKS

NAMES = ["c.jpg", "a.jpg", "b.jpg"]
RNG = np.random.default_rng(0)
WILD, ALIGNED, IN_CROP = (RNG.random((3, len(LANDMARKS), 2)) for _ in range(3))
TRANSFORMS = RNG.random((3, 2, 3))
CROPS = list(RNG.integers(0, 256, (3, 8, 8, 3), np.uint8))


def tables() -> dict[str, pd.DataFrame]:
    """Tables of the three faces, those of all partitions in another order and with one more."""
    names = pd.DataFrame({"image": NAMES})
    both = [
        landmarks.to_table(points).add_prefix(prefix)
        for prefix, points in (("wild_", WILD), ("aligned_", ALIGNED))
    ]
    faces = pd.concat([names, *both], axis=1)
    in_crop = pd.concat([names, landmarks.to_table(IN_CROP)], axis=1)
    other = faces.iloc[:1].assign(image="d.jpg")
    return {
        "faces": pd.concat([other, faces.iloc[[2, 0, 1]]], ignore_index=True),
        "landmarks": in_crop.iloc[[1, 2, 0]],
        "frontal": names.assign(ratio=[0.05, 0.3, 0.1], kept=[True, False, True]),
        "transforms": pd.concat([names, affine.to_table(TRANSFORMS, "a_")], axis=1),
    }


@pytest.mark.parametrize(("images", "source"), [("wild", WILD), ("aligned", ALIGNED)])
def test_faces_are_matched_by_name(images: str, source: np.ndarray) -> None:
    faces = faces_from_tables(CROPS, **tables(), images=images, threshold=0.1)
    np.testing.assert_allclose(faces.landmarks, IN_CROP)
    np.testing.assert_allclose(faces.aligned, ALIGNED)
    expected = [
        [matrix[:, :2] @ point + matrix[:, 2] for point in points]
        for matrix, points in zip(TRANSFORMS, source, strict=True)
    ]
    np.testing.assert_allclose(faces.exact, expected)
    assert faces.audited.tolist() == [0, 2]
    assert faces.audited_sha256 == images_digest(["c.jpg", "b.jpg"])
    (picture,) = faces.pictures(np.array([2]))
    np.testing.assert_array_equal(picture, CROPS[2])


def test_missing_landmarks_of_aligned_images_are_no_error() -> None:
    found = tables()
    found["faces"][landmarks.columns("aligned_")] = np.nan
    faces = faces_from_tables(CROPS, **found, images="wild", threshold=0.1)
    assert np.isnan(faces.aligned).all()
    assert np.isfinite(faces.exact).all()


def test_tables_of_other_faces_are_an_error() -> None:
    found = tables()
    mixed = {**found, "transforms": found["transforms"].iloc[[1, 0, 2]]}
    with pytest.raises(DifferentImagesError, match="data/crops"):
        faces_from_tables(CROPS, **mixed, images="wild", threshold=0.1)
    fewer = {**found, "landmarks": found["landmarks"].query("image != 'c.jpg'")}
    with pytest.raises(DifferentImagesError, match=r"data/landmarks\.parquet: .*c\.jpg"):
        faces_from_tables(CROPS, **fewer, images="wild", threshold=0.1)
