"""Which networks and runs there are, which pairs judge each, and what is held against what."""

import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from heed.attention.plans import judged_pairs
from heed.attention.run_settings import (
    PairParams,
    RunParams,
    TrainedParams,
    TuningParams,
    load_networks,
    load_pairs,
    load_runs,
)
from heed.base.names import readable
from heed.base.settings import load

KIND_WORDS: Final = {
    "pretrained": "Pre-trained",
    "none": "BCE alone",
    "iou": "IoU loss",
    "centre": "Centre loss",
    "energy": "Energy loss",
    "mouth_only": "Trained on mouths alone (N_o)",
    "mixture": "Trained on the mixture (N_w)",
}
"""Kinds of networks and runs in the order of tables; the paper has all but BCE alone and energy."""


@dataclass(frozen=True)
class Study:
    """The networks, runs and pairs of params.yaml. Networks and runs are both called runs here.

    Attributes:
        networks: trained from the start, by name.
        runs: fine-tunings, by name.
        pairs: by name.
        start: the network that every fine-tuning starts from: what was before.
    """

    networks: Mapping[str, TrainedParams]
    runs: Mapping[str, RunParams]
    pairs: Mapping[str, PairParams]
    start: str

    @property
    def names(self) -> list[str]:
        """Networks, then runs."""
        return [*self.networks, *self.runs]

    @property
    def guided(self) -> list[str]:
        """Runs that maps have a part in."""
        return [name for name, run in self.runs.items() if run.guided]

    @property
    def control(self) -> str | None:
        """What guided runs are held against: the first run of BCE alone, or None without any."""
        return next((name for name, run in self.runs.items() if not run.guided), None)

    def pairs_of(self, name: str) -> list[str]:
        """The pairs that a network or a run is judged by."""
        return list(judged_pairs(self.runs.get(name), self.pairs))

    def judged_by(self, pair: str) -> list[str]:
        """The networks and runs that a pair judges."""
        return [name for name in self.names if pair in self.pairs_of(name)]

    def guided_by(self, pair: str) -> list[str]:
        """The guided runs among them."""
        return [name for name in self.guided if pair in self.pairs_of(name)]

    def own_attributes(self, name: str) -> list[str]:
        """The attributes whose maps lead a run; none for a network or a control."""
        run = self.runs.get(name)
        return [self.pairs[pair].attribute for pair in run.pairs] if run else []

    def pair_label(self, pair: str) -> str:
        """What a pair is called: its attribute, with its own name where several pairs have that.

        Example:
            >>> pair = PairParams(attribute="Big_Nose", confounder="Male", regions=["nose"])
            >>> Study({}, {}, {"nose": pair}, "plain").pair_label("nose")
            'Big Nose'
            >>> Study({}, {}, {"nose": pair, "box_nose": pair}, "plain").pair_label("box_nose")
            'Big Nose (box nose)'
        """
        attribute = self.pairs[pair].attribute
        several = sum(other.attribute == attribute for other in self.pairs.values()) > 1
        return f"{readable(attribute)} ({readable(pair)})" if several else readable(attribute)

    @property
    def comparisons(self) -> list[tuple[str, str]]:
        """What is held against what: every run against the start, guided ones against the control.

        Other networks are held against the start as well.
        """
        found = []
        for name in self.names:
            if name != self.start:
                found.append((name, self.start))
            if name in self.guided and self.control is not None:
                found.append((name, self.control))
        return found

    def kind(self, name: str) -> str:
        """A key of :data:`KIND_WORDS`, or another name of a loss or a set of images."""
        if name == self.start:
            return "pretrained"
        return self.runs[name].loss if name in self.runs else self.networks[name].of

    @cached_property
    def labels(self) -> dict[str, str]:
        """What each network and run is called in tables, figures and on the page.

        A run is called by its loss, and by its own name too where a pair has two of that loss.
        """
        found = {}
        for name in self.names:
            words = KIND_WORDS.get(self.kind(name), readable(self.kind(name)))
            alike = Counter(
                self.kind(other) for pair in self.pairs_of(name) for other in self.judged_by(pair)
            )
            several = alike[self.kind(name)] > len(self.pairs_of(name))
            found[name] = f"{words}: {readable(name)}" if several else words
        return found

    def full_label(self, name: str) -> str:
        """The same with the pairs that lead a run, where pairs are not told apart by a heading.

        Example:
            >>> pair = PairParams(attribute="Bald", confounder="Male", regions=["face"])
            >>> run = RunParams(pairs=["bald"], loss="iou", weights=[1, 5])
            >>> start = TrainedParams(of="original")
            >>> study = Study({"plain": start}, {"bald_iou": run}, {"bald": pair}, "plain")
            >>> study.full_label("bald_iou"), study.full_label("plain")
            ('IoU loss (bald)', 'Pre-trained')
        """
        run = self.runs.get(name)
        pairs = ", ".join(readable(pair) for pair in run.pairs) if run else ""
        return f"{self.labels[name]} ({pairs})" if pairs else self.labels[name]


def read_study(path: str | os.PathLike[str] = "params.yaml") -> Study:
    """That of a parameter file."""
    start = load(TuningParams, path).start
    return Study(load_networks(path), load_runs(path), load_pairs(path), start)
