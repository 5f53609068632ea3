from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.path import Path

from heed.celeba.attributes import ATTRIBUTE_INDEX, ATTRIBUTES
from heed.geometry.affine import apply
from heed.geometry.alignment import LandmarksError, alignment
from heed.masks import evidence
from heed.masks.catalogue import VERSIONS
from heed.masks.face_frame import frames
from heed.masks.overlap import overlap
from heed.masks.packing import pack, unpack
from heed.masks.versions.version_3 import ENTRY, REGIONS
from heed.synthetic.evidence import evidence as drawn_evidence
from heed.synthetic.studio import Recipe, Studio
from tests.masks import drawn

SIZE = 224
# eyes 40 apart, mouth 40 below them and 32 wide, nose on the midline: a unit of 40 pixels
FACE = np.array([[92, 100], [132, 100], [112, 124], [96, 140], [128, 140]], float)
# a face as they are, with neither landmark on a line with others
REAL = np.array([[93.3, 101.2], [131.8, 101.4], [108.6, 124.1], [97.4, 141.6], [129.2, 142.3]])


def mask_of(attribute: str, face: np.ndarray = FACE, size: int = SIZE) -> np.ndarray:
    return drawn.mask_of("3", attribute, face, size)


def all_regions(face: np.ndarray, size: int = SIZE) -> np.ndarray:
    return unpack(ENTRY.masks(face[None], size))[0]


def outline_pixels(masks: np.ndarray) -> np.ndarray:
    """For each region the number of pixels beside its outline, (R,)."""
    across = (masks[:, 1:] != masks[:, :-1]).sum(axis=(1, 2))
    along = (masks[:, :, 1:] != masks[:, :, :-1]).sum(axis=(1, 2))
    return across + along


def mean_iou(face: np.ndarray, other: np.ndarray) -> float:
    both, either = (face & other).sum(axis=(1, 2)), (face | other).sum(axis=(1, 2))
    return float((both / either).mean())


def test_each_attribute_has_one_region():
    assert Counter(name for region in REGIONS for name in region.attributes) == dict.fromkeys(
        ATTRIBUTES, 1
    )
    assert len(ENTRY.regions) == len(REGIONS)
    for attribute, region in zip(ATTRIBUTES, drawn.region_of("3"), strict=True):
        assert attribute in REGIONS[region].attributes


def test_eyes_are_ellipses_around_the_landmarks():
    """The table has (50, -5) with half axes 34 and 20, in units of 0.4 pixels."""
    row, column = np.mgrid[:SIZE, :SIZE]
    radius = [
        np.hypot((column - x) / 13.6, (row - 98) / 8) for x in (92, 132)
    ]  # the right eye at (132, 100), the ellipse 2 pixels above
    found, nearest = mask_of("Narrow_Eyes"), np.minimum(*radius)
    assert found[nearest < 0.99].all()
    assert not found[nearest > 1].any()
    assert found[100, 92]
    assert found[100, 132]


def test_the_forehead_by_hand():
    """On the midline from its highest point, 52 pixels above the eyes, to 11.2 above them."""
    assert np.flatnonzero(mask_of("Bangs")[:, 112]).tolist() == list(range(49, 89))


@pytest.mark.parametrize(
    ("attribute", "within", "without"),
    [
        ("Smiling", [(112, 140), (97, 140), (127, 140)], [(112, 124), (112, 165), (92, 100)]),
        ("Big_Nose", [(112, 124), (112, 112), (120, 126)], [(92, 100), (112, 140), (132, 124)]),
        ("Black_Hair", [(112, 30), (60, 110), (164, 110)], [(112, 100), (112, 140), (20, 100)]),
        ("Goatee", [(112, 170)], [(112, 140), (112, 146), (90, 170)]),
        ("No_Beard", [(75, 130), (112, 170), (112, 132)], [(112, 146), (112, 124), (90, 110)]),
        ("Bags_Under_Eyes", [(92, 110), (132, 110)], [(92, 100), (112, 110), (92, 125)]),
        ("Wearing_Earrings", [(64, 130), (160, 130)], [(112, 130), (64, 90)]),
        ("Wearing_Hat", [(112, 20), (112, 60)], [(112, 90), (112, 100)]),
        ("Wearing_Necktie", [(112, 200), (112, 223)], [(112, 170), (40, 200)]),
        ("Oval_Face", [(75, 120), (149, 120), (112, 172)], [(112, 100), (112, 140)]),
        ("Eyeglasses", [(92, 100), (132, 100), (112, 94)], [(112, 124), (92, 75)]),
    ],
)
def test_what_lies_in_a_region(attribute, within, without):
    mask = mask_of(attribute)
    assert all(mask[y, x] for x, y in within)
    assert not any(mask[y, x] for x, y in without)


