"""Which trained networks and figures the study of attention has, as the explorer shows them."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from heed.attention import paths
from heed.attention.drawn_region import PARAMS
from heed.attention.run_settings import TuningParams, load_runs
from heed.base.errors import InputError
from heed.base.settings import load

ROLES: Final = ("before", "control", "after")
"""What a network is to a run, in the order in which they are shown."""


@dataclass(frozen=True)
class StudyNetworks:
    """Which trained networks of the study of attention there are.

    Attributes:
        start: the entry of ``networks`` that runs start from.
        control: the first run that no map has a part in; None where there is none.
        runs: those that lead maps, in the order of params.yaml.
        weights: by entry the files of its trainings by their seeds; empty of one that has not run.
    """

    start: str
    control: str | None
    runs: tuple[str, ...]
    weights: Mapping[str, Mapping[int, Path]]

    def roles(self, run: str) -> dict[str, str]:
        """By role the entry that has it, for a run; without the control where there is none.

        Raises:
            InputError: there is no such run.
        """
        if run not in self.runs:
            there = f"expected one of {', '.join(self.runs)}" if self.runs else "there is none"
            raise InputError(
                f"run: found {run!r}, which is none of the study's params.yaml; {there}"
            )
        named = {"before": self.start, "control": self.control, "after": run}
        return {role: name for role, name in named.items() if name is not None}

    def seed(self, run: str) -> int:
        """The first seed of which the network before and that after a run are there.

        That of the control is preferred to be there, too.

        Raises:
            InputError: there is none.
        """
        of = {role: self.weights[name] for role, name in self.roles(run).items()}
        both = sorted(set(of["before"]) & set(of["after"]))
        if not both:
            missing = [name for role, name in self.roles(run).items() if not of[role]]
            raise InputError(
                f"{run}: found no weights of {' and '.join(missing)}; run `dvc repro` in the study"
                if missing
                else f"{run} and {self.start}: found no training of the same seed; run `dvc repro` "
                "in the study"
            )
        return next((seed for seed in both if seed in of.get("control", {})), both[0])


def study_networks(study: str | os.PathLike[str]) -> StudyNetworks:
    """Which networks a study of attention has, as its params.yaml names them.

    Args:
        study: its folder, such as ``studies/attention``.

    Raises:
        ParamsError: its params.yaml is missing or damaged.
    """
    folder = Path(study)
    start, runs = load(TuningParams, folder / PARAMS).start, load_runs(folder / PARAMS)
    controls = [name for name, run in runs.items() if not run.guided]
    weights = {name: _weights(folder / paths.networks(name)) for name in (start, *runs)}
    guided = tuple(name for name, run in runs.items() if run.guided)
    return StudyNetworks(start, controls[0] if controls else None, guided, weights)


def study_figures(study: str | os.PathLike[str], pair: str) -> list[tuple[str, Path]]:
    """The study's own figures of a pair, where it has drawn them.

    Args:
        study: its folder.
        pair: such as ``box_Wearing_Hat``.

    Returns:
        What each shows, and its PNG file.
    """
    titles = {
        "examples": "Faces with the maps of each run",
        "averages": "Average maps of each run",
    }
    folder = Path(study, paths.PICTURES["faces"])
    found = [(title, folder / f"{kind}_{pair}.png") for kind, title in titles.items()]
    return [(title, file) for title, file in found if file.parent == folder and file.is_file()]


def _weights(folder: Path) -> dict[int, Path]:
    """Files by their seeds, the lowest first."""
    found = {int(file.stem): file for file in folder.glob("*.safetensors") if file.stem.isdecimal()}
    return dict(sorted(found.items()))
