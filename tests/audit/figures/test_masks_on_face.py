import numpy as np
import pytest

from heed.audit.figures.masks_on_face import OUTLINE, choose_face, draw_masks, highlighted
from heed.celeba.attributes import ATTRIBUTES
from heed.figures.theme import SMALLEST_FONT, TEXT_WIDTH, png
from heed.masks.catalogue import VERSIONS
from heed.masks.packing import unpack
from tests.masks.drawn import region_of

SIZE = 56
FACE = np.random.default_rng(0).integers(0, 256, (SIZE, SIZE, 3), dtype=np.uint8)
LANDMARKS = np.array([[[24, 25], [33, 25], [28, 30], [24, 35], [32, 35]]], np.float64)


@pytest.fixture
def mask():
    inside = np.zeros((SIZE, SIZE), bool)
    inside[20:40, 10:50] = True
    return inside


def captions(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def test_colour_inside_grey_outside_and_a_line_around(mask):
    picture = highlighted(FACE, mask)
    assert np.array_equal(picture[mask], FACE[mask])
    line = np.zeros_like(mask)
    line[19:41, 9:51] = True
    line &= ~mask
    assert (picture[line] == OUTLINE).all()
    outside = picture[~(mask | line)]
    assert np.array_equal(outside[:, 0], outside[:, 1])
    assert outside.min() >= 165  # pale
    assert np.array_equal(FACE, np.random.default_rng(0).integers(0, 256, FACE.shape, np.uint8))


def test_an_empty_mask_leaves_nothing_in_colour():
    picture = highlighted(FACE, np.zeros((SIZE, SIZE), bool))
    assert np.array_equal(picture[..., 0], picture[..., 2])


@pytest.mark.parametrize(
    ("version", "across"),
    [("2", 6), ("1", 5)],
)
def test_every_region_over_the_face_with_the_attributes_it_serves(version, across):
    masks = unpack(VERSIONS[version].masks(LANDMARKS, SIZE)[0])
    figure = draw_masks(FACE, masks, region_of(version))
    images = figure.axes[0].images
    assert len(images) == len(masks)
    for region, image in enumerate(images):
        assert np.array_equal(image.get_array(), highlighted(FACE, masks[region]))
    attributes = [caption.split("\n") for caption in captions(figure)]
    for region, named in enumerate(attributes):
        assert named == [
            name.replace("_", " ")
            for name, own in zip(ATTRIBUTES, region_of(version), strict=True)
            if own == region
        ]
    assert len({image.get_extent()[0] for image in images}) == across


def test_forty_regions_fit_a_page():
    masks = np.zeros((40, SIZE, SIZE), bool)
    figure = draw_masks(FACE, masks, range(40))
    found = [caption.replace("\n", " ") for caption in captions(figure)]
    assert found == [name.replace("_", " ") for name in ATTRIBUTES]
    width, height = figure.get_size_inches()
    assert width <= TEXT_WIDTH
    assert height <= 9
    assert min(text.get_fontsize() for text in figure.axes[0].texts) >= SMALLEST_FONT


def test_a_region_without_attribute_is_left_out():
    masks = np.zeros((3, SIZE, SIZE), bool)
    figure = draw_masks(FACE, masks, [0] * 20 + [2] * 20)
    assert len(figure.axes[0].images) == 2


def test_same_bytes_each_time():
    masks = unpack(VERSIONS["2"].masks(LANDMARKS, SIZE)[0])
    first, second = (png(draw_masks(FACE, masks, region_of("2")), dpi=50) for _ in range(2))
    assert first == second


def test_what_does_not_fit_is_refused():
    masks = np.zeros((2, SIZE, SIZE), bool)
    with pytest.raises(ValueError, match=r"face is \(56, 56\) pixels, masks \(8, 8\)"):
        draw_masks(FACE, masks[:, :8, :8], [0] * 40)
    with pytest.raises(ValueError, match="found region 2, expected 0 to 1"):
        draw_masks(FACE, masks, [0] * 39 + [2])
    with pytest.raises(ValueError, match="regions of 3 attributes, expected 40"):
        draw_masks(FACE, masks, [0] * 3)


def test_the_face_is_the_most_frontal_of_those_that_nothing_covers() -> None:
    ratio = np.array([0.5, 0.1, 0.2, 0.3, 0.4])
    labels = -np.ones((5, 40), np.int8)
    labels[1, ATTRIBUTES.index("Blurry")] = 1
    labels[2, ATTRIBUTES.index("Eyeglasses")] = 1
    labels[3, ATTRIBUTES.index("Wearing_Hat")] = 1
    labels[4, ATTRIBUTES.index("Smiling")] = 1
    assert choose_face(ratio, labels) == 4
    labels[[0, 4], ATTRIBUTES.index("Blurry")] = 1  # every face is covered
    assert choose_face(ratio, labels) == 1