# Corners in pixels of the crop, worked out by hand for FACE: the right half from top to bottom
# where a shape is symmetric about column 112, the right one of a pair. The eyes' midpoint is
# (112, 100) and the tip of the nose (112, 124), with 0.4 pixels to a unit of the table; the
# mouth's is (112, 140), with 0.32.
HALVES = {
    "Big_Nose": [(112, 107.2), (116.8, 109.6), (120, 117.6), (126.4, 124), (126.4, 131.2),
                 (118.4, 134.4), (112, 135.2)],
    "Big_Lips": [(112, 136.8), (116.48, 135.52), (122.88, 137.12), (129.92, 140), (125.76, 147.36),
                 (119.04, 152.16), (112, 153.44)],
    "Mustache": [(112, 128.48), (122.24, 129.76), (133.12, 136.8), (133.44, 142.56), (128, 142.24),
                 (116.48, 137.12), (112, 138.4)],
    "Bald": [(112, 18), (136, 21.6), (154, 36), (164, 60), (166, 108), (155.2, 108), (152, 84),
             (146, 66), (130, 54), (112, 52)],
    "Double_Chin": [(112, 172.8), (126.4, 170.4), (139.2, 159.2), (150, 147.2), (148.8, 167.2),
                    (136, 184), (112, 192)],
    "Wearing_Hat": [(112, -4), (156, 0), (168, 36), (171.2, 76), (136, 75.2), (112, 72)],
    "Wearing_Necklace": [(112, 186), (136, 176), (146, 178), (142, 200), (128, 216), (112, 220)],
}  # fmt: skip
PAIRS = {
    "Bushy_Eyebrows": [(116.8, 85.6), (132.8, 78.8), (142.4, 81.2), (148.8, 88), (148, 92.4),
                       (133.6, 88.4), (116.8, 92)],
    "Bags_Under_Eyes": [(118.4, 104), (125.6, 106.8), (136.8, 106.8), (146.4, 103.2),
                        (142.4, 112.8), (132, 116), (122.4, 112.8)],
    "Sideburns": [(147.2, 80.8), (155.2, 80.8), (158.4, 124), (156.8, 139.2), (144.4, 139.2),
                  (148, 112)],
}  # fmt: skip


@pytest.mark.parametrize("attribute", [*HALVES, *PAIRS])
def test_corners_by_hand(attribute):
    corners = np.array(HALVES.get(attribute) or PAIRS[attribute])
    mirrored = corners[::-1] * [-1, 1] + [224, 0]
    polygons = [np.vstack([corners, mirrored])] if attribute in HALVES else [corners, mirrored]
    row, column = np.mgrid[:SIZE, :SIZE]
    centres = np.stack([column, row], axis=-1).reshape(-1, 2)
    closed = [Path(np.vstack([polygon, polygon[:1]]), closed=True) for polygon in polygons]
    # a pixel whose centre is on an outline may be on either side of it
    inner, outer = (
        np.stack([path.contains_points(centres, radius=margin) for path in closed])
        for margin in (-0.01, 0.01)
    )
    clear = (inner == outer).all(axis=0)
    assert clear.mean() > 0.99
    expected = np.logical_or.reduce([path.contains_points(centres) for path in closed])
    np.testing.assert_array_equal(mask_of(attribute).ravel()[clear], expected[clear])


# Pixels, first and last row, first and last column of each region of version 3.
VERSION_3 = {
    "beard": (2819, 111, 179, 70, 154),
    "eyebrows": (533, 79, 92, 76, 148),
    "whole head": (19133, 19, 200, 53, 172),
    "below eyes": (391, 104, 116, 79, 146),
    "scalp": (4397, 19, 108, 59, 166),
    "hairline": (2573, 35, 100, 67, 158),
    "forehead": (2904, 49, 91, 70, 154),
    "lips": (444, 136, 153, 95, 129),
    "mouth": (916, 131, 157, 87, 137),
    "nose": (541, 108, 135, 98, 126),
    "hair": (9418, 19, 199, 53, 172),
    "below chin": (1428, 148, 192, 75, 150),
    "glasses": (2078, 88, 117, 66, 158),
    "goatee": (829, 151, 184, 96, 128),
    "makeup": (2638, 86, 153, 74, 150),
    "face": (8127, 53, 175, 72, 152),
    "face outline": (2026, 113, 178, 70, 154),
    "lower face": (5753, 113, 192, 69, 156),
    "cheeks": (962, 112, 135, 74, 150),
    "cheekbones": (1164, 107, 139, 71, 154),
    "upper lip": (372, 129, 142, 91, 133),
    "eyes": (672, 91, 106, 79, 145),
    "sideburns": (1190, 81, 139, 66, 158),
    "ears": (832, 116, 145, 56, 168),
    "hat": (8111, 0, 76, 53, 171),
    "neckline": (2084, 177, 220, 79, 145),
    "collar": (2620, 181, 223, 77, 148),
}


