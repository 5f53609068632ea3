import re
from pathlib import Path

import numpy as np
import pytest

from heed.celeba.annotations import read_annotation
from heed.celeba.kinds import LANDMARK_KIND
from heed.celeba.landmark_checks import (
    MEAN_FACE,
    aligned_share,
    check_aligned_places,
    check_faces,
    check_landmarks,
    misfit,
    points_of,
)
from heed.celeba.messages import AnnotationError
from heed.synthetic.frames import wild_frame
from heed.synthetic.pose import LandmarkDistribution, pose
from tests.places import SHARED

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


def test_misfit_by_hand():
    """A face turned, scaled and moved fits; one landmark off by d misses by about d."""
    mean = np.array(MEAN_FACE)
    turn = 3 * np.array([[0.6, -0.8], [0.8, 0.6]])
    off = mean.copy()
    off[2] += [0, 4.1]  # a tenth of the distance between eyes and mouth
    found = misfit(np.stack([mean, mean @ turn.T + [900, -4], off, off @ turn.T, mean * [1, -1]]))
    np.testing.assert_allclose(found[:2], 0, atol=1e-12)
    assert found[2] == pytest.approx(found[3])
    # least squares share the error out: four fifths of it stay with the one landmark
    assert found[2] == pytest.approx(0.08, abs=0.01)
    assert found[4] > 1
    assert misfit(np.zeros((1, 5, 2))).tolist() == [np.inf]


def drawn_faces(kind: str, count: int = 300) -> np.ndarray:
    """Landmarks as those of the drawn faces are, in whole pixels."""
    rng = np.random.default_rng(0)
    distribution = LandmarkDistribution()
    faces = []
    for number in range(count):
        drawn = pose(distribution.draw(rng, frontal=number % 3 > 0))
        matrix = wild_frame(rng, drawn).matrix
        wild = (drawn.aligned + np.array([39, 19])) @ matrix[:, :2].T + matrix[:, 2]
        faces.append(drawn.aligned if kind == "aligned" else wild)
    return np.rint(faces).astype(int)


def check(path: Path, kind) -> list[str]:
    """All that the inventory checks of a landmark file by itself."""
    annotation = read_annotation(path, LANDMARK_KIND)
    notes = check_faces(annotation, kind)
    check_landmarks(annotation, kind)
    if kind == "aligned":
        check_aligned_places(annotation)
    return notes


def repeated(faces: np.ndarray) -> np.ndarray:
    return np.repeat(faces[:, :1], 5, axis=1)


def put(landmark: int, place: tuple[int, int]):
    def change(faces: np.ndarray) -> np.ndarray:
        faces[:, landmark] = place
        return faces

    return change


# What can go wrong with all landmarks, or a few, and what the message says of it.
WRONG = {
    "left and right": (lambda faces: faces[:, [1, 0, 2, 4, 3]], "left and right exchanged"),
    "eyes": (lambda faces: faces[:, [1, 0, 2, 3, 4]], "the left and the right eye exchanged"),
    "mouth": (lambda faces: faces[:, [0, 1, 2, 4, 3]], "the corners of the mouth exchanged"),
    "x and y": (lambda faces: faces[..., ::-1], "x and y exchanged"),
    "y upwards": (lambda faces: [0, 217] + faces * [1, -1], "faces upside down"),
    "mirrored": (lambda faces: [177, 0] + faces * [-1, 1], "left and right exchanged"),
    "upside down": (lambda faces: np.array([177, 217]) - faces, "the mouth above the eyes"),
    "nose far": (put(2, (0, 0)), "landmarks that no face has"),
    "eye far": (put(0, (2, 3)), "landmarks that no face has|a landmark far from its place"),
    "corner far": (put(4, (5, 210)), "landmarks that no face has"),
    "zero": (lambda faces: faces * 0, "eyes and mouth in one place"),
    "minus one": (lambda faces: faces * 0 - 1, "eyes and mouth in one place"),
    "one point": (repeated, "eyes and mouth in one place"),
    "far out": (put(1, (10**9, 10**9)), "a landmark far outside any image"),
    "negative": (put(1, (-(10**6), 100)), "a landmark far outside any image"),
}


