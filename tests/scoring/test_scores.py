import numpy as np
import pytest

from heed.scoring.scores import (
    Tally,
    acceptable_mask_ratio,
    evidence_share,
    proportional_energy,
    scores,
)


def array(*values):
    return np.array([values], dtype=np.float64)


def test_acceptable_mask_ratio_by_hand():
    # 100 pixels: a hit on a quarter of them; half of the active ones inside; nothing active
    found = acceptable_mask_ratio(array(10, 5, 0), array(10, 10, 0), array(25, 25, 25), 100)
    assert found.tolist() == [[0.75, 0.375, 0.0]]


def test_proportional_energy_by_hand():
    found = proportional_energy(array(1.5, 0, 0), array(6.0, 2.0, 0), array(9, 9, 9))
    assert found.tolist() == [[0.25, 0.0, 0.0]]


def test_empty_mask_is_missing_not_zero():
    assert np.isnan(acceptable_mask_ratio(array(0, 0), array(10, 0), array(0, 0), 100)).all()
    assert np.isnan(proportional_energy(array(0, 0), array(1, 0), array(0, 0))).all()


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
    assert found.border_share.item() == 0.25
    assert not found.empty.item()


def test_evidence_share_by_hand():
    # bias -2 against evidence 3; no bias; no evidence; neither; a head that does not split
    logits = np.array([1, 4, -2, 0, 1], np.float32)
    evidence = np.array([3, 4, 0, 0, np.nan], np.float32)
    found = evidence_share(logits, evidence)
    np.testing.assert_allclose(found, [0.6, 1, 0, np.nan, np.nan])
