from dataclasses import replace

import pandas as pd

from heed.audit.page.card_numbers import groups_of, measured
from heed.audit.page.table import COLUMNS, AttributeTable, TableRow


def table_of(counts: list[int]) -> AttributeTable:
    overall = TableRow("OVERALL", "Mean", "", None, None, {"balanced": []})
    return AttributeTable(["balanced"], COLUMNS, [], overall, {"balanced": counts}, 5, [])


def test_numbers_are_told_with_interval_and_what_they_are_over(results) -> None:
    of = results.audit["models"]["balanced"]
    of["fnr"] = {"value": 0.15, "low": 0.1, "high": 0.2}
    lines = measured("balanced", results.audit, table_of([40, 39, 38, 37, 31, 40, 33]))
    assert [(line.name, line.of) for line in lines] == [
        ("Error rate", "7 faces, 40 attributes"),
        ("Balanced error", "7 faces, 39 attributes"),
        ("Misses (FNR)", "faces with the attribute"),
        ("AMR", "7 faces, 38 attributes"),
        ("PE", "7 faces, 37 attributes"),
        ("PE gap", "7 faces, 31 attributes"),
        ("Empty maps", "7 faces, 40 attributes"),
    ]
    assert (lines[0].value, lines[0].bounds) == ("25.0 %", "24.0 to 26.0 %")
    assert (lines[2].value, lines[2].bounds) == ("15.0 %", "10.0 to 20.0 %")
    assert lines[5].value == "0.000"


def test_groups_are_those_of_a_second_attribute_of_class_and_of_answer(results) -> None:
    crossed = results.crossed.assign(n_with=266.0, n_without=382.0)
    crossed.loc[crossed["attribute"] == "OVERALL", ["n_with", "n_without"]] = 9999.0  # decisions
    crossed.loc[crossed["metric"] == "amr", "without"] = 0.5
    results.audit["models"]["balanced"] |= {"fnr": {"value": 0.15, "low": 0.1, "high": 0.2}}
    groups = results.groups
    pe = groups[groups["metric"] == "amr"].assign(metric="proportional_energy", mean=0.4, n=5771.0)
    pe.loc[(pe["attribute"] == "Bald") & (pe["group"] == "gt_positive"), "n"] = 4.9
    found = replace(results, crossed=crossed, groups=pd.concat([groups, pe]))
    lines = groups_of("balanced", found, 5)
    by = {line.name: line for line in lines}
    assert list(by) == ["Male", "not Male", "with the attribute", "without it"]
    assert (by["Male"].n, by["not Male"].n) == ("266 faces", "382 faces")
    assert by["not Male"].cells[1] == ("0.500", "0.240 to 0.260")
    assert by["with the attribute"].cells[0] == ("15.0 %", "10.0 to 20.0")
    assert by["without it"].cells[0] == ("–", "")  # no such rate in these results
    assert by["with the attribute"].cells[2][0] == "0.400"
    assert by["with the attribute"].n == "5,771 decisions, 39 attributes"
