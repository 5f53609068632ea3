import numpy as np
import pytest

from heed.synthetic.pose import ALIGNED_HEIGHT, ALIGNED_WIDTH, frontal_ratio
from heed.synthetic.scene import flipped
from heed.synthetic.studio import Recipe, Studio

RECIPE = Recipe(300, 60, 90, 4.0, 3.0, 1.0, 0.7, seed=5)


@pytest.fixture(scope="module")
def studio() -> Studio:
    return Studio(RECIPE)


def test_nobody_is_in_two_partitions(studio: Studio) -> None:
    people = [set(studio.identities[studio.partitions == p].tolist()) for p in range(3)]
    assert not people[0] & people[1]
    assert not people[0] & people[2]
    assert not people[1] & people[2]


def test_images_per_person() -> None:
    identities = Studio(Recipe(8000, 1, 1, 4.0, 3.0, 1.0, 0.7, seed=0)).identities[:8000]
    assert 8000 / len(np.unique(identities)) == pytest.approx(4.0, abs=0.15)


def test_one_image_per_person_is_possible() -> None:
    identities = Studio(Recipe(50, 1, 1, 1.0, 3.0, 1.0, 0.7, seed=0)).identities
    assert len(np.unique(identities)) == 52


def test_a_face_does_not_depend_on_the_order_of_drawing(studio: Studio) -> None:
    first = studio.photographs(studio.face(7))
    again = Studio(RECIPE)
    again.face(3)
    for a, b in zip(first, again.photographs(again.face(7)), strict=True):
        np.testing.assert_array_equal(a, b)
    aligned, wild = first
    assert aligned.shape == (ALIGNED_HEIGHT, ALIGNED_WIDTH, 3)
    assert wild.shape[1] >= 300


def test_another_drawing_of_a_face_has_its_frame_and_its_noise(studio: Studio) -> None:
    face = studio.face(7)
    both = studio.photographs(face)
    for kind, before in zip(("aligned", "wild"), both, strict=True):
        np.testing.assert_array_equal(studio.photograph(face, kind), before)
        after = studio.photograph(face, kind, flipped(face.scene, "Eyeglasses"))
        changed = (after != before).any(axis=-1)
        # Of the rest no pixel changes, as it would with other noise.
        assert 0 < changed.mean() < 0.3


def test_a_person_looks_alike_and_strangers_do_not(studio: Studio) -> None:
    faces = [studio.face(index).scene.look.sitter for index in range(60)]
    people = studio.identities[:60]
    for i in range(60):
        for j in range(i):
            assert (faces[i].skin == faces[j].skin) == (people[i] == people[j])


def test_share_of_frontal_faces(studio: Studio) -> None:
    landmarks = np.stack([studio.face(i).scene.look.pose.aligned for i in range(300)])
    share = (frontal_ratio(landmarks) <= 0.1).mean()
    assert share == pytest.approx(0.7, abs=4 * np.sqrt(0.7 * 0.3 / 300))


def test_another_seed_gives_another_face(studio: Studio) -> None:
    other = Studio(Recipe(300, 60, 90, 4.0, 3.0, 1.0, 0.7, seed=6))
    a, b = studio.face(0).scene.look.pose.aligned, other.face(0).scene.look.pose.aligned
    assert not np.allclose(a, b)
