"""The command ``heed explore``."""

from pathlib import Path
from typing import Annotated

import typer

from heed.explorer.command_line import fail


def explore(
    audit: Annotated[
        Path, typer.Argument(help="The folder of an audit that has run, with its dvc.yaml.")
    ] = Path(),
    host: Annotated[
        str,
        typer.Option(
            help="The address to bind. localhost: this machine alone. Any other, such as 0.0.0.0, "
            "lets others in who have the token that is printed; what goes over the network is not "
            "encrypted, so put a proxy with TLS, or an SSH tunnel, before it."
        ),
    ] = "localhost",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Its port; the next free one where it is taken.")
    ] = 8050,
    allow_training: Annotated[
        bool,
        typer.Option(
            "--allow-training",
            help="Let viewers save regions and start trainings of studies/attention.",
        ),
    ] = False,
    browser: Annotated[bool, typer.Option(help="Open it in the browser.")] = True,
) -> None:
    """Look at the maps of an audit in the browser, and say where they should be.

    Nothing leaves this machine, and nothing is written unless --allow-training says so.
    """
    from heed.base.errors import HeedError
    from heed.explorer.serve import Address, serve

    try:
        serve(audit, Address(host, port), training=allow_training, browser=browser, tell=typer.echo)
    except HeedError as error:
        fail(str(error))
