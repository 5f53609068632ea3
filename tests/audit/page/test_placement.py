import pandas as pd

from heed.audit.page.placement import both_placements
from heed.metrics.estimates import OVERALL


def table(*lines: tuple[str, str, str, float]) -> pd.DataFrame:
    found = pd.DataFrame(lines, columns=["model", "version", "placement", "amr"])
    return found.assign(attribute=OVERALL, proportional_energy=found["amr"] / 2)


BOTH = table(
    ("a", "2", "receptive_field", 0.4),
    ("a", "evidence", "receptive_field", 0.3),
    ("a", "2", "half_pixel", 0.35),
    ("a", "evidence", "half_pixel", 0.2),
)


def test_scores_by_both_rules_against_every_version() -> None:
    section = both_placements(BOTH, "evidence", "receptive_field")
    assert "placed by the rule receptive_field" in section.sentence
    assert "evidence goes from 0.200 to 0.300 for a" in section.sentence
    assert [(row.quantity, row.value) for row in section.rows[:3]] == [
        ("AMR, masks 2, where the cells look", "0.400"),
        ("AMR, masks 2, half-pixel rule", "0.350"),
        ("AMR, evidence, where the cells look", "0.300"),
    ]
    assert section.rows[-1].value == "0.100"
    assert section.figures == ("placement",)


def test_a_network_with_one_placement_is_compared_with_nothing() -> None:
    section = both_placements(BOTH[BOTH["placement"] == "half_pixel"], "2", "half_pixel")
    assert "goes" not in section.sentence
    assert len(section.rows) == 4