def test_version_3_stays_what_it_is():
    """Results name their version of the masks: one whose corners have moved is another version.

    The face lies off whole pixels, so that no centre is on an edge.
    """
    found = {}
    for name, mask in zip(ENTRY.regions, all_regions(FACE + np.array([0.123, 0.077])), strict=True):
        rows, columns = (np.flatnonzero(mask.any(axis=axis)).tolist() for axis in (1, 0))
        found[name] = (mask.sum(), rows[0], rows[-1], columns[0], columns[-1])
    assert found == VERSION_3


def test_an_upright_face_has_the_same_mask_on_both_sides():
    """About column 112; the face lies off whole pixels, so that no centre is on an edge."""
    right = all_regions(FACE + np.array([0.123, 0.077]))[:, :, 1:]  # column 0 has no partner
    left = all_regions(FACE + np.array([-0.123, 0.077]))[:, :, 1:]
    np.testing.assert_array_equal(left, right[:, :, ::-1])
    between = all_regions(FACE + np.array([0, 0.077]))[:, :, 1:]
    columns_apart = (between != between[:, :, ::-1]).sum(axis=2)
    assert columns_apart.max() <= 2 * 4  # by a pixel at each of up to four edges of a row


@settings(max_examples=25, deadline=None)
@given(x=st.integers(-60, 60), y=st.integers(-60, 60))
def test_whole_pixels_move_the_masks(x, y):
    window = (slice(None), slice(60 + y, 164 + y), slice(60 + x, 164 + x))
    moved = all_regions(REAL + np.array([x, y]))
    np.testing.assert_array_equal(moved[window], all_regions(REAL)[:, 60:164, 60:164])


landmark_noise = st.lists(st.floats(-5, 5), min_size=10, max_size=10)


@settings(max_examples=25, deadline=None)
@given(landmark_noise)
def test_a_mirrored_face_has_mirrored_masks(noise):
    face = REAL + np.reshape(noise, (5, 2))
    mirrored = (face * [-1, 1] + [SIZE - 1, 0])[[1, 0, 2, 4, 3]]
    original, found = all_regions(face), all_regions(mirrored)[:, :, ::-1]
    assert ((original != found).sum(axis=(1, 2)) <= 2 + 0.05 * outline_pixels(original)).all()


@settings(max_examples=25, deadline=None)
@given(landmark_noise)
def test_a_quarter_turn_of_the_face_turns_its_masks(noise):
    face = REAL + np.reshape(noise, (5, 2))
    turned = np.stack([SIZE - 1 - face[:, 1], face[:, 0]], axis=1)  # (x, y) -> (last - y, x)
    original, found = np.rot90(all_regions(face), -1, axes=(1, 2)), all_regions(turned)
    assert ((original != found).sum(axis=(1, 2)) <= 2 + 0.05 * outline_pixels(original)).all()


def test_masks_grow_with_the_crop():
    small, large = all_regions(REAL), all_regions(2 * REAL + 0.5, 2 * SIZE)
    assert mean_iou(np.kron(small, np.ones((1, 2, 2), bool)), large) > 0.95
    shares = (masks.mean(axis=(1, 2)) for masks in (small, large))
    np.testing.assert_allclose(*shares, atol=0.002)


def test_against_matplotlib():
    """All regions, from the table, by another rasteriser; off the outlines to the pixel."""
    row, column = np.mgrid[:SIZE, :SIZE]
    centres = np.stack([column, row], axis=-1).reshape(-1, 2)
    to_crop = frames(REAL[None])

    def filled(outlines, margin: float) -> np.ndarray:
        inside = np.zeros(len(centres), bool)
        for outline in outlines:
            corners = apply(to_crop[outline.frame][0], np.array(outline.corners))
            (x, y), (x_next, y_next) = corners.T, np.roll(corners, -1, axis=0).T
            area = (x * y_next - y * x_next).sum()
            path = Path(np.vstack([corners, corners[:1]]), closed=True)
            # matplotlib's margin is on the left of the path, whichever way it goes round
            inside |= path.contains_points(centres, radius=margin * np.sign(area))
        return inside.reshape(SIZE, SIZE)

    for region, found in zip(REGIONS, all_regions(REAL), strict=True):
        surely = filled(region.outlines, -1e-3) & ~filled(region.without, 1e-3)
        possibly = filled(region.outlines, 1e-3) & ~filled(region.without, -1e-3)
        assert (surely <= found).all(), region.name
        assert (found <= possibly).all(), region.name
        assert (surely != possibly).sum() <= 8, region.name


