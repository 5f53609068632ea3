"""The few commands beside DVC: ``heed --help``."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    help="Commands beside the pipeline. The audit itself runs with: dvc repro",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


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
            help="Whose weights they are: affact, resnet51, nano, or resnet50 (torchvision's "
            "ImageNet network, to start training a resnet51 from)."
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
) -> None:
    """Turn weights saved by PyTorch into the .safetensors that Heed loads.

    Reads state dicts, training checkpoints and whole pickled networks, without
    running code from the file.
    """
    # Imported here: torch takes seconds, and --help should not.
    from heed.networks.importing import import_weights
    from heed.networks.state import WeightsError

    if output.suffix != ".safetensors":
        _fail(f"{output}: expected a name that ends in .safetensors")
    if trust:
        typer.echo(f"Warning: --trust runs whatever code {file} holds.", err=True)
    try:
        count = import_weights(file, network, output, trust)
    except (WeightsError, OSError) as error:
        _fail(str(error))
    typer.echo(f"{output}: {count} tensors of {network}")


def _fail(message: str) -> None:
    typer.echo(f"Error: {message}", err=True)
    raise typer.Exit(1)
