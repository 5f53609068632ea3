"""Weights files that parameters name, opened before anything runs that needs them.

The inventory runs at every ``dvc repro``, and torch takes seconds to import: a file whose content
was found in order once is known by its SHA-256 and not opened again.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from heed.base.settings import ParamsError, named_file_digest

if TYPE_CHECKING:
    from heed.networks.network import Network

Role = Literal["weights", "pretrained"]
"""What a file is for: the weights of a network, or those that its training starts from."""

Note: TypeAlias = dict[str, str]
"""A file that is in order: ``network`` and ``sha256``."""

ROLES: Final[tuple[Role, ...]] = ("weights", "pretrained")


class NamedWeights:
    """Checks named files, and remembers those that an earlier inventory found in order.

    Args:
        outputs: the number of logits that networks must have.
        folder: the notes of the last inventory, JSON files with a :data:`Note` or null under
            the keys of :data:`ROLES`. It need not exist.
    """

    def __init__(self, outputs: int, folder: str | os.PathLike[str]) -> None:
        self._outputs = outputs
        self._known = {
            (role, *note)
            for path in Path(folder).rglob("*.json")
            for role, *note in _notes_in(path)
        }

    def note(self, file: str | None, key: str, network: str, role: Role) -> Note | None:
        """Check a file, and describe it by its content: a new file of an old name is a change.

        Args:
            file: the parameter's value; None gives None.
            key: the parameter, for messages, e.g. ``models.balanced.weights``.
            network: the network that it is for.
            role: what it is for.

        Raises:
            ParamsError: if there is no such file, or it is not the weights of this network with
                all keys and shapes and finite values; the message names the key, the file and
                a remedy.
        """
        if file is None:
            return None
        digest = self._digest(file, key, network, role)
        if (role, network, digest) not in self._known:
            _open(file, key, network, role, self._outputs)
            self._known.add((role, network, digest))
        return {"network": network, "sha256": digest}

    def _digest(self, file: str, key: str, network: str, role: Role) -> str:
        try:
            digest = named_file_digest(file, key)
        except ParamsError as error:
            if role == "weights":
                raise
            raise ParamsError(f"{error}. {_how_to_get(file, network)}") from None
        assert digest is not None
        return digest


def _notes_in(path: Path) -> list[tuple[str, str, str]]:
    """The notes in one file as role, network, SHA-256; damaged ones are none."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    if not isinstance(content, dict):
        return []
    notes: dict[str, Any] = {role: content.get(role) for role in ROLES}
    return [
        (role, str(note.get("network")), str(note.get("sha256")))
        for role, note in notes.items()
        if isinstance(note, Mapping)
    ]


def _open(file: str, key: str, network: str, role: Role, outputs: int) -> None:
    from heed.networks.state import WeightsError  # here: torch takes seconds to import
    from heed.networks.weights import check_start

    try:
        if role == "pretrained":
            check_start(file, network)
        else:
            load_given(file, key, network, outputs)
    except WeightsError as error:
        message = str(error)
        raise ParamsError(
            message if message.startswith("params.yaml") else f"params.yaml: {key}: {message}"
        ) from None


def load_given(file: str, key: str, network: str, outputs: int) -> "Network":
    """Read the weights that a parameter names.

    Args:
        file: the parameter's value.
        key: the parameter, ``<entry>.weights``.
        network: ``<entry>.network``.
        outputs: the number of logits that it must have.

    Raises:
        WeightsError: as :func:`heed.networks.weights.load_network`, and for another network.
    """
    from heed.networks.state import WeightsError
    from heed.networks.weights import load_network

    found = load_network(file, outputs)
    if found.name != network:
        entry = key.rpartition(".")[0]
        raise WeightsError(
            f"params.yaml: {key}: {file} holds the weights of {found.name}, but {entry}.network "
            f"is {network}; make them agree"
        )
    return found


def _how_to_get(file: str, network: str) -> str:
    from heed.networks.state import WeightsError
    from heed.networks.weights import check_pretrained

    try:
        check_pretrained(file, network)
    except WeightsError as error:
        return str(error)
    return ""
