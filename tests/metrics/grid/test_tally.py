"""Scores from 49 cells are held to scores from pixels, by this house's code and by OpenCV."""

from dataclasses import fields

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import map_coordinates

from heed.explain.placement import AxisPlacement, Placement
from heed.explain.postprocess import normalise
from heed.metrics.acceptable_mask_ratio import acceptable_mask_ratio
from heed.metrics.grid import parts, pixels
from heed.metrics.grid import tally as grid
from heed.metrics.grid.prepared_masks import prepare
from heed.metrics.proportional_energy import proportional_energy
from heed.metrics.scores import Tally, scores

SIZE, CELLS = 224, 7
ATTRIBUTES = 4  # maps per example; the code takes their number from region_of_attribute
FIELDS = (
    "amr",
    "amr_uncorrected",
    "proportional_energy",
    "active_area",
    "intensity",
    "border_share",
)


def random_maps(rng):
    return rng.normal(size=(ATTRIBUTES, CELLS, CELLS))


def plateaus(rng):
    """Few values, so that neighbouring cells are equal and minima are attained often."""
    values = rng.choice([-1.0, 0.0, 0.1, 0.3, 1.0], size=rng.integers(2, 5), replace=False)
    return rng.choice(values, size=(ATTRIBUTES, CELLS, CELLS))


def dents(rng):
    """A plain with one or two cells at 0: no pixel of the enlarged map is 0, if inside."""
    maps = np.full((ATTRIBUTES, CELLS, CELLS), rng.uniform(0.1, 1.0))
    for cells in maps:
        y, x = rng.integers(0, CELLS, 2)
        cells[y, x] = 0
        if rng.random() < 0.5:
            cells[min(y + 1, CELLS - 1), x] = 0
    return maps


def single_cells(rng):
    maps = np.zeros((ATTRIBUTES, CELLS, CELLS))
    maps[np.arange(ATTRIBUTES), *rng.integers(0, CELLS, (2, ATTRIBUTES))] = rng.uniform(0.1, 1.0)
    return maps


def constants(rng):
    return np.broadcast_to(rng.normal(size=(ATTRIBUTES, 1, 1)), (ATTRIBUTES, CELLS, CELLS))


def all_negative(rng):
    return -np.abs(random_maps(rng))


def all_positive(rng):
    return np.abs(random_maps(rng)) + 0.1


MAPS = (random_maps, plateaus, dents, single_cells, constants, all_negative, all_positive)


def boxes(rng):
    """One or two boxes of any bounds, as masks from landmarks are; may be empty."""
    mask = np.zeros((SIZE, SIZE), bool)
    for _ in range(rng.integers(1, 3)):
        (top, bottom), (left, right) = np.sort(rng.integers(0, SIZE + 1, (2, 2)), axis=1)
        mask[top:bottom, left:right] = True
    return mask


def ring(rng):
    """A box without a filled ellipse, as the hair mask from landmarks is."""
    mask = boxes(rng).astype(np.uint8)
    centre = tuple(int(value) for value in rng.integers(60, 160, 2))
    cv2.ellipse(mask, centre, (45, 60), 0, 0, 360, 0, -1)
    return mask.astype(bool)


def blocks(rng):
    """Blocks of a cell's size, as the masks of a fixed grid are."""
    (top, bottom), (left, right) = np.sort(rng.integers(0, CELLS + 1, (2, 2)), axis=1)
    mask = np.zeros((CELLS, CELLS), bool)
    mask[top:bottom, left:right] = True
    return np.kron(mask, np.ones((32, 32), bool))


def noise(rng):
    return rng.random((SIZE, SIZE)) < rng.random()


def full(rng):
    return np.ones((SIZE, SIZE), bool)


MASKS = (boxes, ring, blocks, noise, full)


def tally_with_opencv(maps, masks, threshold):
    """Counts and sums by pytorch-grad-cam's steps, in float64, one map after the other."""
    rows = []
    for cells, mask in zip(maps, masks, strict=True):
        cells = np.maximum(cells, np.float32(0))
        cells = cells - cells.min()
        cells = (cells / (1e-7 + cells.max())).astype(np.float64)
        image = cv2.resize(cells, (SIZE, SIZE), interpolation=cv2.INTER_LINEAR)
        lowest = image.min()
        image = image - lowest
        image = image / (1e-7 + image.max())
        active = image > threshold
        # How many pixels float32 may take for others than float64: any but those of zero cells.
        close = (np.abs(image - threshold) < 1e-6).sum() if threshold or lowest > 0 else 0
        inside = (active & mask).sum()
        rows.append((active.sum(), inside, image.sum(), image[mask].sum(), close))
    return np.array(rows, dtype=np.float64).T


