"""What networks are trained on: crops, crops with the mouth alone, and both."""

import numpy as np

from heed.attention.training_images import SeenFaces
from heed.guidance.concealed import concealed
from heed.training.crops import Batch
from tests.attention.few_faces import few_faces

FACES = few_faces(4, Smiling=[1, -1, 1, -1])
CROPS = FACES.crops[:]
MOUTHS = concealed("mouth_only", CROPS, FACES.landmarks)


def test_crops_are_as_they_are() -> None:
    seen = SeenFaces(FACES, "original")
    crops, labels = seen[Batch(0, [2, 0])]
    assert len(seen) == 4
    assert (crops == CROPS[[2, 0]]).all()
    assert (labels == FACES.labels[[2, 0]]).all()


def test_of_crops_the_mouth_alone_is_seen() -> None:
    crops, labels = SeenFaces(FACES, "mouth_only")[Batch(0, [3, 1])]
    assert (crops == MOUTHS[[3, 1]]).all()
    assert (labels == FACES.labels[[3, 1]]).all()
    assert (MOUTHS != CROPS).any()


def test_a_mixture_has_each_face_twice() -> None:
    seen = SeenFaces(FACES, "mixture")
    assert len(seen) == 8
    assert (seen.labels == np.concatenate([FACES.labels] * 2)).all()
    crops, labels = seen[Batch(0, [5, 2, 1, 7])]
    assert (crops == np.stack([MOUTHS[1], CROPS[2], CROPS[1], MOUTHS[3]])).all()
    assert (labels == FACES.labels[[1, 2, 1, 3]]).all()


def test_what_is_stored_stays_as_it_is() -> None:
    SeenFaces(FACES, "mouth_only")[Batch(0, [0, 1, 2, 3])]
    assert (FACES.crops[:] == CROPS).all()
