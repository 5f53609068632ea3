"""Regions of pairs as pixels and as cells, held to each other and to the masks they are made of."""

import numpy as np
import pytest

from heed.attention.explained import Grid
from heed.attention.regions import cell_weights, pair_corners, pair_coverage, pair_masks
from heed.attention.run_settings import PairParams
from heed.celeba.attributes import ATTRIBUTES
from heed.explain.placement import AxisPlacement, Placement
from heed.guidance.named_regions import Region
from heed.guidance.template_face import template_landmarks
from heed.masks.catalogue import VERSIONS
from heed.masks.packing import unpack
from heed.masks.regions import region_of_attribute
from tests.attention.few_faces import CROP, GRID, MOUTH, SIDE, few_faces

POINTS = few_faces(4).landmarks
CORNERS = [(12.0, 30.0), (50.0, 34.0), (40.0, 60.0), (30.0, 40.0)]
PAIRS = {
    "a rectangle": MOUTH,
    "two": MOUTH.model_copy(update={"regions": ["left_cheek", "right_cheek"]}),
    "a mask": MOUTH.model_copy(update={"regions": ["mask_3"]}),
    "a rectangle and a mask": MOUTH.model_copy(update={"regions": ["eyes", "mask_3"]}),
    "a box": MOUTH.model_copy(update={"regions": None, "box": [16.0, 32.0, 48.0, 56.0]}),
    "a polygon": MOUTH.model_copy(
        update={
            "regions": None,
            "polygon": [(12.0, 30.0), (50.0, 34.0), (40.0, 60.0), (30.0, 40.0)],
        }
    ),
}


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
def test_cells_are_the_means_of_the_pixels_in_them(pair: PairParams) -> None:
    pixels = unpack(pair_masks(pair, POINTS, CROP)).astype(float)
    cell = SIDE // GRID.cells
    means = pixels.reshape(len(POINTS), GRID.cells, cell, GRID.cells, cell).mean(axis=(2, 4))
    found = pair_coverage(pair, POINTS, CROP, GRID)
    assert found.dtype == np.float32
    assert means.max() > 0.1
    # A rectangle's share is exact; by whole pixels an edge is up to half of one off.
    np.testing.assert_allclose(found, means, atol=0.06)


def test_several_regions_are_one_together() -> None:
    both = unpack(pair_masks(PAIRS["two"], POINTS, CROP))
    left, right = (
        unpack(pair_masks(MOUTH.model_copy(update={"regions": [name]}), POINTS, CROP))
        for name in ("left_cheek", "right_cheek")
    )
    assert (both == (left | right)).all()
    assert left.any()
    assert right.any()
    assert not (left & right).any()


@pytest.mark.parametrize("version", ["1", "2", "3"])
def test_a_mask_is_the_attributes_own(version: str) -> None:
    pair = MOUTH.model_copy(update={"attribute": "Eyeglasses", "regions": [f"mask_{version}"]})
    own = VERSIONS[version]
    place = region_of_attribute(own.regions, ATTRIBUTES)[ATTRIBUTES.index("Eyeglasses")]
    expected = own.masks(POINTS, SIDE)[:, place]
    assert (pair_masks(pair, POINTS, CROP) == np.broadcast_to(expected, (4, SIDE, 8))).all()


def test_a_box_on_the_template_itself_stays_where_it_is() -> None:
    template = template_landmarks(SIDE, CROP.scale)[None]
    corners = pair_corners(PAIRS["a box"], template, CROP)
    assert corners.shape == (1, 1, 4, 2)
    expected = [[16, 32], [48, 32], [48, 56], [16, 56]]
    np.testing.assert_allclose(corners[0, 0], expected, atol=1e-9)


def test_a_box_is_a_polygon_with_four_corners() -> None:
    corners = [(16, 32), (48, 32), (48, 56), (16, 56)]
    polygon = MOUTH.model_copy(update={"regions": None, "polygon": corners})
    for of_pair in (pair_corners, pair_masks):
        np.testing.assert_array_equal(
            of_pair(polygon, POINTS, CROP), of_pair(PAIRS["a box"], POINTS, CROP)
        )
    found = pair_coverage(polygon, POINTS, CROP, GRID)
    np.testing.assert_array_equal(found, pair_coverage(PAIRS["a box"], POINTS, CROP, GRID))


def test_a_named_region_lies_where_the_audit_has_it() -> None:
    region = Region(
        kind="polygon", points=CORNERS, attributes=["Smiling"], size=SIDE, scale=CROP.scale
    )
    np.testing.assert_array_equal(
        pair_masks(PAIRS["a polygon"], POINTS, CROP), region.masks(POINTS, SIDE)
    )


def test_a_box_turns_and_grows_with_the_face() -> None:
    template = template_landmarks(SIDE, CROP.scale)
    turned = np.stack([-template[:, 1], template[:, 0]], axis=-1) * 2 + [200, 0]
    corners = pair_corners(PAIRS["a box"], turned[None], CROP)[0, 0]
    expected = [[200 - 2 * y, 2 * x] for x, y in [(16, 32), (48, 32), (48, 56), (16, 56)]]
    np.testing.assert_allclose(corners, expected, atol=1e-9)


def test_masks_have_no_corners() -> None:
    assert pair_corners(PAIRS["a mask"], POINTS, CROP).shape == (4, 0, 4, 2)
    assert pair_corners(PAIRS["a rectangle and a mask"], POINTS, CROP).shape == (4, 1, 4, 2)


def test_cells_lie_where_the_network_looks() -> None:
    looking = Placement(AxisPlacement(16, 0), AxisPlacement(16, 0))
    box = MOUTH.model_copy(update={"regions": None, "box": [8.0, 8.0, 24.0, 24.0]})
    template = template_landmarks(SIDE, CROP.scale)[None]
    found = pair_coverage(box, template, CROP, Grid(4, looking))[0]
    # Cell 1 looks at pixel 16, and has the pixels from 8 to 24.
    expected = np.zeros((4, 4))
    expected[1, 1] = 1
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_cells_of_a_rectangle_count_as_many_times_as_is_said() -> None:
    share = pair_coverage(MOUTH, POINTS, CROP, GRID)
    assert 0 < share.max() < 1
    found = cell_weights({"mouth": 3.0}, POINTS, CROP, GRID)
    np.testing.assert_allclose(found, (1 - share) + 3 * share, atol=1e-6)
    both = cell_weights({"mouth": 3.0, "face": 2.0}, POINTS, CROP, GRID)
    np.testing.assert_allclose(both / found, cell_weights({"face": 2.0}, POINTS, CROP, GRID), 1e-6)
    assert (cell_weights({}, POINTS, CROP, GRID) == 1).all()