@settings(max_examples=220, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    kind=st.sampled_from(MAPS),
    scale=st.sampled_from([1.0, 1e-12, 1e-7, 1e6]),
    threshold=st.sampled_from([0.0, 0.5, 0.8]),
)
def test_grid_equals_pixels(seed, kind, scale, threshold):
    rng = np.random.default_rng(seed)
    maps = (kind(rng) * scale).astype(np.float32)[None]  # one image
    regions = np.stack([make(rng) for make in MASKS])
    region_of_attribute = rng.integers(0, len(regions), ATTRIBUTES)
    packed = np.packbits(regions[None], axis=-1)

    from_grid = grid.tally(maps, prepare(packed, region_of_attribute, cells=7), threshold)
    from_pixels = pixels.tally(maps, packed, region_of_attribute, threshold)
    assert np.array_equal(from_grid.empty, from_pixels.empty)
    assert np.array_equal(from_grid.active, from_pixels.active)
    for field in FIELDS:
        np.testing.assert_allclose(
            getattr(scores(from_grid), field),
            getattr(scores(from_pixels), field),
            rtol=0,
            atol=1e-6,
            err_msg=field,
        )

    active, inside, energy, energy_inside, close = tally_with_opencv(
        maps[0], regions[region_of_attribute], threshold
    )
    assert (np.abs(from_grid.active[0] - active) <= close).all()
    assert (np.abs(from_grid.active_in_mask[0] - inside) <= close).all()
    np.testing.assert_allclose(from_grid.energy[0], energy, rtol=1e-6)
    np.testing.assert_allclose(from_grid.energy_in_mask[0], energy_inside, rtol=1e-6, atol=1e-9)


def tally_with_scipy(maps, masks, threshold, placement, size):
    """Counts and sums in float64, the map looked up at each pixel's place among the cells."""
    pixel = np.arange(size)
    places = np.meshgrid(
        *((pixel - axis.offset) / axis.stride for axis in (placement.y, placement.x)),
        indexing="ij",
    )
    rows = []
    for cells, mask in zip(maps, masks, strict=True):
        cells = np.maximum(cells, np.float32(0))
        cells = (cells - cells.min()).astype(np.float64)
        cells /= 1e-7 + cells.max()
        image = map_coordinates(cells, places, order=1, mode="nearest")
        lowest, spread = image.min(), 1e-7 + image.max() - image.min()
        image = (image - lowest) / spread
        active = image > threshold
        # Where no pixel comes near a cell that stands out, the second stretch is a large one.
        rounding = 1e-6 / spread
        close = (np.abs(image - threshold) < rounding).sum() if threshold or lowest > 0 else 0
        sums = image.sum(), image[mask].sum()
        rows.append((active.sum(), (active & mask).sum(), *sums, close, rounding))
    return np.array(rows, dtype=np.float64).T


STRIDES = st.sampled_from([1.0, 1.5, 2.0, 8.0, 16.0, 30.7, 32.0, 64.0]) | st.floats(1, 70)


@st.composite
def placements(draw, size, cells):
    """Any by which all cells are seen; often at whole pixels, where cells and pixels meet."""
    axes = []
    for _ in range(2):
        stride = draw(STRIDES.filter(lambda s: s * (cells - 3) < size - 2))
        lowest, highest = -stride + 0.01, size - 1.01 - stride * (cells - 2)
        whole = st.integers(int(np.ceil(lowest)), int(np.floor(highest))).map(float)
        offset = draw(whole | st.floats(lowest, highest))
        axes.append(AxisPlacement(stride, offset))
    return Placement(*axes)


