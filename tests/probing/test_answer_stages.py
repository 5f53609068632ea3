"""The stages that answer, as they are run: their outputs, and what dvc.yaml says of them."""

import ast
import runpy
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from heed.probing import paths
from heed.probing.settings import KEYS
from tests.code_dependencies import assert_code_dependencies
from tests.declared_paths import literals, written
from tests.places import ROOT
from tests.probing import made_up
from tests.study_params import changed_params

STUDY = ROOT / "studies/probing"
STAGES: dict[str, Any] = yaml.safe_load((STUDY / "dvc.yaml").read_text())["stages"]
ANSWERING = ("answers", "figures", "report")


@pytest.mark.parametrize("name", ANSWERING)
def test_code_dependencies_are_the_rooms_that_the_script_reaches(name: str) -> None:
    assert_code_dependencies(STAGES[name], STUDY / f"stages/{name}.py")


@pytest.mark.parametrize("name", ANSWERING)
def test_stage_reads_only_parameters_that_it_declares(name: str) -> None:
    key_of = {kind.__name__: key for key, kind in KEYS.items()}
    tree = ast.parse((STUDY / f"stages/{name}.py").read_text())
    loaded = {
        key_of[argument.id]
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "load"
        for argument in node.args
        if isinstance(argument, ast.Name)
    }
    assert loaded == set(STAGES[name]["params"])
    assert STAGES[name]["desc"]


def test_outputs_are_the_paths_that_scripts_use() -> None:
    own = {paths.TABLES, paths.METRICS, paths.REPORT, *paths.PICTURES.values(),
           *paths.DRAWINGS.values()}  # fmt: skip
    assert own <= written(STUDY)
    assert not {p: s for p, s in literals(STUDY).items() if Path(s).stem in ANSWERING}


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
    assert "<svg" in (study / paths.REPORT).read_text()


def test_what_is_not_known_is_no_number_in_the_tables(study: Path) -> None:
    table = pd.read_csv(study / paths.TABLES / "attributes.csv")
    assert table.query("network == 'audited'")["published"].isna().all()
    assert table["accuracy"].between(0, 1).all()


def test_the_same_inputs_give_the_same_bytes(study: Path) -> None:
    before = content(study)
    ran(study, ["answers", "report"])  # of figures tests/probing/figures says the same
    assert content(study) == before
