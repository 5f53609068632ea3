import json
import re
import subprocess
from functools import cache
from io import BytesIO

import pandas as pd
import pytest
import yaml
from matplotlib.figure import Figure
from typer.testing import CliRunner

from heed.audit.figures.catalogue import FIGURES
from heed.audit.paper import PRINTED, TABLES, paper_document, paper_figures
from heed.audit.tables.layout import LAYOUTS, to_latex
from heed.cli import app
from heed.figures.registry import Entry
from heed.figures.theme import TEXT_WIDTH
from tests.default_run import RUN
from tests.latex import needs_latex
from tests.places import ROOT

MODELS = ("balanced", "un_balanced", "a-third-one")
PDFLATEX = ("pdflatex", "-interaction=nonstopmode", "-halt-on-error", "paper.tex")


def table(name):
    """A table of forty rows with the widest numbers that there are."""
    columns = LAYOUTS[name]
    rates = {f"{model}_{column}": 0.99 for model in MODELS for column in columns}
    attributes = [*("5_o_Clock_Shadow" for _ in range(40)), "OVERALL"]
    return to_latex(pd.DataFrame({"attribute": attributes, **rates}), columns)


@cache
def pdf(width, height):
    drawn = BytesIO()
    figure = Figure(figsize=(width, height))
    figure.add_subplot().plot([0, 1])
    figure.savefig(drawn, format="pdf")
    return drawn.getvalue()


