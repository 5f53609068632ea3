"""The few commands beside DVC: ``heed --help``."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

try:
    import typer
except ModuleNotFoundError:  # of the extra "pipeline"; the library does without
    sys.exit("heed: the commands need more packages than the library: pip install 'heed[pipeline]'")

from heed.explorer.attention_command import direct_attention
from heed.explorer.command_line import fail
from heed.explorer.explore_command import explore
from heed.explorer.export_command import export_app
from heed.explorer.region_command import region_app
from heed.networks.settings import NETWORK_NAMES
from heed.process.threads import let_waiting_threads_sleep

let_waiting_threads_sleep()  # before torch is imported

app = typer.Typer(
    help="Commands beside the pipeline. The audit itself runs with: dvc repro",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


app.add_typer(export_app, name="export")
app.add_typer(region_app, name="region")
app.command("attention")(direct_attention)
app.command("explore")(explore)


@app.callback()
def main() -> None:
    """Commands beside the pipeline. The audit itself runs with: dvc repro."""
    # The callback keeps typer from dropping the subcommand's name while there is only one.


@app.command("import-weights")
def import_weights(
    file: Annotated[Path, typer.Argument(help="A .pth, .pt or .safetensors file.")],
    network: Annotated[
        str,
        typer.Option(
            help=f"Whose weights they are: {', '.join(NETWORK_NAMES)}, torchvision:NAME, or "
            "python:MODULE:FUNCTION, whose function is called. A network of torchvision may have "
            "ImageNet's 1000 outputs, to start a training from."
        ),
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="The .safetensors to write.")],
    trust: Annotated[
        bool,
        typer.Option(
            "--trust",
            help="Unpickle the file fully. This RUNS whatever code it holds: only for files "
            "whose makers you trust.",
        ),
    ] = False,
    prefix: Annotated[
        str | None,
        typer.Option(
            help="What stands before the names of the layers, such as state_dict.model. ; found "
            "by itself, unless the file holds the network several times."
        ),
    ] = None,
) -> None:
    """Turn weights saved by PyTorch into the .safetensors that Heed loads.

    Reads state dicts, whole pickled networks and checkpoints with one of these in
    them, without running code from the file.
    """
    # Imported here: torch takes seconds, and --help should not.
    from heed.base.files import StrangerError
    from heed.celeba.attributes import ATTRIBUTE_COUNT
    from heed.importing.weights import import_weights
    from heed.networks.of_python import NetworkError
    from heed.networks.state import WeightsError

    if output.suffix != ".safetensors":
        fail(f"{output}: expected a name that ends in .safetensors")
    if trust:
        typer.echo(f"Warning: --trust runs whatever code {file} holds.", err=True)
    try:
        found = import_weights(file, network, output, ATTRIBUTE_COUNT, trust, prefix)
    except (WeightsError, NetworkError, StrangerError, OSError) as error:
        fail(str(error))
    prefix = (
        found.prefix if len(found.prefix) < 80 else f"{found.prefix[:40]}...{found.prefix[-40:]}"
    )
    where = f", found behind {prefix!r}" if prefix else ""
    typer.echo(f"{output}: {found.tensors} tensors of {network}{where}")
    if found.left_out:
        more = f" and {len(found.left_out) - 5} more" if len(found.left_out) > 5 else ""
        typer.echo(f"Left out: {', '.join(found.left_out[:5])}{more}")


@app.command("plots-template")
def write_plots_template() -> None:
    """Let `dvc plots` write pages that need no network, in this clone and its studies.

    Writes .dvc/tmp/plots.html, which holds the scripts, and names it in
    .dvc/config.local, also in that of each study. Run it in the root of the
    repository; `make` does so.
    """
    import vl_convert

    from heed.base.files import write_text
    from heed.pipeline.plots_template import plots_template

    if not Path(".dvc").is_dir():
        fail(".dvc: no such folder here; run this in the root of the repository")
    version = vl_convert.get_vegalite_versions()[-1]  # of the Vega beside it: others warn
    script = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;", version)
    write_text(plots_template(script), Path(".dvc", "tmp", "plots.html"), guard=False)
    # DVC takes the path from its folder .dvc. It is not in .dvc/config, because DVC fails when
    # the file is missing, as it is in a fresh clone.
    command = [sys.executable, "-m", "dvc", "config", "--local", "plots.html_template"]
    for folder in (Path(), *sorted(path.parent for path in Path("studies").glob("*/.dvc"))):
        template = os.path.relpath(".dvc/tmp/plots.html", folder / ".dvc")
        if subprocess.run([*command, template], cwd=folder, check=False).returncode:
            local = (folder / ".dvc/config.local").as_posix()
            fail(f"{local}: DVC could not write to it; its own message is above")
    typer.echo(".dvc/tmp/plots.html: `dvc plots` needs no network")


@app.command("experiments")
def show_experiments() -> None:
    """List commits and experiments with each model's scores and the parameters that differ.

    `dvc exp show` has the same beside every parameter and input.
    """
    import io

    import pandas as pd

    from heed.audit.experiments import experiments_table
    from heed.base.settings import ParamsError, read

    command = [sys.executable, "-m", "dvc", "exp", "show", "--csv"]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    if found.returncode:
        fail(f"dvc exp show: {found.stderr.strip().splitlines()[-1:]}")
    try:
        shown = pd.read_csv(io.StringIO(found.stdout))
        typer.echo(experiments_table(shown, read("params.yaml")).to_string(index=False))
    except (ParamsError, pd.errors.EmptyDataError) as error:
        fail(str(error))


@app.command("compare")
def compare_revisions(
    first: Annotated[str, typer.Argument(help="A commit, branch, tag or DVC experiment.")],
    second: Annotated[
        str, typer.Argument(help="Another one; workspace: the files as they lie here.")
    ] = "workspace",
    output: Annotated[Path, typer.Option("--output", "-o", help="The .html to write.")] = Path(
        "report/compare.html"
    ),
) -> None:
    """Set two audits side by side on one page: parameters, numbers, attributes, figures.

    What is in git is all it needs: neither DVC's cache nor a run.
    """
    from heed.audit.compare.changes import models_changes
    from heed.audit.compare.conditions import different_conditions, outdated, told_value
    from heed.audit.compare.page import comparison_page, is_comparison
    from heed.audit.compare.revision import Revision
    from heed.base.errors import HeedError
    from heed.base.files import write_text

    if output.suffix != ".html":
        fail(f"{output}: expected a name that ends in .html")
    try:
        if output.exists() and not (output.is_file() and is_comparison(output)):
            fail(
                f"{output}: is there already, and no page that `heed compare` wrote; delete it, or "
                "choose another name with --output"
            )
        one, other = Revision.of(first), Revision.of(second)
        write_text(comparison_page(one, other), output)
        clear = [
            f"{model} {quantity} {change.first.value:.3f} -> {change.second.value:.3f}"
            for model, of_model in models_changes(one, other).items()
            for quantity, change in of_model.items()
            if change.difference.direction() in ("up", "down")
        ]
        remarks = [
            f"Warning: the numbers of {each.name} were not made with the parameters of its "
            f"params.yaml. By dvc.lock the last run had {', '.join(had)}; run `dvc repro` there"
            for each in (one, other)
            if (
                had := [
                    f"{name} {told_value(made)} (params.yaml: {told_value(now)})"
                    for name, (made, now) in outdated(each).items()
                ]
            )
        ]
        if conditions := different_conditions(one, other):
            remarks.append(
                "Warning: the two audits do not score the same thing: they differ in "
                f"{', '.join(conditions)}"
            )
    except (HeedError, OSError) as error:
        fail(str(error))
    for line in remarks:
        typer.echo(line, err=True)
    for line in clear:
        typer.echo(line)
    count = f"{len(clear) or 'no'} clear difference{'s' * (len(clear) != 1)}"
    typer.echo(f"{output}: {first} and {second}; {count} of models")


@app.command("paper")
def write_paper() -> None:
    """Put the tables and figures of the audit into report/paper/, with a document around them.

    Tables are LaTeX, the masks' coordinates and covariance matrices among them; figures are PDF,
    and paper.tex compiles with pdflatex. With report.faces false in params.yaml, figures that show
    photographs stay out. Other files in the folder, such as those of pdflatex, stay. Run it after
    `dvc repro`.
    """
    import json

    from heed.audit.figures.catalogue import FIGURES, run_values
    from heed.audit.models import load_models
    from heed.audit.page.settings import ReportParams
    from heed.audit.paper import PRINTED, TABLES, paper_document, paper_figures
    from heed.audit.paper_folder import write_paper_folder
    from heed.audit.paper_tables import block_coordinates, box_coordinates, covariance_matrices
    from heed.base.files import StrangerError
    from heed.base.settings import ParamsError, load

    try:
        photographs = load(ReportParams).faces
        weightings = {name: model.weighting for name, model in load_models().items()}
        entries = FIGURES.entries(run=run_values(weightings))
        figures = paper_figures(entries, photographs=photographs)
        sources = {f"tables/{name}.tex": Path(f"metrics/tables/{name}.tex") for name in PRINTED}
        for entry in figures:
            sources[f"figures/{entry.name}.pdf"] = Path(
                f"data/figures/{entry.kind}/{entry.name}.pdf"
            )
        statistics = Path("metrics/statistics.json")
        for source in (*sources.values(), statistics):
            if not source.is_file():
                fail(f"{source}: no such file. The audit writes it: run `dvc repro` first")
        files = {name: source.read_bytes() for name, source in sources.items()}
        made = {
            "covariance": covariance_matrices(json.loads(statistics.read_text())["amr"]),
            "masks_1": box_coordinates(),
            "masks_2": block_coordinates(),
        }
        files |= {f"tables/{name}.tex": text.encode() for name, text in made.items()}
        files["paper.tex"] = paper_document(figures).encode()
        names = {*files, *(f"figures/{entry.name}.pdf" for entry in entries)}
        kept = write_paper_folder(files, names, "report/paper")
    except (ParamsError, StrangerError, OSError) as error:
        fail(str(error))
    typer.echo(f"report/paper: {len(TABLES)} tables, {len(figures)} figures, paper.tex")
    if kept:
        typer.echo(f"report/paper: files of yours stay: {', '.join(kept)}")
    if "paper.pdf" in kept and not photographs:
        typer.echo(
            "report/paper/paper.pdf: may show photographs of before; compile paper.tex again "
            "before you pass it on"
        )
