import numpy as np
import pytest

from heed.masks.overlap import overlap
from heed.masks.packing import pack

ATTRIBUTES = 3


def squares(*sides: int) -> np.ndarray:
    """Squares from the top left corner of 16 x 16 pixels, packed: (1, n, 16, 2)."""
    drawn = np.zeros((1, len(sides), 16, 16), bool)
    for region, side in enumerate(sides):
        drawn[0, region, :side, :side] = True
    return pack(drawn)


def test_by_hand() -> None:
    found = overlap(squares(4, 8), np.array([0, 1, 1]), squares(8, 2, 0), np.array([0, 1, 2]))
    assert found.iou[0].tolist()[:2] == [16 / 64, 4 / 64]
    assert found.precision[0].tolist()[:2] == [1.0, 4 / 64]
    assert found.coverage[0].tolist()[:2] == [16 / 64, 1.0]
    for measure in (found.iou, found.precision, found.coverage):
        assert np.isnan(measure[0, 2])  # nothing to find


def test_an_empty_mask_covers_nothing_and_has_no_precision() -> None:
    found = overlap(squares(0), np.array([0]), squares(4), np.array([0]))
    assert (found.iou.item(), found.coverage.item()) == (0, 0)
    assert np.isnan(found.precision.item())


@pytest.mark.parametrize(("images", "others"), [(5, 5), (1, 5), (5, 1)])
def test_against_a_naive_loop(images: int, others: int) -> None:
    rng = np.random.default_rng(images)
    masks, references = (rng.random((n, 4, 24, 24)) < 0.4 for n in (images, others))
    of_mask, of_reference = rng.integers(0, 4, (2, ATTRIBUTES))
    found = overlap(pack(masks), of_mask, pack(references), of_reference)
    for face in range(5):
        for attribute in range(ATTRIBUTES):
            m = masks[face % images, of_mask[attribute]]
            r = references[face % others, of_reference[attribute]]
            both = (m & r).sum()
            assert found.iou[face, attribute] == pytest.approx(both / (m | r).sum())
            assert found.precision[face, attribute] == pytest.approx(both / m.sum())
            assert found.coverage[face, attribute] == pytest.approx(both / r.sum())


def test_other_sizes_are_an_error() -> None:
    with pytest.raises(ValueError, match="expected the same crops"):
        overlap(squares(1), np.array([0]), pack(np.ones((1, 1, 8, 8))), np.array([0]))
