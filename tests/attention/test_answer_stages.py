"""The stages that answer, as they are run, and their outputs."""

import runpy
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest

from heed.attention import paths
from heed.attention.tables.stored import NAMES
from tests.attention import made_up
from tests.attention.changed_params import STUDY, changed

ANSWERING = ("answers", "figures", "report")


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of the study with what was made up, in which the three stages have run."""
    folder = tmp_path_factory.mktemp("attention")
    changed(
        folder,
        networks={"plain": {"of": "original"}},
        runs={name: made_up.PARAMS["runs"][name] for name in ("bce", "chin_iou")},
        answers__resamples=50,
        figures__dpi=50,
    )
    made_up.write(folder)
    ran(folder)
    return folder


def ran(folder: Path, names: Sequence[str] = ANSWERING) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for name in names:
            script = str(STUDY / f"stages/{name}.py")
            patch.setattr("sys.argv", [script])
            runpy.run_path(script, run_name="stage")["main"]()


def content(folder: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file.suffix not in (".parquet", ".npz")
    }


def test_every_table_and_figure_is_written(study: Path) -> None:
    written = {file.name for file in (study / paths.TABLES).iterdir()}
    readme = (STUDY / "README.md").read_text()
    assert all(f"`{name}`" in readme for name in NAMES)
    assert {f"{name}.csv" for name in NAMES} <= written
    assert {f"table_1.{end}" for end in ("md", "tex")} <= written
    numbers = {file.stem for file in (study / paths.PICTURES["numbers"]).glob("*.csv")}
    assert {"recall_and_energy", "trade_off", "cost_chin_iou", "energy_of_all_chin"} <= numbers
    faces = {file.stem for file in (study / paths.PICTURES["faces"]).glob("*.png")}
    assert {"examples_chin", "averages_lipstick"} <= faces
    page = (study / paths.REPORT).read_text()
    assert "<svg" in page
    assert "data:image/webp" in page
    assert "drawn faces and the network nano" in page


def test_tables_are_read_again_as_they_were(study: Path) -> None:
    table = pd.read_csv(study / paths.TABLES / "values.csv")
    assert table.query("quantity == 'error_rate'")["pair"].isna().all()
    assert table["value"].between(0, 1).all()
    assert '"chin_iou"' in (study / paths.METRICS).read_text()


def test_the_same_inputs_give_the_same_bytes(study: Path) -> None:
    before = content(study)
    ran(study, ["answers", "report"])  # of figures tests/attention/figures says the same
    assert content(study) == before
