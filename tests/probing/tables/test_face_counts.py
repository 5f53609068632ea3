"""Numbers of test faces are those of the probes."""

from heed.probing.tables.face_counts import face_counts_table
from tests.probing.made_up import probes


def test_an_attribute_has_a_row_with_its_faces() -> None:
    table = face_counts_table(probes("plain", 3, attributes=("Bald", "Male")))
    assert table.to_dict("list") == {
        "attribute": ["Bald", "Male"], "positives": [30, 41], "negatives": [870, 859],
    }  # fmt: skip


def test_probes_that_do_not_tell_have_no_rows() -> None:
    table = face_counts_table(probes("plain", 3, counts=False))
    assert list(table.columns) == ["attribute", "positives", "negatives"]
    assert table.empty
