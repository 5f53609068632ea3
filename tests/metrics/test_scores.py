from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heed.metrics.acceptable_mask_ratio import ratio_of_counts
from heed.metrics.maps_and_masks import share_in_mask
from heed.metrics.scores import Tally, contribution_share, scores


def array(*values):
    return np.array([values], dtype=np.float64)


def test_acceptable_mask_ratio_by_hand():
    # 100 pixels: a hit on a quarter of them; half of the active ones inside; nothing active
    found = ratio_of_counts(array(10, 5, 0), array(10, 10, 0), array(25, 25, 25), 100)
    assert found.tolist() == [[0.75, 0.375, 0.0]]


def test_proportional_energy_by_hand():
    found = share_in_mask(array(1.5, 0, 0), array(6.0, 2.0, 0), array(9, 9, 9))
    assert found.tolist() == [[0.25, 0.0, 0.0]]


def test_empty_mask_is_missing_not_zero():
    assert np.isnan(ratio_of_counts(array(0, 0), array(10, 0), array(0, 0), 100)).all()
    assert np.isnan(share_in_mask(array(0, 0), array(1, 0), array(0, 0))).all()


def test_scores_of_a_tally():
    tally = Tally(
        active=array(20),
        active_in_mask=array(5),
        energy=array(8.0),
        energy_in_mask=array(6.0),
        energy_in_border=array(2.0),
        empty=np.array([[False]]),
        mask_pixels=array(10),
        pixels=100,
    )
    found = scores(tally)
    assert found.amr.item() == pytest.approx(0.225)
    assert found.amr_uncorrected.item() == 0.25
    assert found.proportional_energy.item() == 0.75
    assert found.active_area.item() == 0.2
    assert found.intensity.item() == 0.08
    assert found.border_share.item() == 0.25
    assert found.iou.item() == 5 / 25  # of 20 active pixels and 10 of the mask
    assert not found.empty.item()


def test_contribution_share_by_hand():
    # bias -2 against contribution 3; no bias; no contribution; neither; a head that does not split
    logits = np.array([1, 4, -2, 0, 1], np.float32)
    contribution = np.array([3, 4, 0, 0, np.nan], np.float32)
    found = contribution_share(logits, contribution)
    np.testing.assert_allclose(found, [0.6, 1, 0, np.nan, np.nan])


KINDS = [list, *(np.dtype(name).type for name in ("uint8", "int16", "int64", "float32"))]


def of_kind(kind, values):
    return list(values) if kind is list else np.array(values, kind)


@st.composite
def counted(draw):
    """Active pixels in the mask, active pixels, and pixels of the mask, of a 16 x 16 image."""
    active = draw(st.lists(st.integers(0, 255), min_size=1, max_size=6))
    inside = [draw(st.integers(0, number)) for number in active]
    masks = [draw(st.integers(0, 255)) for _ in active]
    return inside, active, masks


@given(counted(), st.tuples(*[st.sampled_from(KINDS)] * 3))
def test_counts_of_any_kind_of_number_give_the_same_float64(counts, kinds):
    inside, active, masks = (of_kind(*of_one) for of_one in zip(kinds, counts, strict=True))
    amr = ratio_of_counts(inside, active, masks, 256)
    energy = share_in_mask(inside, active, masks)
    assert amr.dtype == energy.dtype == np.float64
    for index, (hits, total, mask) in enumerate(zip(*counts, strict=True)):
        if mask == 0:
            assert np.isnan(amr[index])
            assert np.isnan(energy[index])
            continue
        share = Fraction(hits, total) if total else Fraction(0)
        assert energy[index] == pytest.approx(float(share), rel=1e-14)
        assert amr[index] == pytest.approx(float(share * Fraction(256 - mask, 256)), rel=1e-14)


def test_one_map_and_booleans_and_masks_that_all_images_share():
    assert ratio_of_counts(1, 2, 1, 4) == 0.375
    assert share_in_mask([True, False], [True, True], [True, True]).tolist() == [1.0, 0.0]
    found = ratio_of_counts([[1, 2], [3, 4]], [[4, 4], [4, 4]], [[2, 4]], 8)
    assert found.tolist() == [[0.1875, 0.25], [0.5625, 0.5]]


@given(counted(), st.sampled_from(KINDS[1:]))
def test_a_tally_of_integers_is_scored_as_one_of_floats(counts, kind):
    def tally(kind):
        inside, active, masks = (np.array([values], kind) for values in counts)
        empty = np.array([[number == 0 for number in counts[1]]])
        return Tally(active, inside, active, inside, inside, empty, masks, 256)

    found, expected = scores(tally(kind)), scores(tally(np.float64))
    for name, values in vars(expected).items():
        assert getattr(found, name).dtype == values.dtype
        np.testing.assert_array_equal(getattr(found, name), values)


@given(st.lists(st.tuples(st.integers(-100, 100), st.integers(-100, 100)), min_size=1))
def test_contributions_of_small_integers_does_not_overflow(pairs):
    logits, contribution = zip(*pairs, strict=True)
    expected = contribution_share(np.array(logits, np.float64), np.array(contribution, np.float64))
    for kind in (list, np.int8, np.int64):
        found = contribution_share(of_kind(kind, logits), of_kind(kind, contribution))
        np.testing.assert_array_equal(found, expected)
