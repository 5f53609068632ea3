import cv2
import numpy as np
import pandas as pd
import pytest

from heed.celeba.attributes import ATTRIBUTE_INDEX, ATTRIBUTES
from heed.masks.versions.version_1 import ENTRY
from tests.masks import drawn
from tests.places import SHARED

PUBLISHED = SHARED / "data"
FACE = np.array([[93, 101], [132, 102], [108, 124], [97, 142], [129, 142]], float)


def mask_of(attribute: str, face: np.ndarray = FACE, size: int = 224) -> np.ndarray:
    return drawn.mask_of("1", attribute, face, size)


def window(left: int, right: int, top: int, bottom: int) -> np.ndarray:
    mask = np.zeros((224, 224), bool)
    mask[top:bottom, left:right] = True
    return mask


# worked out by hand: eyes at (112.5, 101.5), mouth at (113, 142), hairline 56.5, forehead 74.5
@pytest.mark.parametrize(
    ("attribute", "expected"),
    [
        ("No_Beard", window(72, 154, 105, 174)),
        ("Narrow_Eyes", window(80, 145, 91, 111)),
        ("Bald", window(57, 167, 26, 71)),
        ("Bangs", window(78, 147, 62, 89)),
        ("Goatee", window(97, 129, 142, 172)),
        ("Rosy_Cheeks", window(68, 157, 105, 129)),
        ("Sideburns", window(68, 88, 105, 152) | window(137, 157, 105, 152)),
        ("Wearing_Hat", window(42, 182, 5, 71)),
        ("Wearing_Necktie", window(67, 159, 172, 224)),
        ("Male", window(28, 183, 24, 224)),
        ("Bushy_Eyebrows", window(80, 145, 83, 99)),
        ("Bags_Under_Eyes", window(80, 145, 105, 116)),
        ("Smiling", window(91, 135, 132, 157)),
        ("Big_Nose", window(93, 123, 109, 132)),
        ("Double_Chin", window(91, 135, 172, 202)),
        ("Eyeglasses", window(71, 154, 86, 116)),
        ("Pale_Skin", window(58, 163, 56, 177)),
        ("Mustache", window(87, 139, 127, 142)),
        ("Wearing_Earrings", window(59, 81, 109, 166) | window(144, 166, 109, 166)),
    ],
)
def test_boxes_by_hand(attribute, expected):
    np.testing.assert_array_equal(mask_of(attribute), expected)


def test_hair_is_the_head_without_the_ellipse():
    face = np.zeros((224, 224), np.uint8)
    cv2.ellipse(face, (108, 109), (45, 60), 0, 0, 360, 255, -1)
    np.testing.assert_array_equal(mask_of("Black_Hair"), mask_of("Male") & (face == 0))
    # and the ellipse is one: by its equation, up to the pixels of its outline
    y, x = np.mgrid[:224, :224]
    inside = ((x - 108) / 45) ** 2 + ((y - 109) / 60) ** 2 <= 1
    assert (inside != (face > 0)).sum() < 250


def test_sizes_published_for_the_validation_faces():
    """All 10,539 frontal validation faces: no edge of theirs is beyond the crop's top or left
    in a way that changes a size, so that none need be left out."""
    if not PUBLISHED.exists():
        pytest.skip("the published landmarks and mask sizes are not on this machine")
    published = pd.read_csv(PUBLISHED / "mask_v1_sizes_validation.csv", index_col="image")
    table = pd.read_csv(PUBLISHED / "landmarks_shifted_validation.txt", sep=r"\s+", index_col=0)
    table.index = table.index.str.removesuffix(".jpg").astype(int)
    points = table.loc[published.index].to_numpy(float).reshape(-1, 5, 2)
    found = np.concatenate([drawn.sizes_of("1", some, 224) for some in np.array_split(points, 40)])
    assert list(published.columns) == list(ATTRIBUTES)
    assert found.shape == (10539, 40)
    np.testing.assert_array_equal(found, published.to_numpy())


def test_edges_beyond_the_crop_are_cut_off():
    high = FACE - [0, 60]  # nose at 64, so that the head's box would start at -36
    np.testing.assert_array_equal(mask_of("Young", high), window(28, 183, 0, 224))
    left = FACE - [90, 0]  # left eye at 3
    # the box of the left ear lies outside altogether
    np.testing.assert_array_equal(mask_of("Wearing_Earrings", left), window(54, 76, 109, 166))
    assert mask_of("Narrow_Eyes", left).sum() == 20 * 55


def test_a_box_whose_edges_cross_is_empty():
    turned = FACE.copy()
    turned[2, 0] = 200  # nose right of the right eye + 25: only the left cheek is left
    np.testing.assert_array_equal(mask_of("Rosy_Cheeks", turned), window(68, 200, 105, 129))
    crossed = FACE.copy()
    crossed[[3, 4]] = crossed[[4, 3]]
    assert mask_of("Goatee", crossed).sum() == 0


def test_a_face_outside_the_crop_has_empty_masks():
    assert drawn.sizes_of("1", FACE[None] + 1000, 224)[0, ATTRIBUTE_INDEX["Goatee"]] == 0


def test_edges_are_truncated():
    np.testing.assert_array_equal(mask_of("Goatee", FACE + 0.9), mask_of("Goatee", FACE))


def test_offsets_scale_with_the_crop():
    whole = np.array([[93, 101], [133, 101], [108, 124], [97, 142], [129, 142]], float)
    for attribute in ATTRIBUTES:
        doubled = np.kron(mask_of(attribute, whole), np.ones((2, 2), bool))
        difference = (mask_of(attribute, whole * 2, 448) != doubled).sum()
        outline = 700 if attribute.endswith("_Hair") else 0  # of the ellipse, drawn twice as fine
        assert difference <= outline, attribute


def test_faces_of_a_batch_do_not_mix():
    faces = np.stack([FACE, FACE + 7, FACE - 5])
    together = ENTRY.masks(faces, 224)
    for mask, face in zip(together, faces, strict=True):
        np.testing.assert_array_equal(mask, ENTRY.masks(face[None], 224)[0])
