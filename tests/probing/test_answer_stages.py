"""The stages that answer, as they are run, and their outputs."""

import runpy
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest

from heed.probing import paths
from tests.places import ROOT
from tests.probing import made_up
from tests.study_params import changed_params

STUDY = ROOT / "studies/probing"
ANSWERING = ("answers", "figures", "report")


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of the study with what was made up, in which the three stages have run."""
    root = tmp_path_factory.mktemp("studies")
    folder = root / "studies/probing"
    (root / "metrics/tables").mkdir(parents=True)
    folder.mkdir(parents=True)
    made_up.audited_maps(root / "metrics/tables")
    changed_params(
        STUDY,
        folder,
        answers__networks={"plain": "vgg16"},
        answers__controls={"audited": "plain"},
        answers__resamples=50,
        figures__dpi=50,
    )
    networks = {"plain": made_up.NETWORKS["plain"]}
    for name, layers in {**networks, "audited": made_up.CONTROLS["audited"]}.items():
        put(made_up.probes(name, layers, attributes=made_up.FEW), folder / paths.probes(name))
    for name, layers in networks.items():
        put(made_up.recognition(name), folder / paths.recognition(name))
        put(made_up.silenced(name, layers, attributes=made_up.FEW), folder / paths.silenced(name))
        put(made_up.vip(name, layers, attributes=made_up.FEW), folder / paths.vip(name))
        histogram = made_up.vip_histogram(name, layers, attributes=made_up.FEW)
        put(histogram, folder / paths.vip_histogram(name))
    put(made_up.baseline(attributes=made_up.FEW), folder / paths.BASELINE)
    ran(folder)
    return folder


def put(table: pd.DataFrame, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    table.to_parquet(file)


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
        if file.is_file() and file.suffix != ".parquet"
    }


def test_every_table_and_figure_is_written(study: Path) -> None:
    tables = {file.name for file in (study / paths.TABLES).iterdir()}
    assert {f"table_5_{n}.{end}" for n in (1, 2, 3, 4) for end in ("md", "tex")} <= tables
    assert {"attributes.csv", "encoding.csv", "audit.csv"} <= tables
    readme = (STUDY / "README.md").read_text()
    assert "attributes.csv" in readme
    figures = {file.stem for file in (study / paths.PICTURES["numbers"]).glob("*.png")}
    assert len(figures) == 11
    page = (study / paths.REPORT).read_text()
    assert "<svg" in page
    assert '<th scope="row">faces</th><td>drawn faces, by Heed&#39;s generator</td>' in page
    assert '<th scope="row">persons</th><td>drawn persons</td>' in page
    assert "All is read on 900 test faces." in page


def test_what_is_not_known_is_no_number_in_the_tables(study: Path) -> None:
    table = pd.read_csv(study / paths.TABLES / "attributes.csv")
    assert table.query("network == 'audited'")["published"].isna().all()
    assert table["accuracy"].between(0, 1).all()


def test_the_same_inputs_give_the_same_bytes(study: Path) -> None:
    before = content(study)
    ran(study, ["answers", "report"])  # of figures tests/probing/figures says the same
    assert content(study) == before
