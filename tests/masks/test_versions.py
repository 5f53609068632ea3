import pytest

from heed.masks.versions import LAYOUTS, possible


def test_every_layout_says_which_region_an_attribute_has() -> None:
    for layout in LAYOUTS.values():
        assert len(layout.REGION_OF_ATTRIBUTE) == 40
        assert set(layout.REGION_OF_ATTRIBUTE) == set(range(len(layout.NAMES)))


@pytest.mark.parametrize(
    ("evidence_kept", "scale_fits", "expected"),
    [
        (True, True, [1, 2, 3, "evidence"]),
        (False, True, [1, 2, 3]),
        (True, False, [3, "evidence"]),
        (False, False, [3]),
    ],
)
def test_what_faces_can_have(evidence_kept: bool, scale_fits: bool, expected: list) -> None:
    assert possible(evidence_kept=evidence_kept, scale_fits=scale_fits) == expected