@settings(max_examples=120, deadline=None)
@given(
    data=st.data(),
    seed=st.integers(0, 2**32 - 1),
    kind=st.sampled_from(MAPS),
    threshold=st.sampled_from([0.0, 0.5, 0.8]),
)
def test_grid_equals_pixels_wherever_the_cells_lie(data, seed, kind, threshold):
    placement = data.draw(placements(SIZE, CELLS))
    rng = np.random.default_rng(seed)
    maps = kind(rng).astype(np.float32)[None]  # one image
    regions = np.stack([make(rng) for make in MASKS])
    region_of_attribute = rng.integers(0, len(regions), ATTRIBUTES)
    packed = np.packbits(regions[None], axis=-1)

    from_grid = grid.tally(maps, prepare(packed, region_of_attribute, 7, placement), threshold)
    from_pixels = pixels.tally(maps, packed, region_of_attribute, threshold, placement)
    assert np.array_equal(from_grid.empty, from_pixels.empty)
    assert np.array_equal(from_grid.active, from_pixels.active)
    assert np.array_equal(from_grid.active_in_mask, from_pixels.active_in_mask)

    active, inside, energy, energy_inside, close, rounding = tally_with_scipy(
        maps[0], regions[region_of_attribute], threshold, placement, SIZE
    )
    for field in FIELDS:
        found, expected = (getattr(scores(tally), field)[0] for tally in (from_grid, from_pixels))
        known = ~np.isnan(expected)
        assert np.array_equal(known, ~np.isnan(found)), field
        assert (np.abs(found - expected)[known] <= rounding[known]).all(), field
    assert (np.abs(from_grid.active[0] - active) <= close).all()
    assert (np.abs(from_grid.active_in_mask[0] - inside) <= close).all()
    assert (np.abs(from_grid.energy[0] - energy) <= rounding * SIZE**2).all()
    assert (np.abs(from_grid.energy_in_mask[0] - energy_inside) <= rounding * SIZE**2).all()


@pytest.mark.parametrize("threshold", [0.0, 0.5])
def test_other_sizes_and_per_image_masks(threshold):
    rng = np.random.default_rng(3)
    for size, cells in ((32, 7), (256, 8), (448, 7), (256, 7)):
        maps = rng.normal(size=(20, 3, cells, cells)).astype(np.float32)
        regions = rng.random((20, 2, size, size)) < 0.3
        packed = np.packbits(regions, axis=-1)
        region_of_attribute = np.array([1, 0, 1])
        from_grid = grid.tally(maps, prepare(packed, region_of_attribute, cells=cells), threshold)
        from_pixels = pixels.tally(maps, packed, region_of_attribute, threshold)
        assert np.array_equal(from_grid.active_in_mask, from_pixels.active_in_mask)
        np.testing.assert_allclose(from_grid.energy_in_mask, from_pixels.energy_in_mask, rtol=1e-6)


def test_shared_masks_equal_repeated_masks():
    rng = np.random.default_rng(4)
    maps = rng.normal(size=(5, ATTRIBUTES, CELLS, CELLS)).astype(np.float32)
    packed = np.packbits(np.stack([make(rng) for make in MASKS])[None], axis=-1)
    region_of_attribute = np.arange(ATTRIBUTES) % len(MASKS)
    repeated = np.repeat(packed, len(maps), axis=0)
    for threshold in (0.0, 0.5):
        shared = scores(grid.tally(maps, prepare(packed, region_of_attribute, cells=7), threshold))
        own = scores(grid.tally(maps, prepare(repeated, region_of_attribute, cells=7), threshold))
        for field in FIELDS:
            np.testing.assert_array_equal(getattr(shared, field), getattr(own, field))


@pytest.mark.parametrize("counting", [False, True])
def test_a_map_has_the_same_bytes_in_any_company_and_number_of_threads(monkeypatch, counting):
    rng = np.random.default_rng(6)
    maps = rng.normal(size=(50, ATTRIBUTES, CELLS, CELLS)).astype(np.float32)
    packed = np.packbits(rng.random((50, 3, SIZE, SIZE)) < 0.5, axis=-1)
    counted = np.packbits(rng.random((50, SIZE, SIZE)) < 0.9, axis=-1) if counting else None
    regions = rng.integers(0, 3, ATTRIBUTES)

    def bytes_of(images, cores):
        monkeypatch.setattr(parts, "usable_cores", lambda: cores)
        left = None if counted is None else counted[images]
        found = grid.tally(maps[images], prepare(packed[images], regions, 7, None, left), 0.5)
        arrays = (getattr(found, field.name) for field in fields(Tally) if field.name != "pixels")
        return [[row.tobytes() for row in array] for array in arrays]

    together = bytes_of(slice(None), 2)
    assert bytes_of(slice(None), 1) == together
    alone = [bytes_of(slice(image, image + 1), 2) for image in range(50)]
    each = zip(*alone, strict=True)
    assert [[row for of_image in field for row in of_image] for field in each] == together


