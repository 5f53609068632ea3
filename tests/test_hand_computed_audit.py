"""An audit of four faces that can be followed with paper and pencil, from maps to tables.

A map has 7 x 7 cells, a face 224 x 224 pixels, so that a cell has 32 x 32. Enlarged, a cell at 1
among cells at 0 becomes a tent: along each axis it falls from the cell's centre to 0 at the centres
of the two cells beside it. Of what a tent holds along one axis, in 64 pixels,

    the cell itself has 1/2 of the pixels and 3/4 of the energy,
    the cells beside it have 1/4 of the pixels and 1/8 of the energy each.

At the border of the image the cell's value is repeated instead. The tent has 48 pixels there:

    the outermost cell has 2/3 of the pixels and 7/8 of the energy,
    the cell beside it has 1/3 of the pixels and 1/8 of the energy.

The whole tent is the product of both axes. With the threshold 0 all of its pixels are active, and
with masks of version 2, which are made of whole cells, AMR = active pixels in the mask / active
pixels * (49 - cells of the mask) / 49 and PE = energy in the mask / energy are fractions.

Three of the 40 attributes have faces, maps and decisions of their own; the other 37 are as dull as
they can be: no face has them, the network never finds them, and all their maps are empty.
"""

from fractions import Fraction

import numpy as np
import pytest

from heed.audit.tables.estimates import estimate
from heed.audit.tables.imbalance import class_counts
from heed.audit.tables.layout import (
    AMR_COLUMNS,
    ENERGY_COLUMNS,
    errors_table,
    groups_table,
    to_markdown,
    wide_table,
)
from heed.audit.tables.score_arrays import arrays_from_table
from heed.audit.tables.score_table import score_table
from heed.audit.tables.statistics import amr_statistics
from heed.audit.tables.summary import summarise
from heed.celeba.attributes import ATTRIBUTE_INDEX, ATTRIBUTES
from heed.masks.catalogue import VERSIONS
from heed.metrics.grid import pixels
from heed.metrics.grid import tally as grid
from heed.metrics.grid.located import located
from heed.metrics.grid.prepared_masks import prepare
from heed.metrics.majority import majority_class
from heed.metrics.scores import scores
from tests.masks.drawn import mask_of, region_of

F = Fraction  # F(1, 2) is one half
FACES = ("a.jpg", "b.jpg", "c.jpg", "d.jpg")
NONE = float("nan")
ANY_FACE = np.zeros((1, 5, 2))  # masks of version 2 are the same for all

# For each attribute the faces a, b, c, d: label, logit, and the cells (row, column) that are not 0.
SMILING = [
    (+1, +2.0, {(4, 3): 1.0}),  # found
    (+1, -1.0, {(3, 3): 1.0}),  # missed
    (-1, +1.0, {(0, 0): 1.0}),  # mistaken
    (-1, -3.0, {}),  # rightly left out, with an empty map
]
BALD = [
    (-1, -1.0, {(1, 3): 1.0}),
    (-1, -2.0, {(1, 3): 1.0, (5, 3): 1.0}),
    (-1, 0.0, {(1, 3): 1.0, (5, 3): 2.0}),  # a logit of 0 is positive, and no error
    (+1, +1.0, {(2, 1): 1.0}),
]
MALE = [  # always found
    (+1, +1.0, {(3, 3): 1.0}),
    (-1, +1.0, {(6, 3): 1.0}),
    (+1, +1.0, {(0, 3): 1.0}),
    (-1, +1.0, {(3, 3): -1.0}),  # nothing speaks for it: an empty map
]
TOLD = {"Smiling": SMILING, "Bald": BALD, "Male": MALE}
DULL = (-1, -1.0, {})
DULL_ATTRIBUTES = [attribute for attribute in ATTRIBUTES if attribute not in TOLD]

# The part of Smiling's logits that comes from the image; the rest is bias.
CONTRIBUTION = (1.0, -2.0, 0.5, -1.5)

# Of ten training faces; the others have no attribute. So Male is split evenly, with the majority
# +1 by rule, and for Smiling and Bald, split 4 to 6 and 1 to 9, it is -1.
TRAINING_POSITIVES = {"Male": 5, "Smiling": 4, "Bald": 1}

