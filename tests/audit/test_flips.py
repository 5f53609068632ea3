"""Faces drawn again: only the attribute changes, and only where the population allows it."""

import cv2
import numpy as np
import pytest

from heed.audit.flips import Counterfactuals, chosen_faces, orders, possible_flips, seen
from heed.celeba.attributes import ATTRIBUTE_INDEX
from heed.geometry.alignment import alignment
from heed.geometry.photograph import crop
from heed.geometry.sampling import DEFAULT
from heed.synthetic.dataset import encoded, image_name
from heed.synthetic.studio import Recipe

RECIPE = Recipe(4, 2, 30, 2.0, 3.0, 1.0, 0.7, seed=5)
FIRST = 6  # of the test faces
MALE, GLASSES = ATTRIBUTE_INDEX["Male"], ATTRIBUTE_INDEX["Eyeglasses"]


@pytest.fixture(scope="module")
def draw():
    return Counterfactuals(RECIPE, "wild", 64, DEFAULT)


def order_of(draw, index, *attributes):
    face = draw.studio.face(index)
    (transform,) = alignment(face.wild_landmarks[None], 64, 5.5, [image_name(index)])
    chosen = np.zeros((1, 40), bool)
    chosen[0, list(attributes)] = True
    (order,) = orders(chosen, [image_name(index)], transform[None])
    return order


def test_drawn_again_unchanged_it_is_the_stored_crop(draw):
    order = order_of(draw, FIRST, GLASSES)
    _, wild = draw.studio.photographs(draw.studio.face(FIRST))
    stored = crop(encoded(wild), order.transform, 64, "", DEFAULT)
    np.testing.assert_array_equal(draw.unchanged(order), stored)


def test_a_flip_changes_the_evidence_and_its_neighbourhood_alone(draw):
    for index in range(FIRST, FIRST + 4):
        order = order_of(draw, index, GLASSES)
        (with_or_without,) = draw(order)
        before = draw.unchanged(order)
        assert seen(with_or_without[None], before).all()
        changed = np.abs(with_or_without.astype(int) - before).max(-1) >= 8
        ys, _ = np.nonzero(changed)
        # glasses sit in the middle of the crop; JPEG's blocks of 8 pixels spread it a little
        assert ys.min() >= 12
        assert ys.max() <= 48
        assert changed.mean() < 0.35


def test_what_does_not_show_is_not_seen(draw):
    image = draw.unchanged(order_of(draw, FIRST, GLASSES))
    dim = cv2.add(image, 7)
    assert seen(np.stack([image, dim]), image).tolist() == [False, False]
    dim[3, 3, 1] = image[3, 3, 1] + 8 if image[3, 3, 1] < 248 else image[3, 3, 1] - 8
    assert seen(dim[None], image).tolist() == [True]


def test_no_flip_makes_a_face_that_never_occurs(draw):
    copula = draw.studio.copula
    labels = np.full((2, 40), -1, np.int8)  # two women: the second has black hair
    index = ATTRIBUTE_INDEX
    labels[:, index["No_Beard"]] = 1
    labels[1, index["Black_Hair"]] = 1
    possible = possible_flips(labels, copula, "test")
    assert not possible[0, index["No_Beard"]]  # no woman has a beard
    assert not possible[0, index["Mustache"]]
    assert possible[0, index["Black_Hair"]]
    assert possible[1, index["Black_Hair"]]  # taken away
    assert not possible[1, index["Blond_Hair"]]
    assert not possible[1, index["Gray_Hair"]]
    bearded = labels[:1].copy()
    bearded[0, [MALE, index["Mustache"]]] = 1
    bearded[0, index["No_Beard"]] = -1
    allowed = possible_flips(bearded, copula, "test")[0]
    assert allowed[index["No_Beard"]]
    assert not allowed[MALE]  # a woman with a mustache


def test_flips_of_the_population_itself_are_possible(draw):
    faces = [draw.studio.face(index) for index in range(FIRST, FIRST + 30)]
    labels = np.stack([face.labels for face in faces])
    back = labels.copy()
    possible = possible_flips(labels, draw.studio.copula, "test")
    assert possible.any(axis=0).mean() > 0.9
    for face, attribute in np.argwhere(possible)[::37]:
        back[face, attribute] *= -1
        assert possible_flips(back, draw.studio.copula, "test")[face, attribute]
        back[face, attribute] *= -1


def test_faces_are_of_as_many_persons_as_there_are():
    persons = np.array([1, 1, 1, 2, 2, 3])
    possible = np.ones((6, 2), bool)
    possible[3:, 1] = False
    chosen = chosen_faces(possible, persons, 4)
    assert np.flatnonzero(chosen[:, 0]).tolist() == [0, 1, 3, 5]
    assert np.flatnonzero(chosen[:, 1]).tolist() == [0, 1, 2]
    assert np.flatnonzero(chosen_faces(possible, persons, 2)[:, 0]).tolist() == [0, 5]