@pytest.mark.parametrize("kind", ["aligned", "wild"])
@pytest.mark.parametrize("name", WRONG)
def test_wrong_landmarks_are_refused(tmp_path, name, kind):
    change, words = WRONG[name]
    faces = drawn_faces(kind)
    path = write(tmp_path / "list_landmarks.txt", faces)
    assert check(path, kind) == []
    write(path, np.array(change(faces.copy()), int))
    with pytest.raises(AnnotationError, match=words) as error:
        check(path, kind)
    assert str(error.value).startswith(f"{path}, line ")
    assert int(re.search(r", and (\d+) of 300 faces so", str(error.value))[1]) > 150


@pytest.mark.parametrize("kind", ["aligned", "wild"])
@pytest.mark.parametrize("name", [name for name in WRONG if name not in ("eye far", "upside down")])
def test_a_few_wrong_among_many_are_refused_by_line(tmp_path, name, kind):
    faces = drawn_faces(kind)
    faces[[41, 200]] = WRONG[name][0](faces[[41, 200]].copy())
    with pytest.raises(AnnotationError) as error:
        check(write(tmp_path / "list_landmarks.txt", faces), kind)
    assert f"{tmp_path / 'list_landmarks.txt'}, line 43: found " in str(error.value)
    assert " for 41, and 2 of 300 faces so" in str(error.value)


@pytest.mark.parametrize(
    "place", [(178, 100), (100, 218), (-1, 100), (100, -1), (2, 3), (130, 111)]
)
def test_one_aligned_face_out_of_place_is_refused(tmp_path, place):
    """In the image's corner it is as certain as outside."""
    faces = np.repeat(drawn_faces("aligned"), 10, axis=0)
    faces[700, 0] = place
    inside = 0 <= place[0] < 178 and 0 <= place[1] < 218
    words = "a landmark far from its place" if inside else "a landmark outside the image of 178x218"
    with pytest.raises(AnnotationError, match=f"line 702: found {words}"):
        check(write(tmp_path / "list_landmarks.txt", faces), "aligned")


@pytest.mark.parametrize("kind", ["aligned", "wild"])
def test_a_rare_slip_is_named_and_not_refused(tmp_path, kind):
    faces = np.repeat(drawn_faces(kind), 10, axis=0)
    faces[[700, 5]] = faces[[700, 5]][:, [1, 0, 2, 3, 4]]
    notes = check(write(tmp_path / "list_landmarks.txt", faces), kind)
    assert notes == ["2 faces (5, 700) with landmarks unlike a face's"]


def test_one_upside_down_photograph_is_no_fault(tmp_path):
    faces = drawn_faces("wild")
    faces[7] = 400 - faces[7]
    assert check(write(tmp_path / "list_landmarks.txt", faces), "wild") == []


def test_constant_landmarks_of_photographs(tmp_path):
    faces = np.repeat(drawn_faces("wild")[:1], 9, axis=0)
    with pytest.raises(AnnotationError, match=r"line 2: found the same landmarks: .* 9 of 9 f"):
        check(write(tmp_path / "list_landmarks.txt", faces), "wild")


def test_aligned_landmarks_may_be_constant(tmp_path):
    path = write(tmp_path / "list_landmarks.txt", np.repeat(FACE[None], 9, axis=0))
    assert check(path, "aligned") == []


def test_no_published_landmark_is_refused_nor_named(tmp_path):
    paths = {
        SHARED / "celeba-sample/Anno/list_landmarks_align_celeba.txt": np.zeros(2, int),
        SHARED / "data/landmarks_shifted_validation.txt": THESIS_SHIFT,
    }
    if not all(path.exists() for path in paths):
        pytest.skip("CelebA's landmarks are not part of this repository")
    for path, shift in paths.items():
        points = points_of(read_annotation(path, LANDMARK_KIND)) - shift
        annotated = write(tmp_path / path.name, points.astype(int))
        assert check(annotated, "aligned") == []
        # The photographs' landmarks are these, turned, scaled and moved, and rounded again.
        rng = np.random.default_rng(0)
        turns = rng.normal(0, 0.3, len(points)) + np.pi * (rng.random(len(points)) < 0.02)
        zooms = np.exp(rng.normal(0, 0.8, len(points))).clip(0.3)
        complex_points = points[..., 0] + 1j * points[..., 1]
        moved = complex_points * (zooms * np.exp(1j * turns))[:, None]
        moved += rng.uniform(0, 900, (len(points), 1)) + 1j * rng.uniform(0, 900, (len(points), 1))
        wild = np.rint(np.stack([moved.real, moved.imag], axis=-1)).astype(int)
        assert check_faces(read_annotation(write(annotated, wild), LANDMARK_KIND), "wild") == []