# Smiling's mask is row 4 of columns 2 to 4, 3 cells: AMR is 46/49 at most.
#   a: row 4 has 1/2 of the tent's pixels and 3/4 of its energy; columns 2 to 4 have all
#   b: row 4 is the one below: 1/4 and 1/8
#   c: the corner of the image, outside
# Bald's mask is rows 0 to 2 of columns 2 to 4, 9 cells: at most 40/49.
#   a: all inside
#   b: one of two equal tents
#   c: one of two tents, with half the height of the other
#   d: rows 0 to 2 have 3/4 and 7/8 of a tent in row 2, columns 2 to 4 have 1/4 and 1/8 of it
# Male's mask is rows 1 to 6 of columns 1 to 5, 30 cells: at most 19/49.
#   a: all inside
#   b: all inside, at the lower border
#   c: row 1 has 1/3 and 1/8 of a tent at the upper border
AMR = {
    "Smiling": [F(1, 2) * F(46, 49), F(1, 4) * F(46, 49), 0, 0],
    "Bald": [F(40, 49), F(1, 2) * F(40, 49), F(1, 2) * F(40, 49), F(3, 16) * F(40, 49)],
    "Male": [F(19, 49), F(19, 49), F(1, 3) * F(19, 49), 0],
}
ENERGY = {
    "Smiling": [F(3, 4), F(1, 8), 0, 0],
    "Bald": [1, F(1, 2), F(1, 3), F(7, 64)],
    "Male": [1, 1, F(1, 8), 0],
}
# A whole tent has 64 * 64 pixels, 4/49 of the image; at a border 3/4 of that, in a corner 9/16.
ACTIVE_AREA = {
    "Smiling": [F(4, 49), F(4, 49), F(9, 196), 0],
    "Bald": [F(4, 49), F(8, 49), F(8, 49), F(4, 49)],
    "Male": [F(4, 49), F(3, 49), F(3, 49), 0],
}
# Along one axis the pixels of a tent sum up to 32, as many as a cell has: 16 on either side of its
# centre; and at the border, where the highest value is repeated up to the edge, to 16 + 16 too.
# No pixel lies at the centre of an inner cell: the highest ones, half a pixel beside it, have 63/64
# along each axis, and become 1.
TOP = F(63, 64)
INTENSITY = {
    "Smiling": [F(1, 49) / TOP**2, F(1, 49) / TOP**2, F(1, 49), 0],
    "Bald": [x / TOP**2 for x in (F(1, 49), F(2, 49), F(3, 98), F(1, 49))],
    "Male": [F(1, 49) / TOP**2, F(1, 49) / TOP, F(1, 49) / TOP, 0],
}
# The outermost cells have 7/8 of a tent at the border, all but (1/8)^2 of one in the corner, and
# 1/8 of one in a row or column beside them, as all of Bald's are.
BORDER_SHARE = {
    "Smiling": [0, 0, F(63, 64), NONE],
    "Bald": [F(1, 8), F(1, 8), F(1, 8), F(1, 8)],
    "Male": [0, F(7, 8), F(7, 8), NONE],
}


def of_faces(column):
    """One of label, logit and cells: by face and attribute."""
    table = [[TOLD.get(attribute, [DULL] * 4)[face][column] for attribute in ATTRIBUTES]
             for face in range(4)]  # fmt: skip
    return np.array(table)


@pytest.fixture(scope="module", params=["grid", "pixels"])
def score_rows(request):
    """The score table, by either way of counting."""
    maps = np.zeros((4, 40, 7, 7), np.float32)
    for face, attribute in np.ndindex(4, 40):
        for cell, value in of_faces(2)[face, attribute].items():
            maps[(face, attribute, *cell)] = value
    masks, regions = VERSIONS["2"].masks(ANY_FACE, 224), np.array(region_of("2"))
    prepared = prepare(masks, regions, cells=7)
    if request.param == "grid":
        tally = grid.tally(maps, prepared, threshold=0)
    else:
        tally = pixels.tally(maps, masks, regions, threshold=0)
    contribution = np.full((4, 40), np.nan, np.float32)
    contribution[:, ATTRIBUTE_INDEX["Smiling"]] = CONTRIBUTION
    labels, logits = of_faces(0).astype(np.int8), of_faces(1).astype(np.float32)
    of_maps = scores(tally), located(maps, prepared)
    return score_table(FACES, labels, logits, contribution, *of_maps).to_pandas()