@pytest.mark.parametrize("counting", [False, True])
def test_thresholds_at_once_are_as_one_after_the_other(counting):
    rng = np.random.default_rng(7)
    maps = rng.normal(size=(20, ATTRIBUTES, CELLS, CELLS)).astype(np.float32)
    packed = np.packbits(np.stack([make(rng) for make in MASKS])[None], axis=-1)
    counted = np.packbits(rng.random((20, SIZE, SIZE)) < 0.9, axis=-1) if counting else None
    masks = prepare(packed, rng.integers(0, len(MASKS), ATTRIBUTES), 7, None, counted)
    thresholds = [0.5, 0, 0.25, 0.9]
    for threshold, found in zip(thresholds, grid.tallies(maps, masks, thresholds), strict=True):
        expected = grid.tally(maps, masks, threshold)
        for field in fields(Tally):
            np.testing.assert_array_equal(
                getattr(found, field.name), getattr(expected, field.name), err_msg=field.name
            )


def one(cells, mask, threshold=0.0):
    """The scores of one map against one mask, as floats."""
    packed = np.packbits(mask[None, None], axis=-1)
    maps = np.asarray(cells, np.float32)[None, None]
    found = scores(grid.tally(maps, prepare(packed, [0], cells=7), threshold))
    return {field: getattr(found, field).item() for field in (*FIELDS, "empty")}


def box_mask(top, bottom, left, right):
    mask = np.zeros((SIZE, SIZE), bool)
    mask[top:bottom, left:right] = True
    return mask


TOP_LEFT = np.zeros((CELLS, CELLS))
TOP_LEFT[0, 0] = 2.5  # reaches the pixels 0..47 of each axis


@pytest.mark.parametrize("threshold", [0.0, 0.5])
def test_map_inside_its_mask(threshold):
    found = one(TOP_LEFT, box_mask(0, 48, 0, 48), threshold)
    assert found["proportional_energy"] == pytest.approx(1)
    assert found["amr_uncorrected"] == 1
    assert found["amr"] == pytest.approx(1 - 48**2 / SIZE**2)  # the highest it can be


@pytest.mark.parametrize("threshold", [0.0, 0.5])
def test_map_outside_its_mask(threshold):
    found = one(TOP_LEFT, box_mask(48, 224, 0, 224), threshold)
    assert found["amr"] == found["amr_uncorrected"] == found["proportional_energy"] == 0


def test_border_share_of_a_corner_an_inner_cell_and_a_plain_with_a_dent():
    mask = box_mask(0, 48, 0, 48)
    inner = np.zeros((CELLS, CELLS))
    inner[3, 3] = 1  # fades out within the cells around it
    assert one(inner, mask)["border_share"] == 0
    # in the corner, both axes fall from 1 at pixel 15.5 to 0 at 47.5: 32 of 48 pixels are border
    fall = np.concatenate([np.ones(16), (47.5 - np.arange(16, 48)) / 32])
    expected = 1 - (fall[32:].sum() / fall.sum()) ** 2
    assert one(TOP_LEFT, mask)["border_share"] == pytest.approx(expected)
    plain = np.ones((CELLS, CELLS))
    plain[3, 3] = 0.999999
    assert one(plain, mask)["border_share"] > 24 / 49  # all mass but that of the dent
    plain[3, 3], plain[0] = 1, 1
    plain[3, 3] = 0
    dent = np.clip(1 - np.abs(np.arange(SIZE) - 111.5) / 32, 0, 1)
    mass = SIZE**2 - dent.sum() ** 2
    assert one(plain, mask)["border_share"] == pytest.approx(24 / 49 * SIZE**2 / mass, rel=1e-3)


def test_a_faint_map_is_not_empty_and_has_a_border_share():
    """Its pixels stay near 0, for 1e-7 is added to the maximum that they are divided by."""
    mask = box_mask(0, 48, 0, 48)
    faint, plain = one(TOP_LEFT * 1e-22, mask), one(TOP_LEFT, mask)
    assert faint["empty"] is False
    for field in FIELDS:
        expected = 0 if field == "intensity" else plain[field]
        assert faint[field] == pytest.approx(expected, rel=1e-6, abs=1e-8)


