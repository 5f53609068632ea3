from typing import Final

import numpy as np
import pytest
import torch

from heed import masks
from heed.celeba.attributes import ATTRIBUTES
from heed.geometry.alignment import LandmarksError
from heed.masks.catalogue import VERSIONS
from heed.masks.packing import pack, unpack
from heed.masks.regions import RegionsError
from tests.masks import drawn

FACE = np.array([[93.3, 101.2], [131.8, 101.4], [108.6, 124.1], [97.4, 141.6], [129.2, 142.3]])
FACES = FACE + np.random.default_rng(0).normal(0, 3, (4, 5, 2))


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("attribute", ["Smiling", "Wavy_Hair", "Wearing_Necktie"])
def test_masks_of_attributes_are_those_of_the_audit(version, attribute):
    found = masks.for_landmarks(FACES, version, names=attribute)
    assert found.shape == (4, 224, 224)
    for mask, face in zip(found, FACES, strict=True):
        np.testing.assert_array_equal(mask, drawn.mask_of(version, attribute, face, 224))


@pytest.mark.parametrize("version", [1, 2, 3])
def test_without_names_all_regions_in_order(version):
    found = masks.for_landmarks(FACES, version, size=96)
    expected = np.array(unpack(VERSIONS[str(version)].masks(FACES, 96)))
    assert found.shape == (4, len(VERSIONS[str(version)].regions), 96, 96)
    np.testing.assert_array_equal(found, np.broadcast_to(expected, found.shape))


def test_the_last_version_is_the_default():
    np.testing.assert_array_equal(masks.for_landmarks(FACE), masks.for_landmarks(FACE, "3"))


def test_names_are_attributes_or_regions_in_the_order_asked_for():
    both = masks.for_landmarks(FACE, 3, names=["ears", "Smiling", "Wearing_Earrings"])
    assert both.shape == (3, 224, 224)
    np.testing.assert_array_equal(both[0], both[2])
    np.testing.assert_array_equal(both[1], masks.for_landmarks(FACE, 3, names="mouth"))
    every = masks.for_landmarks(FACE, 1, names=ATTRIBUTES)
    assert every.sum(axis=(1, 2)).tolist() == drawn.sizes_of("1", FACE[None], 224)[0].tolist()


def test_any_leading_axes():
    folded = masks.for_landmarks(FACES.reshape(2, 2, 5, 2), names=["eyes", "nose"])
    assert folded.shape == (2, 2, 2, 224, 224)
    flat = masks.for_landmarks(FACES, names=["eyes", "nose"])
    np.testing.assert_array_equal(folded.reshape(flat.shape), flat)
    assert masks.for_landmarks(FACES[:0], 2).shape == (0, 12, 224, 224)


def test_tensors_give_tensors():
    found = masks.for_landmarks(torch.tensor(FACES), 1, 64)
    assert isinstance(found, torch.Tensor)
    assert found.dtype == torch.bool
    np.testing.assert_array_equal(found.numpy(), masks.for_landmarks(FACES, 1, 64))


def test_every_face_has_masks_of_its_own_to_write_to():
    shared = masks.for_landmarks(FACES, 2)
    shared[0] = False
    assert shared[1].any()


class Halves:
    """A version that is nowhere registered."""

    name = "halves"
    regions: Final = {"top": ("Bald", "Bangs"), "bottom": ("Goatee",)}
    shared = True
    scale = None

    def masks(self, landmarks, size):
        top = np.arange(size)[:, None] < np.full(size, size // 2)
        return pack(np.stack([top, ~top]))[None]


def test_a_version_of_your_own():
    found = masks.for_landmarks(FACES, Halves(), 16, names=["Goatee", "top"])
    assert found.sum(axis=(2, 3)).tolist() == [[128, 128]] * 4
    assert found[0, 0, 15].all()
    assert found[0, 1, 0].all()


@pytest.mark.parametrize(
    ("values", "kind", "message"),
    [
        ({"version": 4}, ValueError, "version: found 4; expected 1, 2, 3"),
        ({"version": "evidence"}, ValueError, "found 'evidence'; expected 1, 2, 3"),
        ({"size": 225}, ValueError, "size: found 225; expected a multiple of 8"),
        ({"size": 0}, ValueError, "size: found 0"),
        ({"names": ["Smiling", "smile"]}, RegionsError, "names: found 'smile'; masks of version 3"),
        ({"landmarks": FACE[:4]}, LandmarksError, r"landmarks \(4, 2\); expected \(..., 5, 2\)"),
        ({"landmarks": FACE[0]}, LandmarksError, r"landmarks \(2,\)"),
        ({"landmarks": [FACE, FACE * np.nan], "version": 1}, LandmarksError, "of face 1"),
        ({"landmarks": [FACE, FACE * np.nan], "version": 2}, LandmarksError, "of face 1"),
    ],
)
def test_what_is_refused(values, kind, message):
    with pytest.raises(kind, match=message):
        masks.for_landmarks(**{"landmarks": FACE, **values})
