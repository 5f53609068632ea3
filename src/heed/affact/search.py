"""What the study's search starts from, and whether the two fit."""

import os
from typing import Any

from heed.affact.settings import ExtensionParams, NetworkParams, load_networks
from heed.affact.starts import check_dropout, check_start
from heed.base.settings import ParamsError, load
from heed.networks.settings import NetworkName
from heed.search.space import Choice, SearchParams, Start, choice_of, settings_of


def load_search(
    path: str | os.PathLike[str] = "params.yaml",
) -> tuple[SearchParams, NetworkParams]:
    """Read ``search`` and the entry of ``networks`` or ``extensions`` that it starts from.

    That the two fit is checked here and not with all the file: a network may be
    trained otherwise than a search would.

    Raises:
        ParamsError: for a value that is missing or out of range, a start from something that is
            no network, or a space without the base's own values.
    """
    search, networks = load(SearchParams, path), load_networks(path)
    if search.base not in networks:
        raise ParamsError(
            f"{path}: search.base: found {search.base!r}; expected a name of networks or "
            f"extensions: {', '.join(networks)}"
        )
    base = networks[search.base]
    dropout = base.dropout if isinstance(base, ExtensionParams) else 0.0
    for network, start in search.space.network.items():
        if isinstance(start, Start):
            key = f"search.space.network.{network}"
            check_start(key, network, start.start, start.new_layer, networks, path)
            check_dropout(f"extensions.{search.base}", network, dropout, path)
    default_choice(search, base)
    return search, base


def default_choice(search: SearchParams, base: NetworkParams) -> Choice:
    """Trial 0: the base's setting as a choice out of the space.

    Raises:
        ParamsError: for a space without the base's own values.
    """
    start: str | Start | None = base.pretrained
    if isinstance(base, ExtensionParams):
        start = Start(start=base.start, new_layer=base.new_layer)
    return choice_of(base.network, start, base.training, search.space)


def entry_of(choice: Choice, search: SearchParams, base: NetworkParams) -> dict[str, Any]:
    """A choice as an entry of params.yaml: of ``extensions`` if it has the key ``start``.

    Args:
        choice: of a trial.
        search: out of whose space it is.
        base: what is not searched.

    Returns:
        The content of the entry, as YAML has it.
    """
    network: NetworkName = choice["network"]  # type: ignore[assignment]
    start = search.space.network[network]
    from_trained = start.model_dump() if isinstance(start, Start) else {}
    kind = ExtensionParams if from_trained else NetworkParams
    return from_trained | {
        **base.model_dump(include=kind.model_fields.keys() - Start.model_fields.keys()),
        "network": network,
        "pretrained": None if isinstance(start, Start) else start,
        "published": None,
        "training": settings_of(choice, base.training).model_dump(),
    }
