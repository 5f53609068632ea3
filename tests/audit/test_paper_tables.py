"""Tables of the paper, held to the masks that are drawn and to the thesis' Table A.2."""

import re

import numpy as np
import pytest

from heed.audit.paper_tables import block_coordinates, box_coordinates, covariance_matrices
from heed.celeba.attributes import ATTRIBUTES
from heed.masks.packing import unpack
from heed.masks.versions import version_1, version_2

NAMES = {name.replace("_", " "): name for name in ATTRIBUTES}
LANDMARKS = np.array([[90, 101], [134, 100], [113, 122], [93, 141], [131, 143]], float)
PLACES = {
    "el": LANDMARKS[0], "er": LANDMARKS[1], "n": LANDMARKS[2], "ml": LANDMARKS[3],
    "mr": LANDMARKS[4], "e": LANDMARKS[:2].mean(axis=0), "m": LANDMARKS[3:].mean(axis=0),
}  # fmt: skip


def rows_of(text: str) -> list[tuple[list[str], list[str], str]]:
    """Of each row the attributes, the four edges, and what is left out."""
    lines = text.split("\\midrule\n")[1].split("\\bottomrule")[0].splitlines()
    cells = [line.removesuffix(r" \\").split(" & ") for line in lines]
    assert {len(row) for row in cells} == {6}
    names: list[str] = []
    found = []
    for first, *edges, without in cells:
        names = [NAMES[name] for name in first.split(", ")] if first else names
        found.append((names, edges, without))
    return found


def position(edge: str) -> int:
    """Where an edge of version 1 lies, as the table says it, for the landmarks above."""
    plain = edge.strip("$")
    match = re.fullmatch(r"(?:([xy])_\{\\mathrm\{(\w+)\}\})? ?([+-]?\d+)?", plain)
    assert match, edge
    axis, name, offset = match.groups()
    above = {"hair": 45, "fore": 27}.get(name, 0)  # as the table's caption says
    start = PLACES["e" if above else name]["xy".index(axis)] - above if name else 0
    return int(start + int(offset or 0))


def test_the_boxes_are_those_that_are_drawn() -> None:
    drawn = unpack(version_1.ENTRY.masks(LANDMARKS[None], 224))[0].astype(bool)
    regions = list(version_1.REGIONS)
    masks = {name: np.zeros((224, 224), bool) for name in ATTRIBUTES}
    rows = rows_of(box_coordinates())
    for names, edges, _ in rows:
        left, right, top, bottom = map(position, edges)
        for name in names:
            masks[name][top:bottom, left:right] = True
    for index, region in enumerate(regions):
        for name in region.attributes:
            if not region.around_face:
                np.testing.assert_array_equal(masks[name], drawn[index], err_msg=name)
    assert {name for names, _, _ in rows for name in names} == set(ATTRIBUTES)
    (ellipse,) = {without for _, _, without in rows} - {""}
    assert ellipse == (r"ellipse around $(x_{\mathrm{n}}, y_{\mathrm{n}} - 15)$, half axes 45, 60")
    assert [without for names, _, without in rows if "Gray_Hair" in names] == [ellipse]


@pytest.mark.parametrize(
    ("attribute", "blocks"),
    [  # by hand from the thesis' Table A.2
        ("Bald", [(2, 5, 0, 3)]), ("Wearing_Hat", [(1, 6, 0, 3)]), ("Bangs", [(2, 5, 2, 4)]),
        ("No_Beard", [(2, 5, 3, 5)]), ("Sideburns", [(1, 3, 3, 6), (4, 6, 3, 6)]),
        ("Smiling", [(2, 5, 4, 5)]), ("Goatee", [(3, 4, 4, 6)]), ("Double_Chin", [(2, 5, 5, 6)]),
        ("Wearing_Necktie", [(2, 5, 5, 7)]), ("Pale_Skin", [(2, 5, 1, 6)]),
        ("Young", [(1, 6, 1, 7)]), ("Wavy_Hair", [(1, 6, 1, 7)]),
    ],
)  # fmt: skip
def test_the_blocks_are_the_published(attribute, blocks) -> None:
    rows = [row for row in rows_of(block_coordinates()) if attribute in row[0]]
    assert [tuple(map(int, edges)) for _, edges, _ in rows] == blocks
    assert next(row[2] for row in rows) == ("2--5, 2--7" if attribute == "Wavy_Hair" else "")


def test_every_attribute_has_its_blocks_once() -> None:
    rows = rows_of(block_coordinates())
    assert len(rows) == sum(len(region.blocks) for region in version_2.REGIONS)
    assert {name for names, _, _ in rows for name in names} == set(ATTRIBUTES)


def test_the_matrix_is_symmetric_and_a_missing_number_is_a_dash() -> None:
    text = covariance_matrices(
        {
            "a_b": {"variance_amr": 0.5, "covariance": -0.25, "variance_error_rate": 0.125},
            "c": {"variance_amr": None, "covariance": None, "variance_error_rate": 0.0},
        }
    )
    assert r"\multicolumn{2}{c}{a\_b} & \multicolumn{2}{c}{c}" in text
    assert r"AMR & $0.50000$ & $-0.25000$ & -- & -- \\" in text
    assert r"ER & $-0.25000$ & $0.12500$ & -- & $0.00000$ \\" in text