@pytest.fixture(scope="module")
def training_labels():
    labels = np.full((10, 40), -1, np.int8)
    for attribute, count in TRAINING_POSITIVES.items():
        labels[:count, ATTRIBUTE_INDEX[attribute]] = 1
    return labels


@pytest.fixture(scope="module")
def estimates(score_rows, training_labels):
    scored = arrays_from_table(score_rows, "net")
    majority = majority_class(training_labels)
    return {"net": estimate([scored], majority, range(len(FACES)), resamples=3, seed=0)}


@pytest.fixture(scope="module")
def order(training_labels):
    return class_counts(training_labels).order


def close(numbers):
    """The fractions as floats, NaN where there is none; a mean of float32 maps is as exact."""
    return pytest.approx([float(number) for number in numbers], abs=1e-6, nan_ok=True)


def test_the_tent_by_its_pixels():
    """What the head of this file says about tents, written out pixel by pixel."""
    tent = [1 - abs(F(2 * pixel - 63, 2)) / 32 for pixel in range(64)]
    assert (sum(tent[16:48]) / sum(tent), sum(tent[:16]) / sum(tent)) == (F(3, 4), F(1, 8))
    border = [F(1)] * 16 + tent[32:]
    assert (sum(border[:32]) / sum(border), sum(border[32:]) / sum(border)) == (F(7, 8), F(1, 8))
    assert min(tent) > 0


def test_masks_have_the_cells_that_the_comments_say():
    for attribute, (rows, columns) in {
        "Smiling": ((4, 5), (2, 5)), "Bald": ((0, 3), (2, 5)), "Male": ((1, 7), (1, 6)),
    }.items():  # fmt: skip
        expected = np.zeros((7, 7), bool)
        expected[slice(*rows), slice(*columns)] = True
        found = mask_of("2", attribute, ANY_FACE[0], 224)
        np.testing.assert_array_equal(found, np.kron(expected, np.ones((32, 32), bool)))


@pytest.mark.parametrize("attribute", TOLD)
def test_scores_of_each_face(score_rows, attribute):
    rows = score_rows[score_rows["attribute"] == attribute]
    assert rows["image"].tolist() == list(FACES)
    assert rows["amr"].tolist() == close(AMR[attribute])
    assert rows["proportional_energy"].tolist() == close(ENERGY[attribute])
    assert rows["active_area"].tolist() == close(ACTIVE_AREA[attribute])
    assert rows["intensity"].tolist() == close(INTENSITY[attribute])
    assert rows["border_share"].tolist() == close(BORDER_SHARE[attribute])
    assert rows["empty"].tolist() == [area == 0 for area in ACTIVE_AREA[attribute]]


def test_shares_of_contribution_and_bias(score_rows):
    """Logits 2, -1, 1, -3 less contributions 1, -2, 0.5, -1.5 leave biases of 1, 1, 0.5, -1.5."""
    rows = score_rows[score_rows["attribute"] == "Smiling"]
    assert rows["contribution_share"].tolist() == close([F(1, 2), F(2, 3), F(1, 2), F(1, 2)])
    assert rows["bias_share"].tolist() == close([F(1, 2), F(1, 3), F(1, 2), F(1, 2)])
    assert score_rows["bias_share"].notna().sum() == 4


