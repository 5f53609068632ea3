"""What leaves the explorer: faces, attributes and networks, by name or by a link to a view."""

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from heed.base.errors import InputError
from heed.explorer.audited import Audited, Conditions
from heed.explorer.choice import chosen
from heed.explorer.score_columns import check_conditions, columns
from heed.explorer.view import View


@dataclass(frozen=True)
class Chosen:
    """What is exported.

    Attributes:
        images: names of n faces, in their order.
        attributes: of which.
        networks: model and replicate each, such as ``balanced/1``.
        conditions: of maps, masks and scores.
    """

    images: tuple[str, ...]
    attributes: tuple[str, ...]
    networks: tuple[str, ...]
    conditions: Conditions


def choose(
    audited: Audited,
    images: Sequence[str] = (),
    query: str | None = None,
    attributes: Sequence[str] = (),
    networks: Sequence[str] = (),
) -> Chosen:
    """What is asked for; what is not said is as the link has it, or as the page begins.

    Args:
        audited: the audit.
        images: names of faces, patterns such as ``0001*``, or files with a name in each line.
        query: a link to a view of the explorer, or what follows its question mark: the faces that
            it shows, on all of its pages, or the one that it has open.
        attributes: of which; by default the view's.
        networks: of which; by default the view's, which are the first of each model.

    Raises:
        InputError: neither faces nor a link are given, or something that the audit has not.
    """
    if not images and query is None:
        raise InputError(
            "found neither --images nor --query; expected names of faces, a file of names, or a "
            f"link to a view of the explorer (--images '*' is all {len(audited.images):,} faces)"
        )
    for attribute in attributes:
        audited.attribute_place(attribute)
    for network in networks:
        audited.check("network", network, audited.networks)
    view, problems = View.from_query((query or "").rpartition("?")[2].partition("#")[0], audited)
    if problems:  # another view than the link's would be exported
        raise InputError(f"--query: {' '.join(problems)}")
    conditions = view.conditions()
    check_conditions(audited, conditions)
    return Chosen(
        _named(audited, images) if images else _of_view(audited, view),
        tuple(dict.fromkeys(attributes)) or (view.attribute,),
        tuple(dict.fromkeys(networks)) or view.networks,
        conditions,
    )


def _of_view(audited: Audited, view: View) -> tuple[str, ...]:
    if view.face is not None:
        return (view.face,)
    scores = columns(audited, view.networks[0], view.attribute, view.conditions())
    places = chosen(scores, audited.images, view.choice())
    if not len(places):
        raise InputError("--query: the view that it leads to shows no face")
    return tuple(audited.images[place] for place in places.tolist())


def _named(audited: Audited, asked: Sequence[str]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for name in asked:
        for image in _names(audited, name):
            audited.place(image)
            found[image] = None
    return tuple(found)


def _names(audited: Audited, name: str) -> list[str]:
    if name in audited.places:
        return [name]
    if set("*?[") & set(name):
        fitting = [image for image in audited.images if fnmatchcase(image, name)]
        if not fitting:
            raise InputError(f"--images: found no face that fits {name!r}")
        return fitting
    file = Path(name)
    if not file.is_file():
        return [name]  # whoever looks it up says what is wrong
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        raise InputError(f"--images: {file}: expected a text file, a name in each line") from None
    names = [line.strip() for line in lines if line.strip()]
    if not names:
        raise InputError(f"--images: {file}: found no name in it")
    return names
