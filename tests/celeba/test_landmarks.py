from pathlib import Path

import numpy as np
import pytest

from heed.celeba.annotations import LANDMARK_KIND, read_annotation
from heed.celeba.errors import AnnotationError
from heed.celeba.landmarks import aligned_share, check_landmarks

SHARED = Path(__file__).resolve().parents[2] / "../shared"
FACE = np.array([[69, 111], [108, 111], [88, 136], [70, 151], [107, 152]])
SIXTEEN_DOWN = np.array([0, 16])
THESIS_SHIFT = np.array([24, -10])


def test_aligned_share_by_hand():
    outside = FACE.copy()
    outside[4, 0] = 178  # the last column is 177
    faces = np.stack([FACE, FACE + 15, FACE - 16, FACE * 2, outside, FACE + SIXTEEN_DOWN])
    assert aligned_share(faces) == pytest.approx(2 / 6)


def test_shifted_landmarks_are_not_aligned():
    assert aligned_share((FACE + THESIS_SHIFT)[None]) == 0


def write(path: Path, faces: np.ndarray) -> Path:
    rows = [f"{i}.jpg " + " ".join(map(str, face.ravel())) for i, face in enumerate(faces)]
    path.write_text("\n".join([" ".join(LANDMARK_KIND.columns), *rows]))
    return path


def rejection(path: Path, kind) -> str:
    with pytest.raises(AnnotationError) as error:
        check_landmarks(read_annotation(path, LANDMARK_KIND), kind)
    return str(error.value)


@pytest.fixture
def wild_faces() -> np.ndarray:
    generator = np.random.default_rng(0)
    return FACE * generator.integers(1, 5, (40, 1, 1)) + generator.integers(40, 300, (40, 1, 2))


def test_each_kind_under_its_own_name(tmp_path, wild_faces):
    aligned = write(tmp_path / "list_landmarks_align_celeba.txt", np.repeat(FACE[None], 9, 0))
    check_landmarks(read_annotation(aligned, LANDMARK_KIND), "aligned")
    wild = write(tmp_path / "list_landmarks_celeba.txt", wild_faces)
    check_landmarks(read_annotation(wild, LANDMARK_KIND), "wild")


def test_wild_landmarks_under_the_aligned_name(tmp_path, wild_faces):
    path = write(tmp_path / "list_landmarks_align_celeba.txt", wild_faces)
    message = rejection(path, "aligned")
    left = np.median(wild_faces[:, 0], axis=0)
    assert f"{path}, line 2: found from here on eyes with median ({left[0]:g}, " in message
    assert (
        "0% of the faces where the alignment puts them; expected eyes near (69.0, 111.0)" in message
    )
    assert "These look like landmarks of the wild images: put CelebA's own list_landm" in message
    assert "or set data.images: wild" in message


def test_aligned_landmarks_under_the_wild_name(tmp_path):
    path = write(tmp_path / "list_landmarks_celeba.txt", np.repeat(FACE[None], 9, 0))
    message = rejection(path, "wild")
    assert (
        f"{path}, line 2: found from here on eyes with median (69, 111) and (108, 111)" in message
    )
    assert "100% of the faces where the alignment puts them; expected eyes scattered" in message
    assert "These look like landmarks of the aligned images" in message
    assert "or set data.images: aligned" in message


def test_a_mixture_is_rejected_under_either_name(tmp_path, wild_faces):
    mixture = np.concatenate([wild_faces[:10], np.repeat(FACE[None], 30, 0)])
    path = write(tmp_path / "a.txt", mixture)
    for kind in ("wild", "aligned"):
        assert "75% of the faces" in rejection(path, kind)


def test_published_aligned_landmarks():
    path = SHARED / "data/landmarks_shifted_validation.txt"
    if not path.exists():
        pytest.skip("CelebA's landmarks are not part of this repository")
    shifted = read_annotation(path, LANDMARK_KIND).numbers.reshape(-1, 5, 2)
    assert aligned_share(shifted - THESIS_SHIFT) > 0.999
    assert aligned_share(shifted) < 0.01
