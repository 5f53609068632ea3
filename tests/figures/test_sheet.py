import pytest

from heed.figures.sheet import BLOCK_GAP, GAP, SMALLEST_SIDE, arrange
from heed.figures.theme import TEXT_WIDTH

BESIDE, HEIGHT = 0.29, 8.22


def boxes(sheet, blocks):
    """Left, top, right and bottom of every picture, without what stands beside them."""
    for rank in range(blocks):
        left, top = sheet.corner(rank)
        for offset in sheet.offsets:
            x = left + offset
            yield x, top, x + sheet.side, top + sheet.side


@pytest.mark.parametrize(("parts", "pictures"), [(1, 1), (2, 1), (2, 2), (3, 2), (1, 6)])
@pytest.mark.parametrize("blocks", [1, 3, 13, 40])
def test_pictures_stay_on_the_page_and_apart(blocks, parts, pictures):
    sheet = arrange(blocks, parts, pictures, BESIDE, HEIGHT)
    found = list(boxes(sheet, blocks))
    assert len(found) == blocks * parts * pictures
    assert all(left >= 0 and right <= TEXT_WIDTH + 1e-9 for left, _, right, _ in found)
    assert max(bottom for *_, bottom in found) <= HEIGHT - BESIDE + 1e-9
    for index, (left, top, right, bottom) in enumerate(found):
        for left2, top2, right2, bottom2 in found[index + 1 :]:
            beside = left2 >= right + GAP - 1e-9 or left >= right2 + GAP - 1e-9
            below = top2 >= bottom + BESIDE - 1e-9 or top >= bottom2 + BESIDE - 1e-9
            assert beside or below


def test_columns_are_filled_from_top_to_bottom():
    sheet = arrange(40, 2, 2, BESIDE, HEIGHT)
    assert (sheet.columns, sheet.rows) == (4, 10)
    assert sheet.corner(0) == (0, 0)
    assert sheet.corner(9) == pytest.approx((0, 9 * (sheet.side + BESIDE)))
    assert sheet.corner(10) == pytest.approx(((TEXT_WIDTH + BLOCK_GAP) / 4, 0))
    # four pictures, three gaps and one more between the two parts
    assert sheet.side == pytest.approx(((TEXT_WIDTH - 3 * BLOCK_GAP) / 4 - 4 * GAP) / 4)
    assert sheet.offsets == pytest.approx(
        (0, sheet.side + GAP, 2 * sheet.side + 3 * GAP, 3 * sheet.side + 4 * GAP)
    )


def test_many_pictures_make_the_sheet_higher_not_illegible():
    sheet = arrange(40, 8, 2, BESIDE, HEIGHT)
    assert sheet.side >= SMALLEST_SIDE
    assert sheet.rows * sheet.row_height > HEIGHT
    assert max(right for _, _, right, _ in boxes(sheet, 40)) <= TEXT_WIDTH + 1e-9
