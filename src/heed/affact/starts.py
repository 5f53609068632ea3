"""Which trained weights a network can start from, and where it can have dropout."""

import os
from collections.abc import Mapping

from heed.affact.settings import ExtensionParams, NetworkParams
from heed.base.errors import InputError
from heed.base.settings import ParamsError
from heed.networks.new_layer import NewLayer
from heed.networks.settings import LEAKY


def check_start(
    key: str,
    network: str,
    start: str,
    new_layer: NewLayer,
    networks: Mapping[str, NetworkParams],
    path: str | os.PathLike[str] = "params.yaml",
) -> None:
    """Refuse a start from something that is no trained network, or not of the same kind.

    Args:
        key: of the entry, for messages.
        network: the architecture that starts.
        start: the entry of ``networks`` whose weights it starts from.
        new_layer: how a layer begins that these lack.
        networks: all entries of ``networks`` and ``extensions``.
        path: the parameter file, for messages.

    Raises:
        ParamsError: naming the key, what was found and what is allowed.
    """
    entry = networks.get(start)
    if entry is None or isinstance(entry, ExtensionParams):
        raise ParamsError(f"{path}: {key}.start: found {start!r}; expected a name of networks")
    extended = f"{entry.network}_ext"
    if network not in (entry.network, extended, f"{extended}{LEAKY}"):
        raise ParamsError(
            f"{path}: {key}.network is {network}, but it starts from {start}, whose network is "
            f"{entry.network}; expected {extended} or {extended}{LEAKY}"
        )
    if new_layer == "identity" and network == entry.network:
        raise ParamsError(
            f"{path}: {key}.new_layer is identity, but {network} has no layer that {start} lacks; "
            f"choose random, or the network {extended}"
        )


def check_dropout(
    key: str, network: str, dropout: float, path: str | os.PathLike[str] = "params.yaml"
) -> None:
    """Refuse dropout that has no layers to stand between.

    Args:
        key: of the entry, for messages.
        network: the architecture that is trained.
        dropout: of the entry.
        path: the parameter file, for messages.

    Raises:
        ParamsError: naming the key, what was found and what is allowed.
    """
    if dropout == 0:
        return
    import torch  # here: it takes seconds to import

    from heed.networks.catalogue import build
    from heed.networks.dropout import with_dropout

    with torch.device("meta"):  # layers without memory
        built = build(network, 1)
    try:
        with_dropout(built, dropout)
    except InputError as error:
        raise ParamsError(f"{path}: {key}.{error}") from None