def test_active_area_of_a_corner_cell():
    assert one(TOP_LEFT, box_mask(0, 48, 0, 48))["active_area"] == pytest.approx(48**2 / SIZE**2)


def test_nearly_uniform_map_gives_the_share_of_the_mask():
    cells = np.ones((CELLS, CELLS))
    cells[0, 0] = 0  # a uniform map becomes empty; this one is 1 but for pixels 0..47
    found = one(cells, box_mask(100, 200, 100, 200), 0.5)
    inactive = 48**2 - found["active_area"] * SIZE**2 + SIZE**2 - 48**2
    assert found["amr_uncorrected"] == pytest.approx(100**2 / (SIZE**2 - inactive))


@pytest.mark.parametrize("cells", [np.zeros((7, 7)), np.full((7, 7), 3.0), -np.eye(7) - 1])
def test_empty_map_scores_zero(cells):
    found = one(cells, box_mask(0, 48, 0, 48))
    assert found.pop("empty") is True
    assert np.isnan(found.pop("border_share"))
    assert found == dict.fromkeys(FIELDS[:-1], 0.0)


@pytest.mark.parametrize("cells", [TOP_LEFT, np.zeros((7, 7))])
def test_empty_mask_gives_missing_scores(cells):
    found = one(cells, np.zeros((SIZE, SIZE), bool))
    assert np.isnan([found["amr"], found["amr_uncorrected"], found["proportional_energy"]]).all()
    assert found["active_area"] == pytest.approx(0 if not cells.any() else 48**2 / SIZE**2)


def test_full_mask_has_no_room_for_merit():
    found = one(TOP_LEFT, np.ones((SIZE, SIZE), bool))
    assert found["amr"] == 0
    assert found["amr_uncorrected"] == 1
    assert found["proportional_energy"] == pytest.approx(1)


def test_a_dent_in_a_plain_is_four_pixels():
    cells = np.full((CELLS, CELLS), 1e6)  # so high that the stretched plain is exactly 1
    cells[3, 3] = 0  # its centre lies between the pixels 111 and 112
    found = one(cells, box_mask(111, 113, 111, 113))
    assert found["active_area"] == 1 - 4 / SIZE**2
    assert found["amr_uncorrected"] == 0


def test_an_uneven_dent_is_one_pixel():
    cells = np.ones((CELLS, CELLS))
    cells[3, 3] = 0
    cells[3, 2] = cells[2, 3] = 0.5  # lower towards the upper left
    found = one(cells, box_mask(111, 112, 111, 112))
    assert found["active_area"] == 1 - 1 / SIZE**2
    assert found["amr_uncorrected"] == 0


def almost_flat_around_a_dent(rng, ulps):
    """Equal cells but for some steps of float32, and a cell at 0 in the middle.

    The four pixels around the cell's centre are the map's lowest; which of them are equal in
    float32, and which by a hair higher, is decided by rounding.
    """
    level = np.float32(rng.uniform(0.2, 1))
    steps = rng.integers(-ulps, ulps + 1, (CELLS, CELLS)).astype(np.float32)
    cells = level + steps * np.spacing(level)
    cells[3, 3] = 0
    return cells


def counted_by_both(maps):
    """Active pixels above 0 of each map, by the grid and pixel by pixel."""
    maps = np.asarray(maps, np.float32)[:, None]
    packed = np.packbits(np.ones((1, 1, SIZE, SIZE), bool), axis=-1)
    from_grid = grid.tally(maps, prepare(packed, [0], cells=7), 0).active.ravel()
    return from_grid, pixels.tally(maps, packed, np.array([0]), 0).active.ravel()


@pytest.mark.parametrize("ulps", [1, 8, 64])
def test_minima_that_float32_cannot_tell_apart_are_counted_as_pixels(ulps):
    rng = np.random.default_rng(ulps)
    from_grid, from_pixels = counted_by_both(
        [almost_flat_around_a_dent(rng, ulps) for _ in range(150)]
    )
    np.testing.assert_array_equal(from_grid, from_pixels)