@pytest.fixture
def audited(tmp_path, monkeypatch):
    """A folder with what the audit leaves; the figures have sizes from small to too large."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "metrics/tables").mkdir(parents=True)
    for name in LAYOUTS:
        (tmp_path / f"metrics/tables/{name}.tex").write_text(table(name))
    for index, entry in enumerate(FIGURES.entries(run=RUN)):
        size = [(3.5, 2), (TEXT_WIDTH, 9.5), (9, 4), (TEXT_WIDTH, 4)][index % 4]
        path = tmp_path / f"data/figures/{entry.kind}/{entry.name}.pdf"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(pdf(*size))
    variances = {"variance_amr": 0.02, "covariance": -0.001, "variance_error_rate": None}
    statistics = {"amr": dict.fromkeys(MODELS, variances)}
    (tmp_path / "metrics/statistics.json").write_text(json.dumps(statistics))
    write_faces(tmp_path, True)
    return tmp_path


def write_faces(folder, faces):
    models = yaml.safe_load((ROOT / "params.yaml").read_text())["models"]
    report = {"models": models, "report": {"faces": faces, "faces_per_group": 1}}
    (folder / "params.yaml").write_text(yaml.safe_dump(report, sort_keys=False))


def paper():
    return CliRunner().invoke(app, ["paper"])


def test_every_printed_table_has_a_caption():
    assert PRINTED.keys() == LAYOUTS.keys()
    assert TABLES.keys() == {*LAYOUTS, "covariance", "masks_1", "masks_2"}


def test_document_names_every_table_and_figure_once():
    document = paper_document(FIGURES.entries(run=RUN))
    for name in TABLES:
        assert document.count(rf"\input{{tables/{name}}}") == 1
        assert document.count(rf"\label{{tab:{name}}}") == 1
    names = re.findall(r"\\includegraphics\{figures/(\w+)\}", document)
    assert names == [entry.name for entry in FIGURES.entries(run=RUN)]
    assert re.findall(r"\\label\{fig:(\w+)\}", document) == names


def test_caption_has_title_text_and_source():
    figures = (
        Entry("one", "numbers", "5.4", "Title & more", "Maps of |z| x label (gt+), 50 %."),
        Entry("own", "numbers", None, "Own", "Of Heed."),
    )
    document = paper_document(figures)
    caption = (
        r"\caption{\textbf{Title \& more.} Maps of \textbar{}z\textbar{} $\times$ label "
        r"(gt$+$), 50 \% (as Bieri 2023, figure 5.4).}"
    )
    assert caption in document
    assert r"\caption{\textbf{Own.} Of Heed.}" in document


def test_figures_with_photographs_can_be_left_out():
    assert paper_figures(FIGURES.entries(run=RUN), photographs=True) == FIGURES.entries(run=RUN)
    assert paper_figures(FIGURES.entries(run=RUN), photographs=False) == FIGURES.entries(
        "numbers", RUN
    )


def test_paper_holds_the_files_of_the_audit(audited):
    result = paper()
    assert result.exit_code == 0, result.output
    folder = audited / "report/paper"
    files = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    tables = {f"tables/{name}.tex" for name in TABLES}
    assert files == {
        "paper.tex",
        *tables,
        *(f"figures/{entry.name}.pdf" for entry in FIGURES.entries(run=RUN)),
    }
    assert (folder / "tables/amr.tex").read_text() == table("amr")
    drawn = audited / "data/figures/faces/target_2.pdf"
    assert (folder / "figures/target_2.pdf").read_bytes() == drawn.read_bytes()
    assert (folder / "paper.tex").read_text() == paper_document(FIGURES.entries(run=RUN))
    assert f"{len(TABLES)} tables, {len(FIGURES.entries(run=RUN))} figures" in result.stdout


def test_paper_without_photographs_replaces_one_with_them(audited):
    paper()
    write_faces(audited, False)
    assert paper().exit_code == 0
    names = {path.stem for path in (audited / "report/paper/figures").iterdir()}
    assert names == {entry.name for entry in FIGURES.entries("numbers", RUN)}
    assert "target_2" not in (audited / "report/paper/paper.tex").read_text()


@pytest.mark.parametrize(
    "missing",
    [
        "metrics/tables/energy.tex",
        "metrics/statistics.json",
        "data/figures/averages/averages_by_model.pdf",
    ],
)
def test_missing_file_is_named_and_the_old_paper_stays(audited, missing):
    paper()
    before = (audited / "report/paper/paper.tex").read_text()
    (audited / missing).unlink()
    result = paper()
    assert result.exit_code == 1
    assert result.stderr.startswith(f"Error: {missing}: no such file.")
    assert "dvc repro" in result.stderr
    assert (audited / "report/paper/paper.tex").read_text() == before


def test_wrong_parameters_are_one_message(audited):
    (audited / "params.yaml").write_text("report: {faces: maybe, faces_per_group: 1}")
    result = paper()
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: params.yaml: report.faces")
    assert not (audited / "report").exists()


@pytest.mark.parametrize("repository", [True, False])
def test_files_of_pdflatex_and_notes_stay(audited, repository):
    if repository:
        (audited / ".dvc").mkdir()
    assert paper().exit_code == 0
    folder = audited / "report/paper"
    (folder / "paper.aux").write_text("made by pdflatex")
    (folder / "paper.pdf").write_bytes(b"%PDF")
    (folder / "figures/mine.pdf").write_bytes(b"mine")
    (folder / "notes").mkdir()
    (folder / "notes/link").symlink_to("nowhere")
    (audited / "metrics/tables/amr.tex").write_text("new")
    for _ in range(2):
        result = paper()
        assert result.exit_code == 0, result.output
        expected = "files of yours stay: figures/mine.pdf, notes/link, paper.aux, paper.pdf\n"
        assert expected in result.stdout
        assert (folder / "paper.aux").read_text() == "made by pdflatex"
        assert (folder / "notes/link").is_symlink()
        assert (folder / "tables/amr.tex").read_text() == "new"
    write_faces(audited, False)
    result = paper()
    assert result.exit_code == 0, result.output
    assert "report/paper/paper.pdf: may show photographs" in result.stdout
    names = {path.stem for path in (folder / "figures").iterdir()}
    assert names == {"mine", *(entry.name for entry in FIGURES.entries("numbers", RUN))}


@pytest.mark.parametrize("name", ["paper.tex", "tables/amr.tex", "figures/target_2.pdf"])
@pytest.mark.parametrize("faces", [True, False])
def test_a_changed_file_of_the_paper_is_named_and_stays(audited, name, faces):
    (audited / ".dvc").mkdir()
    paper()
    changed = audited / "report/paper" / name
    changed.write_text("my own words")
    (audited / "report/paper/paper.aux").write_text("made by pdflatex")
    write_faces(audited, faces)
    result = paper()
    assert result.exit_code == 1
    assert result.stderr.startswith(f"Error: report/paper/{name}: found what was changed since")
    assert result.stderr.count("\n") == 1
    assert isinstance(result.exception, SystemExit)
    assert changed.read_text() == "my own words"
    changed.rename(changed.with_name("mine"))
    assert paper().exit_code == 0
    assert changed.with_name("mine").read_text() == "my own words"


def test_a_paper_that_no_ledger_knows_is_replaced_by_the_same(audited):
    paper()
    (audited / ".dvc").mkdir()
    assert paper().exit_code == 0


@needs_latex
def test_document_compiles_and_everything_fits(audited):
    paper()
    folder = audited / "report/paper"
    process = subprocess.run(PDFLATEX, cwd=folder, capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stdout[-2000:]
    log = (folder / "paper.log").read_text(encoding="utf-8", errors="replace")
    assert (folder / "paper.pdf").stat().st_size > 10_000
    assert "Undefined" not in log
    assert "undefined" not in log
    assert "Float too large" not in log
    overfull = [float(width) for width in re.findall(r"Overfull \\[hv]box \(([\d.]+)pt", log)]
    assert max(overfull, default=0) <= 10
