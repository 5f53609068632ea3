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
    section = both_placements(BOTH, "2", "receptive_field")
    assert "placed where the cells look" in section.sentence
    assert "evidence goes from 0.200 to 0.300 for the a network" in section.sentence
    assert section.grid.columns == ["half-pixel rule", "where the cells look"]
    assert section.grid.lines[:2] == [
        (("AMR", "masks 2", "a"), ["0.350", "0.400"]),
        (("AMR", "evidence", "a"), ["0.200", "0.300"]),
    ]
    assert section.grid.lines[-1] == (("PE", "evidence", "a"), ["0.100", "0.150"])
    assert section.figures == ("placement",)


def test_a_network_with_one_placement_is_compared_with_nothing() -> None:
    section = both_placements(BOTH[BOTH["placement"] == "half_pixel"], "2", "half_pixel")
    assert "goes" not in section.sentence
    assert section.grid.columns == ["half-pixel rule"]
    assert len(section.grid.lines) == 4


def test_without_evidence_masks_3_are_quoted_and_else_the_audited_ones() -> None:
    masks = BOTH.assign(version=BOTH["version"].replace("evidence", "3"))
    assert "AMR against masks 3 goes" in both_placements(masks, "2", "half_pixel").sentence
    coarse = masks[masks["version"] == "2"]
    assert "AMR against masks 2 goes" in both_placements(coarse, "2", "half_pixel").sentence
