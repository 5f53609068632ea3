"""``heed attention``: a classifier looks where somebody has drawn, and what becomes of it."""

import subprocess
from pathlib import Path
from typing import Annotated, Any

import typer

from heed.explorer.command_line import corners, edges, fail, numbers


def direct_attention(
    attribute: Annotated[
        str | None,
        typer.Option(
            help="The attribute whose classifier should look; by default the one of --region."
        ),
    ] = None,
    box: Annotated[
        str | None,
        typer.Option(
            help="Where: x0,y0,x1,y1 on the template face, in pixels of its crop (224 x 224 unless "
            "crop.size says otherwise), x to the right, y down. It is carried to each face."
        ),
    ] = None,
    polygon: Annotated[
        str | None, typer.Option(help="Its corners instead, x0,y0,x1,y1,x2,y2 and so on.")
    ] = None,
    region: Annotated[
        str | None, typer.Option(help="A named region instead, of regions/ (`heed region list`).")
    ] = None,
    confounder: Annotated[
        str | None,
        typer.Option(
            help="What it is confounded with; by default as in the pair that params.yaml has of it."
        ),
    ] = None,
    loss: Annotated[str, typer.Option(help="Of the maps: iou, centre or energy.")] = "iou",
    weights: Annotated[
        str | None, typer.Option(help="Of the BCE and of the maps' loss, such as 1,0.125.")
    ] = None,
    study: Annotated[Path, typer.Option(help="The folder of the study.")] = Path(
        "studies/attention"
    ),
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print what DVC would be given; start nothing.")
    ] = False,
) -> None:
    """Let a classifier look where you say, and see what becomes of it (studies/attention).

    Adds a pair and a run to the study's params.yaml and runs what depends on them. Run it in the
    root of the repository.
    """
    import shlex

    from heed.attention.drawn_region import DrawnRegion, start_with_region
    from heed.base.errors import HeedError
    from heed.explorer.regions import load_region

    if sum(each is not None for each in (box, polygon, region)) != 1:
        fail("attention: expected one of --box, --polygon and --region")
    try:
        both = weights and numbers(weights, 2, "--weights: found {!r}; expected two, such as 1,5")
        options: dict[str, Any] = {"confounder": confounder, "loss": loss, "weights": both or None}
        if region is not None:
            named = load_region(Path(), region)
            drawn = DrawnRegion.of(named, study, attribute, **options)
        elif attribute is None:
            fail("--attribute: found none; expected the attribute whose classifier should look")
        else:
            drawn = DrawnRegion(
                attribute,
                edges(box) if box is not None else None,
                polygon=corners(polygon) if polygon is not None else None,
                **options,
            )
        command = start_with_region(study, drawn, dry_run=dry_run)
    except HeedError as error:
        fail(str(error))
    except subprocess.CalledProcessError as error:
        raise typer.Exit(error.returncode) from None
    if dry_run:
        typer.echo(shlex.join(command))
    else:
        typer.echo(f"{study / 'report/index.html'}: {drawn.run} is beside the others")
