"""What every network of an audit answers about an image of one's own, in one forward pass each."""

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final
from weakref import ref

import numpy as np
from numpy.typing import NDArray

from heed.audit import paths
from heed.audit.models import ModelParams
from heed.base.errors import HeedError
from heed.base.settings import load, load_entry
from heed.celeba.attributes import ATTRIBUTE_COUNT
from heed.explain.settings import InferParams
from heed.explorer.audited import Audited
from heed.explorer.remembered import Remembered
from heed.networks.settings import PYTHON

KEPT: Final = 256 * 2**20
"""Bytes of weights that stay in memory."""


@dataclass(frozen=True, eq=False)
class Answer:
    """What one network says of one image.

    Attributes:
        logits: (A,) float32.
        contribution: (A,) float32, the part of each that comes from the image; NaN where the head
            is not affine.
        maps: by method of ``infer.methods``, and those of -z as
            :func:`heed.explain.names.of_minus` has it, (A, h, w) float32.
    """

    logits: NDArray[np.float32]
    contribution: NDArray[np.float32]
    maps: Mapping[str, NDArray[np.float32]]


class OwnNetworks:
    """The networks of an audit, read when they are asked for the first time.

    They run on the CPU, in float32. What a file of weights says of a function in Python is run only
    where the model's own entry in params.yaml names one.

    Args:
        audited: the audit.
    """

    def __init__(self, audited: Audited) -> None:
        self._of = ref(audited)  # not held on to: what is kept for an audit goes with it
        self._kept: Remembered[Any] = Remembered(KEPT, _weight)
        self._turn = Lock()

    def answer(self, network: str, crop: NDArray[np.uint8]) -> Answer:
        """Ask one network.

        Args:
            network: model and replicate, such as ``balanced/1``.
            crop: (S, S, 3) uint8, RGB.

        Raises:
            HeedError: its weights are missing or damaged, or it answers with no finite number.
        """
        with self._turn:  # two threads in one network would meet each other's modes
            explainer = self._kept.of(network, lambda: self._explainer(network, crop))
            found = explainer(crop[None], 1)
        contribution = found.contribution[0]
        if not explainer.affine:
            contribution = np.full_like(contribution, np.nan)
        maps = {name: each[0] for name, each in found.maps.items()}
        return Answer(found.logits[0], contribution, maps)

    def _explainer(self, network: str, crop: NDArray[np.uint8]) -> Any:
        from heed.explain.catalogue import METHODS  # torch takes seconds
        from heed.explain.explainers import explainer_of
        from heed.networks.weights import load_network

        if (audited := self._of()) is None:
            raise RuntimeError("the audit whose networks are asked for is no more")
        audited.check("network", network, audited.networks)
        model, _, replicate = network.rpartition("/")
        file = audited.path / paths.networks(model) / f"{replicate}.safetensors"
        params = audited.path / "params.yaml"
        runs_python = load_entry(ModelParams, model, params).network.startswith(PYTHON)
        infer = load(InferParams, params)
        loaded = load_network(file, ATTRIBUTE_COUNT, run_python=runs_python)
        methods = {name: METHODS[name] for name in infer.methods}
        return explainer_of(loaded, methods, infer.layer, crop[None], ATTRIBUTE_COUNT)


def answers_of(
    networks: OwnNetworks, names: tuple[str, ...], crop: NDArray[np.uint8]
) -> tuple[dict[str, Answer], list[str]]:
    """What all networks answer; and a sentence for each that could not.

    Args:
        networks: to ask.
        names: their names.
        crop: (S, S, 3) uint8, RGB.
    """
    found, problems = {}, []
    for name in names:
        try:
            found[name] = networks.answer(name, crop)
        except HeedError as error:
            problems.append(f"{name} is left out: {error}")
    return found, problems


def _weight(explainer: Any) -> int:
    return sum(each.nbytes for each in explainer.network.state_dict().values())