def test_no_region_is_empty_and_none_is_the_whole_crop():
    faces = REAL + np.random.default_rng(0).normal(0, 3, (50, 5, 2))
    share = drawn.sizes_of("3", faces, SIZE) / SIZE**2
    assert share.min() > 0.001
    assert share.max() < 0.6


def test_the_same_faces_give_the_same_masks_alone_and_in_a_batch():
    faces = REAL + np.random.default_rng(1).normal(0, 4, (5, 5, 2))
    together = ENTRY.masks(faces, SIZE)
    np.testing.assert_array_equal(ENTRY.masks(faces, SIZE), together)
    for face, found in zip(faces, together, strict=True):
        np.testing.assert_array_equal(ENTRY.masks(face[None], SIZE)[0], found)


def test_no_faces_have_no_masks():
    assert ENTRY.masks(np.empty((0, 5, 2)), SIZE).shape == (0, len(REGIONS), SIZE, 28)


def test_faces_beyond_the_crop_are_cut_off():
    assert drawn.sizes_of("3", REAL[None] + 5000, SIZE).max() == 0
    high = all_regions(REAL - [0, 60])
    np.testing.assert_array_equal(high[:, :164], all_regions(REAL)[:, 60:])


def test_landmarks_without_direction_have_empty_masks():
    eyes = FACE.copy()
    eyes[1] = eyes[0]
    assert drawn.sizes_of("3", [eyes], SIZE)[0, ATTRIBUTE_INDEX["Wavy_Hair"]] == 0
    mouth = FACE.copy()
    mouth[4] = mouth[3]
    sizes = drawn.sizes_of("3", [mouth], SIZE)[0]
    assert sizes[ATTRIBUTE_INDEX["Smiling"]] == 0
    assert sizes[ATTRIBUTE_INDEX["Narrow_Eyes"]] == mask_of("Narrow_Eyes").sum()
    assert drawn.sizes_of("3", np.full((1, 5, 2), 112.0), SIZE).max() == 0
    on_a_line = np.column_stack([np.arange(5), 2 * np.arange(5)]) * 10.0
    assert drawn.sizes_of("3", [on_a_line], SIZE).max() == 0


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.floats(-1e4, 1e4), st.integers(0, 3)), min_size=10, max_size=10))
def test_any_landmarks_give_masks(values):
    face = np.reshape(values, (5, 2)).astype(float)
    assert drawn.sizes_of("3", face[None], 64).max() <= 64 * 64


def test_landmarks_that_are_not_finite_are_an_error():
    odd = FACE.copy()
    odd[3, 1] = np.inf
    with pytest.raises(LandmarksError, match="face 0 of 1"):
        ENTRY.masks([odd], SIZE)


@pytest.fixture(scope="module")
def drawn_faces() -> tuple[np.ndarray, np.ndarray]:
    """Landmarks and evidence of freshly drawn frontal faces, both in their crops."""
    studio = Studio(Recipe(1, 1, 6, 1.0, 3.0, 1.0, 1.0, seed=5))
    faces = [studio.face(index) for index in range(2, 8)]
    to_crop = alignment([face.wild_landmarks for face in faces], SIZE, 5.5, ["drawn"] * 6)
    masks = evidence.masks(
        np.stack([pack(drawn_evidence(face.scene)) for face in faces]),
        np.stack([face.wild.matrix for face in faces]),
        to_crop,
        [(face.wild.width, face.wild.height) for face in faces],
        SIZE,
    )
    return apply(to_crop, np.stack([face.wild_landmarks for face in faces])), masks


def test_shapes_fit_the_drawn_faces_better_than_boxes_and_blocks(drawn_faces):
    landmarks, references = drawn_faces

    def fit(version: str) -> np.ndarray:
        masks = VERSIONS[version].masks(landmarks, SIZE)
        found = overlap(masks, np.array(drawn.region_of(version)), references, np.arange(40))
        return np.nanmean(found.iou, axis=0)

    boxes, grid, shaped = fit("1"), fit("2"), fit("3")
    assert shaped.mean() > 1.3 * boxes.mean()
    assert shaped.mean() > 2 * grid.mean()
    assert (shaped > np.maximum(boxes, grid)).sum() >= 35