def test_values_too_small_for_float32_are_counted_as_pixels():
    """Above 0 as cells, and 0 where float32 has weighed them: a step is 1.4e-45."""
    maps = np.zeros((4, CELLS, CELLS))
    maps[:] = np.array([1e-45, 1e-44, 1e-42, 1e-38])[:, None, None]
    maps[:, 3, 3] = 1
    maps[:, 0, :3] = 0
    from_grid, from_pixels = counted_by_both(maps)
    np.testing.assert_array_equal(from_grid, from_pixels)
    # columns 0..79 of rows 0..15 see nothing but the three cells at 0
    assert from_pixels[-1] == SIZE**2 - 80 * 16
    assert from_pixels[0] < from_pixels[-1]


def test_minima_that_differ_are_told_from_the_cells_alone(monkeypatch):
    """No map is enlarged where float32 leaves no doubt: that is what makes the grid fast."""

    def enlarged(*arguments):
        raise AssertionError("a map was enlarged")

    monkeypatch.setattr(pixels, "count_active", enlarged)
    uneven = np.ones((CELLS, CELLS))
    uneven[3, 3] = 0
    uneven[3, 2], uneven[2, 3] = 1 - 4e-4, 1 - 2e-4  # the lowest pixel lower by 1e-4 of itself
    faint = np.full((CELLS, CELLS), 1e-30)
    faint[3, 3] = 1
    faint[0, :3] = 0
    assert one(uneven, box_mask(111, 112, 111, 112))["active_area"] == 1 - 1 / SIZE**2
    assert one(faint, box_mask(0, 16, 0, 80))["active_area"] == 1 - 80 * 16 / SIZE**2


@pytest.mark.parametrize("size", [96, 160, 256])  # whose weights are no fractions of 2 ** n
def test_rounding_leaves_no_energy_below_0_or_above_the_whole(size):
    rng = np.random.default_rng(size)
    maps = np.ones((3 * CELLS**2, CELLS, CELLS), np.float32)
    maps += rng.random(maps.shape) * np.repeat([0, 1, 2], CELLS**2)[:, None, None]
    for cells, cell in zip(maps, np.tile(np.arange(CELLS**2), 3), strict=True):
        cells.flat[cell] = 0
    maps = maps[:, None].repeat(2, axis=1)
    lowest = normalise(maps[:, 0], size) == 0
    packed = np.packbits(np.stack([lowest, ~lowest], axis=1), axis=-1)  # no energy, and all of it
    found = grid.tally(maps, prepare(packed, [0, 1], cells=7), 0)
    energy = scores(found).proportional_energy
    assert energy.min() == 0
    assert energy.max() == 1
    # Pixels that are the lowest in float32 need not all be so in float64.
    np.testing.assert_allclose(energy, [[0, 1]] * len(maps), atol=1e-10)


def test_rounding_leaves_no_energy_below_0_in_the_border():
    """All of the border is at the minimum: a ring around a dent that is nowhere lower."""
    size = 256
    rng = np.random.default_rng(0)
    maps = np.empty((100, 1, CELLS, CELLS), np.float32)
    maps[:] = rng.uniform(0.001, 0.02, (100, 1, 1, 1))
    maps[..., 2:5, 2:5] = rng.uniform(0.8, 1, (100, 1, 3, 3))
    maps[..., 3, 3] = 0
    packed = np.packbits(np.ones((1, 1, size, size), bool), axis=-1)
    share = scores(grid.tally(maps, prepare(packed, [0], cells=7), 0)).border_share
    assert share.min() == 0
    assert share.max() < 1e-12


def test_what_does_not_fit_is_an_error():
    packed = np.packbits(np.ones((1, 2, SIZE, SIZE), bool), axis=-1)
    masks = prepare(packed, [0, 1, 1], cells=7)
    maps = np.zeros((4, 3, CELLS, CELLS), np.float32)
    maps[2, 1, 0, 0] = np.nan
    with pytest.raises(ValueError, match=r"image 2 .*attribute 1 .*not finite"):
        grid.tally(maps, masks, 0)
    with pytest.raises(ValueError, match=r"8 x 8 cells.*prepared for 49"):
        grid.tally(np.zeros((4, 3, 8, 8), np.float32), masks, 0)
    with pytest.raises(ValueError, match=r"expected \(B, 3, cells, cells\)"):
        grid.tally(np.zeros((4, 2, 7, 7), np.float32), masks, 0)
    with pytest.raises(ValueError, match="masks of 2 images for maps of 4"):
        grid.tally(maps, prepare(np.repeat(packed, 2, axis=0), [0, 1, 1], cells=7), 0)
    with pytest.raises(ValueError, match="0 to 2; expected 0 to 1"):
        prepare(packed, [0, 1, 2], cells=7)
    with pytest.raises(ValueError, match="S / 8"):
        prepare(packed[..., :-1], [0, 1], cells=7)
    with pytest.raises(ValueError, match=r"stride of 0.888889 pixels; expected at least 1"):
        prepare(np.packbits(np.ones((1, 1, 8, 8), bool), axis=-1), [0], cells=9)


