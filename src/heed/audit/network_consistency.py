"""Networks that Heed does not build itself, tried before anything runs that needs them.

The inventory runs at every ``dvc repro``, and torch takes seconds to import: what was found in
order once is known by what decides it, the code of a function among it, and not tried again.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, TypeAlias

from heed.audit.models import ModelParams
from heed.audit.tables.settings import CausalParams
from heed.base.errors import InputError
from heed.base.settings import ParamsError, load
from heed.celeba.attributes import ATTRIBUTE_COUNT
from heed.explain.settings import InferParams
from heed.geometry.settings import CropParams
from heed.networks.of_python import NetworkError, source_digest
from heed.networks.settings import PYTHON, is_other, mean_and_std

Tried: TypeAlias = dict[str, Any]
"""What decides how a network answers, and what was found: ``cells``, the side of its maps, and
``affine``, whether its head is affine behind the pooling."""

FOUND: Final = ("cells", "affine")

NOTED: Final = "other"
"""Where the notes of the inventory have it."""


class TriedNetworks:
    """Tries networks, and remembers those that an earlier inventory tried.

    Args:
        folder: the notes of the last inventory, JSON files; it need not exist.
        path: the parameter file.
    """

    def __init__(
        self, folder: str | os.PathLike[str], path: str | os.PathLike[str] = "params.yaml"
    ) -> None:
        self._path = path
        self._known = [note for file in Path(folder).rglob("*.json") for note in _noted(file)]

    def note(self, name: str, model: ModelParams, files: Mapping[str, str | None]) -> Tried | None:
        """Try the network of a model, and describe it by what decides how it answers.

        Args:
            name: of the model.
            model: its parameters.
            files: SHA-256 of the files that it names, by their parameters.

        Returns:
            None for one of Heed's own networks.

        Raises:
            ParamsError: naming the key, what was found and what to do.
        """
        if not is_other(model.network):
            return None
        key, size = f"models.{name}", load(CropParams, self._path).size
        try:
            source = source_digest(model.network) if model.network.startswith(PYTHON) else None
        except NetworkError as error:
            raise self._refused(f"{key}.network", error) from None
        decides: Tried = {
            "network": model.network,
            "source": source,
            **files,
            "weights_are": "train" if model.trained else "given",
            "layer": model.layer,
            "normalise": mean_and_std(model.network, model.normalise).model_dump(mode="json"),
            "size": size,
        }
        known = (note for note in self._known if _decisive(note) == decides)
        found = next(known, None) or decides | self._tried(key, model, size)
        self._check_fits(key, model, found)
        return found

    def _tried(self, key: str, model: ModelParams, size: int) -> Tried:
        import numpy as np  # here: these take seconds to import

        from heed.audit.network_answers import (
            check_logits,
            check_normalise,
            check_repeated,
            check_training,
        )
        from heed.audit.networks import to_train, with_given_weights
        from heed.explain.catalogue import METHODS
        from heed.explain.other_network import LayerError, OtherExplainer
        from heed.networks.other import OtherNetwork, check_answer
        from heed.networks.state import WeightsError

        try:
            network = to_train(model) if model.trained else with_given_weights(model, key)
            assert isinstance(network, OtherNetwork)
            check_answer(network, ATTRIBUTE_COUNT, size)
            check_logits(network, size)
            check_repeated(network, size)
            if model.file is not None:
                check_normalise(network, model.file)
            image = np.random.default_rng(0).integers(0, 256, (1, size, size, 3), np.uint8)
            methods = {"gradcam": METHODS["gradcam"]}
            explainer = OtherExplainer(network, methods, image, ATTRIBUTE_COUNT)
            if model.trained:
                check_training(network, ATTRIBUTE_COUNT, size)
        except NetworkError as error:
            raise self._refused(f"{key}.network", error) from error
        except LayerError as error:
            raise self._refused(f"{key}.layer", error) from error
        except InputError as error:
            raise self._refused(key, error) from error
        except WeightsError as error:
            of = "pretrained" if model.trained else "weights"
            told = str(error).startswith("params.yaml")
            raise ParamsError(str(error)) if told else self._refused(f"{key}.{of}", error) from None
        if model.trained and not any(p.requires_grad for p in network.parameters()):
            raise ParamsError(
                f"{self._path}: {key}.weights: found train, but no weight of {model.network} "
                "requires a gradient; set it to own, or let the function return a network that can "
                "be trained"
            )
        return {"cells": explainer.cells, "affine": explainer.affine}

    def _check_fits(self, key: str, model: ModelParams, found: Tried) -> None:
        """Refuse maps that other parameters ask too much of."""
        cells, methods = load(CausalParams, self._path).cells, load(InferParams, self._path).methods
        if cells >= found["cells"] ** 2:
            raise ParamsError(
                f"{self._path}: causal.cells: found {cells}, but the maps of {key} have "
                f"{found['cells'] ** 2} cells, of which some must be left: choose fewer, or "
                f"another {key}.layer"
            )
        if "cam" in methods and not found["affine"]:
            raise ParamsError(
                f"{self._path}: infer.methods: found cam, but the head of {key}, {model.network}, "
                "is not affine behind a pooling, so that it has no class activation map; take "
                "gradcam or hirescam"
            )

    def _refused(self, key: str, error: Exception) -> ParamsError:
        return ParamsError(f"{self._path}: {key}: {error}")


def _noted(file: Path) -> list[Tried]:
    """What one file of notes has of a network; nothing where it is damaged."""
    try:
        note = json.loads(file.read_text(encoding="utf-8")).get(NOTED)
    except (OSError, ValueError, AttributeError):
        return []
    return [note] if isinstance(note, dict) and set(FOUND) <= set(note) else []


def _decisive(note: Tried) -> Tried:
    return {name: value for name, value in note.items() if name not in FOUND}
