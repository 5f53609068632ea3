"""Which places belong to the outputs of a pipeline's stages.

DVC empties a stage's outputs before it runs the stage. A file of the user's that lies in one of
them, weights for instance, is gone before any stage could read it. ``dvc.yaml`` is read here as
plain YAML: importing DVC takes a second, and the inventory runs each time.
"""

import os
import re
from collections.abc import Iterator, Mapping
from itertools import starmap
from typing import Any, Final

from heed.pipeline.plan import output_entries, stage_entries

_TEMPLATE: Final = re.compile(r"\$\{[^}]*\}")
"""What DVC fills in, such as ``${item.model}``: a part of a path, without a slash."""

_LINKS_AT_MOST: Final = 40
"""Links to links are followed so far, as Linux does."""


def output_patterns(stage_file: str | os.PathLike[str] = "dvc.yaml") -> tuple[str, ...]:
    """The outputs of all stages, as they are written there, sorted.

    ``${...}`` becomes ``*``, which stands for any characters of one part of a path. A stage's
    ``wdir`` precedes its outputs. Without the file there are none.

    Args:
        stage_file: a pipeline's ``dvc.yaml``.

    Raises:
        StageFileError: if the file is not the YAML of a pipeline.
    """
    patterns = set()
    for stage in stage_entries(stage_file).values():
        for definition in (stage, stage.get("do")):  # foreach has the stage under do
            if isinstance(definition, dict):
                patterns |= set(_outputs_of(definition))
    return tuple(sorted(patterns))


def output_of(
    path: str | os.PathLike[str],
    stage_file: str | os.PathLike[str] = "dvc.yaml",
) -> str | None:
    """The output that a path lies at or in, as ``dvc.yaml`` has it; None for no output.

    A folder that an output lies in is none: DVC deletes no more of it than the output.

    Any spelling of a place counts: relative to the folder of the pipeline or absolute, with
    ``~``, ``.`` and ``..``, and by way of links.

    Args:
        path: of a file or folder, which need not exist.
        stage_file: a pipeline's ``dvc.yaml``; relative paths start at its folder.

    Raises:
        StageFileError: as :func:`output_patterns`.
    """
    folder = os.path.dirname(os.path.abspath(stage_file))
    places = list(_places(os.path.join(folder, os.path.expanduser(path))))
    for pattern in output_patterns(stage_file):
        for anchored in {os.path.normpath(os.path.join(folder, pattern)), _real(folder, pattern)}:
            if any(_lies_in(place, anchored) for place in places):
                return pattern
    return None


def _outputs_of(stage: Mapping[str, Any]) -> Iterator[str]:
    wdir = _TEMPLATE.sub("*", str(stage.get("wdir", ".")))
    for output in output_entries(stage):
        text = _TEMPLATE.sub("*", output)
        if "://" not in text:  # an output in the cloud holds no file of this machine
            yield os.path.normpath(os.path.join(wdir, text))


def _places(path: str) -> Iterator[str]:
    """The place that a path names, and those that it passes on the way through links."""
    for _ in range(_LINKS_AT_MOST):
        above, name = os.path.split(path.rstrip(os.sep) or os.sep)
        if name in ("", ".", ".."):
            break
        path = os.path.join(os.path.realpath(above), name)
        yield path
        if not os.path.islink(path):
            return
        path = os.path.join(os.path.dirname(path), os.readlink(path))
    yield os.path.realpath(path)


def _real(folder: str, pattern: str) -> str:
    """A pattern from the root on, with links followed in the parts before its first ``*``."""
    parts = os.path.join(folder, pattern).split(os.sep)
    fixed = next((n for n, part in enumerate(parts) if "*" in part), len(parts))
    return os.path.join(os.path.realpath(os.sep.join(parts[:fixed]) or os.sep), *parts[fixed:])


def _lies_in(place: str, pattern: str) -> bool:
    """Whether a place is what the pattern says, or in it."""
    parts, of_pattern = ([part for part in text.split(os.sep) if part] for text in (place, pattern))
    return len(parts) >= len(of_pattern) and all(
        starmap(_fits, zip(parts, of_pattern, strict=False))
    )


def _fits(part: str, pattern: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), part, re.DOTALL) is not None
