"""A region that somebody has drawn: the pair and the run that it becomes, and the study's start.

The command ``heed attention`` and whoever lets a box or a polygon be drawn on the template face
call :func:`start_with_region`. What is added goes to DVC as ``dvc exp run -S …``, which writes it
into params.yaml (comments stay) and records it with the results. Nothing else of params.yaml
changes, so that the stages of other runs do not run again.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

import yaml

from heed.attention.consistency import check_all
from heed.attention.run_settings import PairParams, RunParams
from heed.base.settings import ParamsError, load, read, validated
from heed.celeba.attributes import ATTRIBUTES
from heed.geometry.settings import CropParams
from heed.guidance.named_regions import Region
from heed.pipeline.setting import literal

PARAMS: Final = "params.yaml"

PAPERS_WEIGHTS: Final = (1.0, 5.0)
"""Of Yang et al. (2019), where no run of params.yaml has others."""

PREFIX: Final = "box_"
"""Begins the names of the pair and the run that a drawn region becomes."""


@dataclass(frozen=True)
class DrawnRegion:
    """A box or a polygon on the template face, and what is to be done with it.

    Attributes:
        attribute: whose maps are led to it.
        box: x0, y0, x1, y1 in pixels of the template's crop, x to the right, y down: of
            :func:`heed.guidance.template_face.template_landmarks` with the study's ``crop``. None:
            the polygon.
        confounder: None: that of the first pair of params.yaml with this attribute.
        loss: a name of :mod:`heed.guidance.losses`.
        weights: w_a of the BCE and w_g of the map loss; None: those of the first run that leads
            this attribute's maps, or any.
        polygon: x, y of its corners in the same pixels, in their order.
    """

    attribute: str
    box: Sequence[float] | None = None
    confounder: str | None = None
    loss: str = "iou"
    weights: Sequence[float] | None = None
    polygon: Sequence[Sequence[float]] | None = None

    @classmethod
    def of(
        cls,
        region: Region,
        study: str | os.PathLike[str],
        attribute: str | None = None,
        **options: Any,
    ) -> "DrawnRegion":
        """A named region (:mod:`heed.guidance.named_regions`), as the study's crop shows it.

        Args:
            region: any.
            study: the folder of the study.
            attribute: whose maps are led to it; None: the one that the region names.
            **options: ``confounder``, ``loss``, ``weights``.

        Raises:
            ParamsError: the region names several attributes, and none is given.
        """
        if attribute is None:
            if len(region.attributes) > 1:
                raise ParamsError(
                    f"--attribute: found none, and the region is of {', '.join(region.attributes)}"
                    "; expected one of them"
                )
            (attribute,) = region.attributes
        crop = load(CropParams, Path(study, PARAMS))
        corners = region.on_template(crop.size, crop.scale).round(6).tolist()
        (left, top), (right, bottom) = corners[0], corners[2]
        within = min(left, top) >= 0 and max(right, bottom) <= crop.size
        if region.kind == "box" and within:
            return cls(attribute, [left, top, right, bottom], **options)
        return cls(attribute, polygon=corners, **options)

    @property
    def pair(self) -> str:
        """What the pair is called."""
        return f"{PREFIX}{self.attribute}"

    @property
    def run(self) -> str:
        """What the run is called."""
        return f"{self.pair}_{self.loss}"


def added(params: Mapping[str, Any], region: DrawnRegion) -> dict[str, dict[str, Any]]:
    """What a drawn region adds to the parameters, or changes there.

    Args:
        params: all of them.
        region: that was drawn.

    Returns:
        By dotted key, ``pairs.<name>`` and ``runs.<name>``, the entry.

    Raises:
        ParamsError: an attribute that is none of CelebA's; no confounder is given, and there is no
            pair to take it from; or the entries are none.

    Example:
        >>> params = {"pairs": {}, "runs": {}}
        >>> region = DrawnRegion("Smiling", [80, 130, 144, 160], confounder="Male")
        >>> list(added(params, region))
        ['pairs.box_Smiling', 'runs.box_Smiling_iou']
    """
    for option, name in (("attribute", region.attribute), ("confounder", region.confounder)):
        if name is not None and name not in ATTRIBUTES:
            near = get_close_matches(name, ATTRIBUTES, 1)
            hint = f"did you mean {near[0]}?" if near else f"these are {', '.join(ATTRIBUTES)}"
            raise ParamsError(
                f"--{option}: found {name!r}, which is no attribute of CelebA's; {hint}"
            )
    pairs, runs = params.get("pairs") or {}, params.get("runs") or {}
    own = [name for name, pair in pairs.items() if pair.get("attribute") == region.attribute]
    confounder = region.confounder or (pairs[own[0]].get("confounder") if own else None)
    if confounder is None:
        raise ParamsError(
            f"--confounder: found none, and no pair of {region.attribute} in params.yaml to take "
            "it from; expected an attribute that it is confounded with, such as Smiling"
        )
    guided = [run for run in runs.values() if run.get("pairs")]
    leading = [run for run in guided if set(run["pairs"]) & set(own)] or guided
    weights = region.weights or (leading[0]["weights"] if leading else PAPERS_WEIGHTS)
    pair: dict[str, Any] = {
        "attribute": region.attribute,
        "confounder": confounder,
        "regions": None,
        "box": None if region.box is None else [float(edge) for edge in region.box],
    }
    if region.polygon is not None:
        pair["polygon"] = [[float(each) for each in corner] for corner in region.polygon]
    elif (pairs.get(region.pair) or {}).get("polygon") is not None:
        pair["polygon"] = None  # DVC would keep the one of before
    run: dict[str, Any] = {
        "pairs": [region.pair],
        "loss": region.loss,
        "weights": [float(weight) for weight in weights],
    }
    validated(PairParams, f"pairs.{region.pair}", pair, PARAMS)
    validated(RunParams, f"runs.{region.run}", run, PARAMS)
    return {f"pairs.{region.pair}": pair, f"runs.{region.run}": run}


def merged(params: Mapping[str, Any], found: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """All parameters with what :func:`added` gives; the argument does not change."""
    changed = dict(params)
    for key, entry in found.items():
        group, _, name = key.partition(".")
        changed[group] = {**(changed.get(group) or {}), name: entry}
    return changed


def arguments(found: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """What :func:`added` gives, as arguments of ``dvc exp run``."""
    return [part for key, entry in found.items() for part in ("-S", f"++{key}={literal(entry)}")]


def start_with_region(
    study: str | os.PathLike[str], region: DrawnRegion, *, dry_run: bool = False
) -> list[str]:
    """Add a drawn region to the parameters of the study, and start it; waits for its end.

    Args:
        study: the folder ``studies/attention`` of a clone.
        region: that was drawn.
        dry_run: start nothing, and change nothing.

    Returns:
        The command that was run, or would be, in that folder.

    Raises:
        ParamsError: the region does not fit the study; nothing is changed then.
        CalledProcessError: DVC could not do what it was asked for, or a stage failed.
    """
    folder = Path(study)
    params = read(folder / PARAMS)
    found = added(params, region)
    check(merged(params, found), folder)
    command = ["dvc", "exp", "run", *arguments(found)]
    if not dry_run:
        subprocess.run([sys.executable, "-m", *command], cwd=folder, check=True)
    return command


def check(params: Mapping[str, Any], folder: Path) -> None:
    """Check parameters before they are in the file.

    Raises:
        ParamsError: as :func:`heed.attention.consistency.check_all` does.
    """
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary, PARAMS)
        path.write_text(yaml.safe_dump(dict(params), sort_keys=False), encoding="utf-8")
        try:
            check_all(path, folder / "dvc.yaml")
        except ParamsError as error:
            raise ParamsError(str(error).replace(str(path), PARAMS)) from None