@pytest.mark.parametrize("threshold", [0.0, 0.5])
@pytest.mark.parametrize(("size", "cells"), [(32, 1), (64, 2), (8, 1), (96, 3)])
def test_few_cells(size, cells, threshold):
    rng = np.random.default_rng(cells)
    maps = rng.normal(size=(6, 4, cells, cells)).astype(np.float32)
    maps[0], maps[1] = -1, 1
    packed = np.packbits(rng.random((1, 2, size, size)) < 0.4, axis=-1)
    region_of_attribute = np.array([0, 1, 1, 0])
    from_grid = grid.tally(maps, prepare(packed, region_of_attribute, cells=cells), threshold)
    from_pixels = pixels.tally(maps, packed, region_of_attribute, threshold)
    for field in FIELDS:
        found, expected = (getattr(scores(tally), field) for tally in (from_grid, from_pixels))
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-6, err_msg=field)
    if cells == 1:  # nothing stands out: no pixel is above the map's minimum
        assert from_grid.empty.all()
        assert np.isnan(scores(from_grid).border_share).all()
    elif cells == 2:  # all cells are outermost ones
        of_any = scores(from_grid).border_share[~from_grid.empty]
        np.testing.assert_allclose(of_any, 1)


def test_maps_of_other_kinds_of_numbers():
    rng = np.random.default_rng(5)
    whole = rng.integers(0, 5, (2, ATTRIBUTES, CELLS, CELLS))
    packed = np.packbits(np.stack([make(rng) for make in MASKS])[None], axis=-1)
    region_of_attribute = np.arange(ATTRIBUTES) % len(MASKS)
    masks = prepare(packed, region_of_attribute, cells=7)
    for threshold in (0.0, 0.5):
        expected = grid.tally(whole.astype(np.float32), masks, threshold)
        for kind in (np.uint8, np.int64, np.float64):
            of_kind = whole.astype(kind)
            tallies = (
                grid.tally(of_kind, masks, threshold),
                pixels.tally(of_kind, packed, region_of_attribute.tolist(), threshold),
                grid.tally(of_kind.tolist(), masks, threshold),
            )
            for found in tallies:
                np.testing.assert_array_equal(found.active, expected.active)
                np.testing.assert_array_equal(found.active_in_mask, expected.active_in_mask)
                np.testing.assert_allclose(found.energy, expected.energy, rtol=1e-6)


def photographs(rng):
    """Pixels that count as a photograph leaves them: a convex quadrangle, or all, or hardly any."""
    kind = rng.integers(4)
    if kind == 0:
        return np.ones((SIZE, SIZE), bool)
    counted = np.zeros((SIZE, SIZE), np.uint8)
    if kind == 1:
        y, x = rng.integers(0, SIZE - 3, 2)
        counted[y : y + 3, x : x + 3] = 1
        return counted.astype(bool)
    box = ((float(x) for x in rng.uniform(60, 160, 2)), (float(x) for x in rng.uniform(40, 220, 2)))
    corners = cv2.boxPoints((*map(tuple, box), float(rng.uniform(-30, 30))))
    cv2.fillConvexPoly(counted, np.rint(corners).astype(int), 1)
    return counted.astype(bool)