# ER; AMR of all, with, without, correct, incorrect. Smiling, in 98ths: 46, 23, 0, 0.
#   all (46 + 23) / 4; with a and b; without c and d; correct a and d; incorrect b and c
# Bald, in 98ths: 80, 40, 40, 15.
#   all 175 / 4; with d; without (80 + 40 + 40) / 3; correct without c, whose logit is 0:
#   (80 + 40 + 15) / 3; incorrect nobody
# Male, in 147ths: 57, 57, 19, 0.
#   all 133 / 4; with a and c; without b and d; all decisions are +, so the same again
AMR_TABLE = {
    "Male": [F(1, 2), F(133, 588), F(38, 147), F(57, 294), F(38, 147), F(57, 294)],
    "Smiling": [F(1, 2), F(69, 392), F(69, 196), 0, F(23, 98), F(23, 196)],
    "Bald": [0, F(175, 392), F(15, 98), F(80, 147), F(45, 98), NONE],
}
DULL_AMR = [0, 0, NONE, 0, 0, NONE]
# The means of the columns over the attributes that have a number: 40, 40, 3, 40, 40 and 2.
OVERALL_AMR = [
    F(1, 40),
    (F(133, 588) + F(69, 392) + F(175, 392)) / 40,
    (F(38, 147) + F(69, 196) + F(15, 98)) / 3,
    (F(57, 294) + 0 + F(80, 147)) / 40,
    (F(38, 147) + F(23, 98) + F(45, 98)) / 40,
    (F(57, 294) + F(23, 196)) / 2,
]

# FNR, FPR, and PE of positive and of negative decisions.
#   Male: nobody is missed, b and d are mistaken; all decisions are +: (1 + 1 + 1/8 + 0) / 4
#   Smiling: b of a and b is missed, c of c and d is mistaken; + are a and c, - are b and d
#   Bald: d is found; c of a, b, c counts as mistaken; + are c and d, - are a and b
ENERGY_TABLE = {
    "Male": [0, 1, F(17, 32), NONE],
    "Smiling": [F(1, 2), F(1, 2), F(3, 8), F(1, 16)],
    "Bald": [0, F(1, 3), (F(1, 3) + F(7, 64)) / 2, F(3, 4)],
}
DULL_ENERGY = [NONE, 0, NONE, 0]
# Over 3, 40, 3 and 39 attributes.
OVERALL_ENERGY = [
    F(1, 6),
    (1 + F(1, 2) + F(1, 3)) / 40,
    (F(17, 32) + F(3, 8) + F(85, 384)) / 3,
    (F(1, 16) + F(3, 4)) / 39,
]


@pytest.mark.parametrize(
    ("columns", "told", "dull", "overall"),
    [
        (AMR_COLUMNS, AMR_TABLE, DULL_AMR, OVERALL_AMR),
        (ENERGY_COLUMNS, ENERGY_TABLE, DULL_ENERGY, OVERALL_ENERGY),
    ],
)
def test_the_two_printed_tables(estimates, order, columns, told, dull, overall):
    table = wide_table(estimates, order, list(columns)).set_index("attribute")
    # by the size of the smaller class in training: 5, 4, 1, and none for all others
    assert table.index.tolist() == ["Male", "Smiling", "Bald", *DULL_ATTRIBUTES, "OVERALL"]
    assert table.columns.tolist() == [f"net_{column}" for column in columns]
    expected = told | dict.fromkeys(DULL_ATTRIBUTES, dull) | {"OVERALL": overall}
    for attribute, numbers in expected.items():
        assert table.loc[attribute].tolist() == close(numbers), attribute


def test_the_table_as_it_is_printed(estimates, order):
    lines = to_markdown(wide_table(estimates, order, list(AMR_COLUMNS)), AMR_COLUMNS).splitlines()
    lines = [" | ".join(cell.strip() for cell in line.split("|")).strip() for line in lines]
    assert lines[2] == "| Male | 0.50 | 0.23 | 0.26 | 0.19 | 0.26 | 0.19 |"
    assert lines[3] == "| Smiling | 0.50 | 0.18 | 0.35 | 0.00 | 0.23 | 0.12 |"
    assert lines[4] == "| Bald | 0.00 | 0.45 | 0.15 | 0.54 | 0.46 | \N{EN DASH} |"
    assert lines[-1] == "| OVERALL | 0.03 | 0.02 | 0.25 | 0.02 | 0.02 | 0.16 |"


