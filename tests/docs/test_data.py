"""docs/data.md: every column of every table has an entry, and every entry is a column's."""

import re
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from heed.audit import paths
from heed.audit.tables.mask_versions import SCHEMA as VERSIONS
from heed.audit.tables.score_table import SCHEMA as SCORES
from heed.celeba.attributes import ATTRIBUTES
from heed.figures.drawn_numbers import COLUMNS as DRAWN
from heed.geometry.alignment import LANDMARKS
from tests.places import ROOT

TEXT = (ROOT / "docs/data.md").read_text()
ONE_OF = {
    "attribute": ATTRIBUTES,
    "landmark": LANDMARKS,
    "corner": [f"{row}{column}" for row in range(2) for column in range(3)],
    "rate": ["error_rate", "fnr", "fpr", "balanced_error_rate"],
    "estimate": ["mean", "mean_low", "mean_high"],
    "group": ["gt_pos", "gt_neg", "correct", "incorrect", "predicted_positive",
              "predicted_negative"],
    "score": ["amr", "proportional_energy"],
    "measure": ["balanced_error_rate", "error_rate", "loss"],
}  # fmt: skip
TABLES = sorted((ROOT / paths.TABLES).glob("*.csv"))
DATA = {
    "data/faces.parquet": paths.FACES,
    "data/crops/<partition>.parquet": paths.crop_transforms("test"),
    "data/landmarks.parquet": paths.LANDMARKS,
    "data/frontal.parquet": paths.FRONTAL,
    "data/synthetic/evidence/transforms.parquet": f"{paths.EVIDENCE}/transforms.parquet",
    "data/predictions/<model>/<replicate>.parquet": f"{paths.predictions('balanced')}/1.parquet",
    "data/scores/<model>/<replicate>.parquet": f"{paths.scores('balanced')}/1.parquet",
    "data/score_versions/<model>/<replicate>.parquet": (
        f"{paths.score_versions('balanced')}/1.parquet"
    ),
}


def entries(file: str) -> list[str]:
    """The columns that the page names for a file."""
    section = TEXT.split(f"### `{file}`\n")[1].split("\n#")[0]
    return re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE)


def pattern(entry: str) -> str:
    parts = re.split(r"<(\w+)>", entry)
    for index in range(1, len(parts), 2):
        names = ONE_OF.get(parts[index])
        parts[index] = "|".join(map(re.escape, names)) if names else r"\w+"
        parts[index] = f"({parts[index]})"
    parts[::2] = map(re.escape, parts[::2])
    return "".join(parts)


def check(file: str, columns: list[str]) -> None:
    known = entries(file)
    for entry in known:
        assert any(re.fullmatch(pattern(entry), column) for column in columns), entry
    for column in columns:
        assert any(re.fullmatch(pattern(entry), column) for entry in known), column


@pytest.mark.parametrize("table", TABLES, ids=lambda path: path.stem)
def test_every_column_of_the_tables_in_git_has_an_entry(table):
    check(f"{paths.TABLES}/{table.name}", list(pd.read_csv(table, nrows=0).columns))


def test_every_table_in_git_has_an_entry():
    named = re.findall(r"^### `metrics/tables/(\w+)\.csv`", TEXT, re.MULTILINE)
    assert sorted(named) == [table.stem for table in TABLES]


@pytest.mark.parametrize(
    ("file", "schema"),
    [("data/scores/<model>/<replicate>.parquet", SCORES),
     ("data/score_versions/<model>/<replicate>.parquet", VERSIONS)],
    ids=["scores", "score_versions"],
)  # fmt: skip
def test_every_column_of_the_scores_has_an_entry(file, schema):
    check(file, schema.names)


@pytest.mark.parametrize("file", DATA)
def test_every_column_of_the_results_has_an_entry(file):
    path = Path(ROOT, DATA[file])
    if not path.exists():
        pytest.skip(f"{DATA[file]} is an output of the audit, which has not run here")
    check(file, pq.read_schema(path).names)


def test_every_column_of_the_figures_data_has_an_entry():
    check("plots/figures/<figure>.csv", list(DRAWN))


def test_a_column_without_an_entry_and_an_entry_without_a_column_are_found():
    with pytest.raises(AssertionError, match="new"):
        check("data/frontal.parquet", ["image", "ratio", "kept", "new"])
    with pytest.raises(AssertionError, match="kept"):
        check("data/frontal.parquet", ["image", "ratio"])