@settings(max_examples=150, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    kind=st.sampled_from(MAPS),
    threshold=st.sampled_from([0.0, 0.5]),
    offset=st.sampled_from([0.0, 15.5, 7.0]),
)
def test_pixels_left_out_count_neither_as_active_nor_as_energy(seed, kind, threshold, offset):
    rng = np.random.default_rng(seed)
    placement = Placement(AxisPlacement(32, offset), AxisPlacement(32, 15.5 - offset / 2))
    maps = kind(rng).astype(np.float32)[None]
    regions = np.stack([make(rng) for make in MASKS])
    of_attribute = rng.integers(0, len(regions), ATTRIBUTES)
    packed, inside = np.packbits(regions[None], axis=-1), photographs(rng)
    counted = np.packbits(inside[None], axis=-1)

    from_grid = grid.tally(maps, prepare(packed, of_attribute, 7, placement, counted), threshold)
    from_pixels = pixels.tally(maps, packed, of_attribute, threshold, placement, counted)
    assert np.array_equal(from_grid.empty, from_pixels.empty)
    assert np.array_equal(from_grid.active, from_pixels.active)
    assert np.array_equal(from_grid.active_in_mask, from_pixels.active_in_mask)
    grid_scores, pixel_scores = scores(from_grid), scores(from_pixels)
    for field in ("amr", "amr_uncorrected", "active_area", "intensity"):
        np.testing.assert_allclose(
            getattr(grid_scores, field), getattr(pixel_scores, field), atol=1e-6, err_msg=field
        )
    # Of a sum of a few pixels near 0 the rounding of float32 is a large part.
    much = from_pixels.energy > 1
    for field in ("proportional_energy", "border_share"):
        np.testing.assert_allclose(
            getattr(grid_scores, field)[much], getattr(pixel_scores, field)[much], atol=1e-5
        )

    # The definitions themselves, on the pixels that are left: a strip of them.
    left = normalise(maps[0], SIZE, placement)[:, inside][:, None]
    of_masks = regions[of_attribute][:, inside][:, None]
    expected = acceptable_mask_ratio(left, of_masks, threshold)
    np.testing.assert_allclose(pixel_scores.amr[0], expected, atol=1e-12)
    expected = proportional_energy(left, of_masks)
    np.testing.assert_allclose(pixel_scores.proportional_energy[0], expected, atol=1e-6)


def test_a_pixel_beside_the_lowest_one_that_does_not_count_is_above_it():
    cells = np.ones((1, 1, CELLS, CELLS), np.float32)
    cells[..., 3, 3] = 0
    cells[..., 3, 2] = 1 - 4e-6  # of the four pixels around the dent, the left ones are the lowest
    counted = np.ones((1, SIZE, SIZE), bool)
    counted[:, 111:113, 111:113] = [[False, True], [False, False]]
    counted = np.packbits(counted, axis=-1)
    packed = np.full((1, 1, SIZE, SIZE // 8), 255, np.uint8)
    found = grid.tally(cells, prepare(packed, [0], 7, counted=counted), 0)
    assert found.active == pixels.tally(cells, packed, [0], 0, None, counted).active == SIZE**2 - 3


def test_where_all_pixels_count_nothing_changes():
    rng = np.random.default_rng(0)
    maps = np.concatenate([[make(rng)] for make in MAPS]).astype(np.float32)
    packed = np.packbits(np.stack([make(rng) for make in MASKS])[None], axis=-1)
    everything = np.full((len(maps), SIZE, SIZE // 8), 255, np.uint8)
    of_attribute = np.arange(ATTRIBUTES) % packed.shape[1]
    for threshold in (0.0, 0.5):
        one = scores(grid.tally(maps, prepare(packed, of_attribute, 7), threshold))
        other = prepare(packed, of_attribute, 7, counted=everything)
        found = scores(grid.tally(maps, other, threshold))
        for field in FIELDS:
            np.testing.assert_allclose(getattr(found, field), getattr(one, field), atol=1e-9)


def test_an_image_without_a_pixel_that_counts_has_no_score():
    packed = np.packbits(np.ones((1, 1, SIZE, SIZE), bool), axis=-1)
    nothing = np.zeros((1, SIZE, SIZE // 8), np.uint8)
    maps = np.random.default_rng(0).random((1, 1, 7, 7), np.float32)
    for threshold in (0.0, 0.5):
        found = scores(grid.tally(maps, prepare(packed, [0], 7, counted=nothing), threshold))
        assert np.isnan([found.amr, found.proportional_energy, found.active_area]).all()


def test_counted_pixels_must_fit_the_masks():
    packed = np.zeros((2, 1, SIZE, SIZE // 8), np.uint8)
    with pytest.raises(ValueError, match="counted pixels of 3 images; masks of 2"):
        prepare(packed, [0], 7, counted=np.zeros((3, SIZE, SIZE // 8), np.uint8))
    with pytest.raises(ValueError, match="expected \\(B, S, S / 8\\)"):
        prepare(packed, [0], 7, counted=np.zeros((2, 8, 1), np.uint8))
