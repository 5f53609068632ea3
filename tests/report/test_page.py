import copy
import re
from typing import Any

import numpy as np
import pandas as pd
import pytest

from heed.report.examples import Example
from heed.report.page import HEADLINES, answer, render_page
from heed.report.pictures import Picture
from heed.tables.layout import AMR_COLUMNS

PIXEL = Picture(b"\x89PNG", alt="a dot", caption="dot")
SETTINGS: dict[str, dict[str, Any]] = {
    "data": {"source": "synthetic"},
    "frontal": {"partition": "test"},
    "cam": {"method": "gradcam", "target": 2},
    "mask": {"version": 2},
    "score": {"threshold": 0.5},
    "aggregate": {"confidence": 0.95},
}


@pytest.fixture
def audit() -> dict[str, Any]:
    number = {"value": 0.25, "low": 0.2, "high": 0.3}
    numbers = {name: dict(number) for name in HEADLINES}
    return {"faces": 7, "models": {"small": copy.deepcopy(numbers), "large": numbers}}


def page(audit: dict[str, Any], examples: list[Example]) -> str:
    columns = {f"{model}_{column}": [0.5] for model in audit["models"] for column in AMR_COLUMNS}
    table = pd.DataFrame({"attribute": ["Wearing_Hat"], **columns})
    table["large_amr"] = np.nan
    found = {
        f"{name}{end}": 0.1
        for name in ("pearson", "spearman")
        for end in ("", "_low", "_high", "_p")
    }
    return render_page(
        audit=audit,
        statistics={"amr": {"small": found, "large": found}},
        table=table,
        columns=AMR_COLUMNS,
        figures=[PIXEL],
        average_face=PIXEL,
        gallery=[],
        examples=examples,
        settings=SETTINGS,
        inventory={"train": 5, "audited": 7},
    )


def test_the_sentence_follows_the_numbers(audit: dict[str, Any]) -> None:
    audit["models"]["small"]["pe_gap"] = {"value": 0.1, "low": 0.05, "high": 0.2}
    audit["models"]["large"]["pe_gap"] = {"value": 0.1, "low": -0.05, "high": 0.2}
    first, second = answer(audit).split(". ")
    assert first.startswith("The small network looks more into the mask when it predicts the rarer")
    assert "+0.050 to +0.200" in first
    assert second.startswith("The large network shows no clear difference")
    audit["models"]["large"]["pe_gap"] = {"value": -0.1, "low": -0.2, "high": -0.05}
    assert "when it predicts the more frequent class" in answer(audit)
    audit["models"]["large"]["pe_gap"] = {"value": None, "low": None, "high": None}
    assert "too few" in answer(audit)


def test_the_page_needs_nothing_else(audit: dict[str, Any]) -> None:
    text = page(audit, [])
    assert re.findall(r"""(?:src|href)=["'](?!data:|\#)""", text) == []
    assert "//" not in re.sub(r"base64,[^\"]*", "", text)


def test_numbers_and_missing_numbers_are_printed(audit: dict[str, Any]) -> None:
    audit["models"]["small"]["error_rate"] = {"value": 0.1234, "low": 0.11, "high": 0.139}
    text = page(audit, [])
    assert "12.3 %<small>11.0 – 13.9</small>" in text
    assert "<td>Wearing Hat</td>" in text
    assert "<td>–</td>" in text


def test_without_photographs_there_is_no_section_for_them(audit: dict[str, Any]) -> None:
    face = Picture(b"\xff\xd8", alt="Face x.jpg", caption="x.jpg")
    assert 'id="faces"' in page(audit, [Example(face, [])])
    assert "data:image/jpeg;base64,/9g=" in page(audit, [Example(face, [])])
    without = page(audit, [])
    assert 'id="faces"' not in without
    assert "#faces" not in without


def test_names_are_escaped(audit: dict[str, Any]) -> None:
    audit["models"] = {"small": audit["models"]["small"], "large": audit["models"]["large"]}
    SETTINGS["data"]["root"] = "<script>"
    try:
        assert "<script>" not in page(audit, [])
    finally:
        del SETTINGS["data"]["root"]
