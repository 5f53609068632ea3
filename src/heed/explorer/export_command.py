"""``heed export``: chosen faces as pictures, arrays, COCO's JSON or a data set of FiftyOne."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from heed.explorer.command_line import fail

if TYPE_CHECKING:
    from heed.explorer.audited import Audited
    from heed.explorer.chosen_faces import Chosen

export_app = typer.Typer(
    help="Write chosen faces of an audit for other tools: pictures, arrays, COCO, FiftyOne.",
    no_args_is_help=True,
)

Folder = Annotated[Path, typer.Argument(help="The folder of an audit that has run.")]
Output = Annotated[Path, typer.Option("--output", "-o", help="The folder to write.")]
Images = Annotated[
    list[str],
    typer.Option(
        "--images",
        "-i",
        help="A face's name, a pattern such as '0001*' ('*': all), or a file with a name in each "
        "line. May be said several times.",
    ),
]
Query = Annotated[
    str | None,
    typer.Option(
        help="A link to a view of `heed explore`: its faces, attribute, networks and conditions."
    ),
]
Attributes = Annotated[
    list[str], typer.Option("--attribute", "-a", help="May be said several times.")
]
Networks = Annotated[
    list[str],
    typer.Option(
        "--network",
        "-n",
        help="MODEL/REPLICATE, such as balanced/1; by default the first of each model. May be said "
        "several times.",
    ),
]
Force = Annotated[bool, typer.Option("--force", help="Replace an older export that is there.")]


@export_app.command("png")
def png(
    output: Output,
    folder: Folder = Path(),
    images: Images = [],  # noqa: B006 (typer reads it, and nobody changes it)
    query: Query = None,
    attribute: Attributes = [],  # noqa: B006
    network: Networks = [],  # noqa: B006
    layer: Annotated[
        list[str],
        typer.Option(
            help="What lies over the faces: map, mask, active (area), evidence; several times."
        ),
    ] = ["map", "mask"],  # noqa: B006
    side: Annotated[int, typer.Option(help="Of the pictures, in pixels.")] = 448,
    force: Force = False,
) -> None:
    """Pictures as the explorer shows them: maps over faces, with outlines."""
    with _failing(), _chosen(folder, images, query, attribute, network) as (audited, chosen):
        from heed.explorer.export import export_png

        export_png(
            audited, chosen, output, layers=set(layer), side=side, force=force, progress=_progress
        )
        _say(output, chosen)


@export_app.command("npy")
def npy(
    output: Output,
    folder: Folder = Path(),
    images: Images = [],  # noqa: B006
    query: Query = None,
    attribute: Attributes = [],  # noqa: B006
    network: Networks = [],  # noqa: B006
    force: Force = False,
) -> None:
    """Arrays of NumPy: crops, raw maps and masks, with their names and scores."""
    with _failing(), _chosen(folder, images, query, attribute, network) as (audited, chosen):
        from heed.explorer.export import export_npy

        export_npy(audited, chosen, output, force=force, progress=_progress)
        _say(output, chosen)


@export_app.command("coco")
def coco(
    output: Output,
    folder: Folder = Path(),
    images: Images = [],  # noqa: B006
    query: Query = None,
    attribute: Attributes = [],  # noqa: B006
    network: Networks = [],  # noqa: B006
    force: Force = False,
) -> None:
    """Crops, and their masks as annotations in COCO's format, with labels and scores."""
    with _failing(), _chosen(folder, images, query, attribute, network) as (audited, chosen):
        from heed.explorer.export import export_coco

        empty = export_coco(audited, chosen, output, force=force, progress=_progress)
        _say(output, chosen)
        if empty:
            typer.echo(f"{empty} masks have no pixel, and no annotation")


@export_app.command("fiftyone")
def fiftyone(
    output: Output,
    folder: Folder = Path(),
    images: Images = [],  # noqa: B006
    query: Query = None,
    attribute: Attributes = [],  # noqa: B006
    network: Networks = [],  # noqa: B006
    name: Annotated[
        str | None, typer.Option(help="Of the data set; by default that of the output's folder.")
    ] = None,
    force: Force = False,
) -> None:
    """A data set of FiftyOne: maps as heatmaps, labels, predictions, masks and scores as fields.

    Needs FiftyOne: pip install 'heed[fiftyone]'. The crops are written to the output's folder,
    which has to stay.
    """
    with _failing(), _chosen(folder, images, query, attribute, network) as (audited, chosen):
        from heed.explorer.fiftyone_dataset import export_fiftyone

        called = name or output.resolve().name
        export_fiftyone(audited, chosen, output, called, force=force, progress=_progress)
        _say(output, chosen)
        typer.echo(f"Look at it with: fiftyone app launch {called}")


@contextmanager
def _chosen(
    folder: Path, images: list[str], query: str | None, attribute: list[str], network: list[str]
) -> Iterator["tuple[Audited, Chosen]"]:
    from heed.explorer.audited import Audited  # here: they take a second, and --help should not
    from heed.explorer.chosen_faces import choose

    audited = Audited(folder)
    for problem in audited.problems:
        typer.echo(f"Warning: {problem}", err=True)
    yield audited, choose(audited, images, query, attribute, network)


@contextmanager
def _failing() -> Iterator[None]:
    """End with what is wrong, in one line."""
    from heed.base.errors import HeedError

    try:
        yield
    except (HeedError, OSError) as error:
        fail(str(error))


def _progress(images: Iterable[str]) -> Iterable[str]:
    from tqdm import tqdm

    return tqdm(images, unit="face", desc="export")


def _say(output: Path, chosen: "Chosen") -> None:
    faces, maps = len(chosen.images), len(chosen.attributes) * len(chosen.networks)
    typer.echo(
        f"{output}: {faces} face{'s' * (faces != 1)}, {maps} map{'s' * (maps != 1)} each: "
        f"{', '.join(chosen.attributes)}; {', '.join(chosen.networks)}"
    )