def test_error_rates(estimates, order):
    table = errors_table(estimates, order, 0.95).set_index("attribute")
    assert table.loc[["Male", "Smiling", "Bald"], "positives"].tolist() == [2, 2, 1]
    assert table.loc[["Male", "Smiling", "Bald"], "negatives"].tolist() == [2, 2, 3]
    assert table.loc["OVERALL", ["positives", "negatives"]].tolist() == [5, 160 - 5]
    rates = table["balanced_error_rate"]
    assert rates[["Male", "Smiling", "Bald"]].tolist() == close([F(1, 2), F(1, 2), F(1, 6)])
    assert rates[DULL_ATTRIBUTES].isna().all()  # nobody has them, so nobody can be missed
    assert rates["OVERALL"] == pytest.approx(7 / 18)


def test_groups_with_their_empty_maps(estimates, order):
    table = groups_table(estimates, order, 0.95)
    table = table[table["metric"] == "amr"].set_index(["group", "attribute"]).sort_index()
    smiling = table.loc[("all", "Smiling")]
    # d's map is empty: it counts as 0, and is left out of the last
    assert (smiling["n"], smiling["empty_rate"]) == (4, 0.25)
    assert smiling["mean_without_empty"] == pytest.approx(float(F(69, 98) / 3), abs=1e-6)
    # all decisions about Male are +, the class of most training faces
    assert table.loc[("predicted_majority", "Male"), "n"] == 4
    assert table.loc[("predicted_minority", "Male"), "n"] == 0
    overall = table.loc[("incorrect", "OVERALL")]
    assert (overall["n"], overall["attributes"]) == (4, 2)  # b and c smiling, b and d male


def test_the_summary(estimates):
    found = summarise(estimates, len(FACES), len(FACES), 0.95, 0)["models"]["net"]
    expected = {
        "error_rate": F(1, 40),
        "amr": OVERALL_AMR[1],
        # the means over the faces are 7/32, 17/32 and (1 + 1/2 + 1/3 + 7/64) / 4 = 373/768
        "proportional_energy": (F(7, 32) + F(17, 32) + F(373, 768)) / 40,
        "empty_rate": (F(1, 4) + F(1, 4) + 37) / 40,
        "bias_share": F(11, 24),  # Smiling alone has one: (1/2 + 1/3 + 1/2 + 1/2) / 4
        # both classes are predicted for Smiling and Bald, and + is the rarer class of both
        "pe_predicted_minority": (F(3, 8) + F(85, 384)) / 2,
        "pe_predicted_majority": (F(1, 16) + F(3, 4)) / 2,
        "pe_gap": F(-83, 768),
    }
    assert found["pe_attributes"] == 2
    values = [found[quantity]["value"] for quantity in expected]
    assert values == close(expected.values())


def test_the_statistics(estimates, order):
    table = wide_table(estimates, order, list(AMR_COLUMNS))
    found = amr_statistics(table, resamples=3, confidence=0.95, seed=0)["net"]
    # AMR x of Male, Smiling, Bald and error rate y = 1/2, 1/2, 0; 0 and 0 for the other 37
    x, y = [F(133, 588), F(69, 392), F(175, 392)], [F(1, 2), F(1, 2), F(0)]
    product_sum = sum(a * b for a, b in zip(x, y, strict=True))
    covariance = (product_sum - sum(x) * sum(y) / 40) / 39
    variance = [(sum(a * a for a in of) - sum(of) ** 2 / 40) / 39 for of in (x, y)]
    assert found["covariance"] == pytest.approx(float(covariance), abs=1e-8)
    assert found["variance_amr"] == pytest.approx(float(variance[0]), abs=1e-8)
    assert found["variance_error_rate"] == pytest.approx(float(variance[1]), abs=1e-8)
    r = float(covariance) / float(variance[0] * variance[1]) ** 0.5
    assert found["pearson"] == pytest.approx(r, abs=1e-6)
    # Smiling and Male have decisions of both kinds, and AMR is higher for the correct ones
    assert (found["incorrect_above_correct"], found["with_both_decisions"]) == (0, 2)
    # Smiling and Male are higher for faces with the attribute, Bald is lower
    assert (found["positive_above_negative"], found["with_both_labels"]) == (2, 3)
