import numpy as np
import pytest

from heed.celeba.attributes import ATTRIBUTES
from heed.masks.versions.version_2 import ENTRY
from tests.masks import drawn

FACE = np.zeros((5, 2))  # any: it decides nothing

# Bieri 2023, table A.2: pixels of each mask in a crop of 224x224.
PUBLISHED = {
    9216: ("Bald", "Receding_Hairline"),
    6144: (
        *("Arched_Eyebrows", "Bags_Under_Eyes", "Bangs", "Bushy_Eyebrows", "Eyeglasses"),
        *("Narrow_Eyes", "5_o_Clock_Shadow", "Big_Nose", "Heavy_Makeup", "High_Cheekbones"),
        *("No_Beard", "Pointy_Nose", "Rosy_Cheeks", "Wearing_Necklace", "Wearing_Necktie"),
    ),
    12288: ("Sideburns", "Wearing_Earrings"),
    3072: (
        *("Big_Lips", "Mouth_Slightly_Open", "Mustache", "Smiling", "Wearing_Lipstick"),
        "Double_Chin",
    ),
    2048: ("Goatee",),
    15360: (
        *("Wearing_Hat", "Oval_Face", "Pale_Skin", "Black_Hair", "Blond_Hair", "Brown_Hair"),
        *("Gray_Hair", "Straight_Hair", "Wavy_Hair"),
    ),
    30720: ("Attractive", "Blurry", "Chubby", "Male", "Young"),
}


def mask_of(attribute: str, size: int = 224) -> np.ndarray:
    return drawn.mask_of("2", attribute, FACE, size)


def test_all_published_sizes():
    expected = {name: size for size, names in PUBLISHED.items() for name in names}
    assert set(expected) == set(ATTRIBUTES)
    found = dict(zip(ATTRIBUTES, drawn.sizes_of("2", [FACE], 224)[0].tolist(), strict=True))
    assert found == expected


# Bieri 2023, table A.2: the rows of the grid from top to bottom, # inside the mask.
DRAWN = {
    "..###../..###../..###../......./......./......./.......": ("Bald", "Receding_Hairline"),
    ".#####./.#####./.#####./......./......./......./.......": ("Wearing_Hat",),
    "......./......./..###../..###../......./......./.......": (
        *("Arched_Eyebrows", "Bags_Under_Eyes", "Bangs", "Bushy_Eyebrows", "Eyeglasses"),
        "Narrow_Eyes",
    ),
    "......./......./......./..###../..###../......./.......": (
        *("5_o_Clock_Shadow", "Big_Nose", "Heavy_Makeup", "High_Cheekbones", "No_Beard"),
        *("Pointy_Nose", "Rosy_Cheeks"),
    ),
    "......./......./......./.##.##./.##.##./.##.##./.......": ("Sideburns", "Wearing_Earrings"),
    "......./......./......./......./..###../......./.......": (
        *("Big_Lips", "Mouth_Slightly_Open", "Mustache", "Smiling", "Wearing_Lipstick"),
    ),
    "......./......./......./......./...#.../...#.../.......": ("Goatee",),
    "......./......./......./......./......./..###../.......": ("Double_Chin",),
    "......./......./......./......./......./..###../..###..": (
        *("Wearing_Necklace", "Wearing_Necktie"),
    ),
    "......./..###../..###../..###../..###../..###../.......": ("Oval_Face", "Pale_Skin"),
    "......./.#####./.#####./.#####./.#####./.#####./.#####.": (
        *("Attractive", "Blurry", "Chubby", "Male", "Young"),
    ),
    "......./.#####./.#...#./.#...#./.#...#./.#...#./.#...#.": (
        *("Black_Hair", "Blond_Hair", "Brown_Hair", "Gray_Hair", "Straight_Hair", "Wavy_Hair"),
    ),
}


def test_every_mask_as_it_is_drawn():
    drawings = {name: drawing for drawing, names in DRAWN.items() for name in names}
    assert set(drawings) == set(ATTRIBUTES)
    for attribute, drawing in drawings.items():
        grid = np.array([list(row) for row in drawing.split("/")]) == "#"
        expected = np.kron(grid, np.ones((32, 32), bool))
        np.testing.assert_array_equal(mask_of(attribute), expected, attribute)


def test_one_set_serves_all_faces():
    faces = np.random.default_rng(0).uniform(0, 224, (3, 5, 2))
    found = ENTRY.masks(faces, 224)
    assert found.shape == (1, 12, 224, 28)
    np.testing.assert_array_equal(found, ENTRY.masks([FACE], 224))
    assert len(ENTRY.regions) == 12


def test_places_written_out():
    smiling = np.zeros((224, 224), bool)
    smiling[128:160, 64:160] = True
    np.testing.assert_array_equal(mask_of("Smiling"), smiling)
    earrings = np.zeros((224, 224), bool)
    earrings[96:192, 32:96] = earrings[96:192, 128:192] = True
    np.testing.assert_array_equal(mask_of("Wearing_Earrings"), earrings)
    hair = np.zeros((224, 224), bool)
    hair[32:, 32:192] = True
    hair[64:, 64:160] = False
    np.testing.assert_array_equal(mask_of("Wavy_Hair"), hair)


@pytest.mark.parametrize("size", [32, 96, 256, 448])
def test_blocks_scale_with_the_crop(size):
    lines = [round(edge * size / 7) for edge in (2, 5)]
    eyes = mask_of("Eyeglasses", size)
    columns = np.flatnonzero(eyes.any(axis=0))
    assert [columns[0], columns[-1] + 1] == lines
    share = drawn.sizes_of("2", [FACE], size) / size**2
    assert np.abs(share - drawn.sizes_of("2", [FACE], 224) / 224**2).max() < 2 / size
