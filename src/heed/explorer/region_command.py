"""``heed region``: regions drawn on the template face, kept by name, and scored for all faces.

Only typer is imported before a command runs: torch and pandas take seconds.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from heed.explorer.command_line import corners, edges, fail

if TYPE_CHECKING:
    from heed.guidance.named_regions import Region

region_app = typer.Typer(
    help="Regions drawn on the template face: keep them by name, score maps against them.",
    no_args_is_help=True,
)

Box = Annotated[
    str | None,
    typer.Option(
        help="x0,y0,x1,y1 on the template face, in pixels of its crop (224 x 224 unless crop.size "
        "says otherwise), x to the right, y down. It is carried to each face."
    ),
]
Polygon = Annotated[
    str | None, typer.Option(help="Its corners instead, x0,y0,x1,y1,x2,y2 and so on.")
]
Audit = Annotated[Path, typer.Option(help="The folder of the audit.")]


@region_app.command("score")
def score_region(
    name: Annotated[
        str | None, typer.Argument(help="A region of regions/; or draw one with --box, --polygon.")
    ] = None,
    attribute: Annotated[
        list[str] | None,
        typer.Option(help="Whose maps, also several times; by default those of the region."),
    ] = None,
    box: Box = None,
    polygon: Polygon = None,
    network: Annotated[
        list[str] | None,
        typer.Option(help="Such as balanced/1, also several times; by default all."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="A .csv to write, a row for each face.")
    ] = None,
    by_pixel: Annotated[
        bool,
        typer.Option(
            "--by-pixel",
            help="Also the pointing game and the ROC AUC of pixels, which take longest.",
        ),
    ] = False,
    audit: Audit = Path(),
) -> None:
    """Score the maps of all audited faces against a region, at once.

    The numbers are those of the page, and to float32 those that the audit has with `mask.version:
    regions/NAME`. Means are over the faces with a score; a map without a pixel above 0 scores 0 and
    counts.
    """
    from heed.base.errors import HeedError
    from heed.base.files import write_text
    from heed.explorer.audited import Audited
    from heed.explorer.drawn_masks import version_that_draws
    from heed.explorer.region_scores import face_scores, means
    from heed.explorer.regions import load_region

    if sum(each is not None for each in (name, box, polygon)) != 1:
        fail("region: expected one of NAME, --box and --polygon")
    if output is not None and output.suffix != ".csv":
        fail(f"{output}: expected a name that ends in .csv")
    if name is None and not attribute:
        fail("--attribute: found none; expected the attribute whose maps are scored")
    try:
        audited = Audited(audit)
        for problem in audited.problems:
            typer.echo(f"Warning: {problem}", err=True)
        if name is None:
            region = _drawn(audit, attribute or [], box, polygon)
        else:
            region = load_region(audit, name)
        found = face_scores(
            audited,
            version_that_draws(audit, region),
            network or audited.networks,
            attribute or region.attributes,
            by_pixel=by_pixel,
        )
        if output is not None:
            # As the page writes it: the digits that tell one float32 from the next, and no more.
            write_text(found.to_csv(index=False, lineterminator="\n"), output)
    except (HeedError, OSError) as error:
        fail(str(error))
    typer.echo(means(found).to_string(index=False, float_format="{:.4f}".format, na_rep="-"))
    if output is not None:
        typer.echo(f"{output}: {len(found)} rows")


@region_app.command("save")
def keep_region(
    name: Annotated[str, typer.Argument(help="A letter, then letters, digits, - or _.")],
    attribute: Annotated[
        list[str], typer.Option(help="That should be looked for there, also several times.")
    ],
    box: Box = None,
    polygon: Polygon = None,
    base: Annotated[
        str, typer.Option(help="The version of the masks that other attributes keep.")
    ] = "2",
    comment: Annotated[str, typer.Option(help="Whatever should be known of it.")] = "",
    force: Annotated[bool, typer.Option("--force", help="Replace one of this name.")] = False,
    audit: Audit = Path(),
) -> None:
    """Keep a region by name, for `mask.version: regions/NAME`."""
    from heed.base.errors import HeedError
    from heed.explorer.regions import save_region

    if (box is None) == (polygon is None):
        fail("region: expected one of --box and --polygon")
    try:
        region = _drawn(audit, attribute, box, polygon, base, comment)
        path = save_region(audit, name, region, force=force)
    except (HeedError, OSError) as error:
        fail(str(error))
    typer.echo(f"{path}: score against it with dvc exp run -S mask.version=regions/{name}")


@region_app.command("list")
def list_regions(audit: Audit = Path()) -> None:
    """List the regions of an audit."""
    from heed.base.errors import HeedError
    from heed.explorer.regions import load_region, region_names

    try:
        for name in region_names(audit):
            region = load_region(audit, name)
            whose = ", ".join(region.attributes)
            typer.echo(f"{name}: {region.kind} for {whose}; others as in version {region.base}")
    except (HeedError, OSError) as error:
        fail(str(error))


def _drawn(
    audit: Path,
    attributes: list[str],
    box: str | None,
    polygon: str | None,
    base: str = "2",
    comment: str = "",
) -> "Region":
    """The region of ``--box`` or ``--polygon``."""
    from heed.explorer.regions import drawn_region

    return drawn_region(
        audit,
        attributes,
        box=None if box is None else edges(box),
        polygon=None if polygon is None else corners(polygon),
        base=base,
        comment=comment,
    )
