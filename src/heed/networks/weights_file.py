"""Weights on disk: safetensors files that say which network they belong to.

A file holds the tensors under their published keys
(:meth:`heed.networks.network.Network.published_state`) and the metadata
``{"network": name}``. The same weights give the same bytes.
"""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from heed.base.files import written_whole
from heed.networks.state import State, WeightsError

IMPORT_REMEDY = "Make it with: heed import-weights FILE --network {network} -o OUT.safetensors"


METADATA: Final = "__metadata__"
"""Their key in the header of a safetensors file."""


def save_state(
    state: State,
    network: str,
    path: str | os.PathLike[str],
    *,
    guard: bool = True,
    more: Mapping[str, str] | None = None,
) -> None:
    """Write a state dict as safetensors that belongs to the network of this name.

    Args:
        state: what is written.
        network: its name, the metadata ``network``.
        path: of the file.
        guard: see :func:`heed.base.files.written_whole`.
        more: metadata beside the name.
    """
    # Contiguous copies: whatever memory format the weights have, the bytes are the same.
    tensors = {key: state[key].detach().cpu().contiguous() for key in sorted(state)}
    with written_whole(path, guard=guard) as partial:
        save_file(tensors, partial, metadata={"network": network, **(more or {})})
        if more:
            _order_metadata(partial)


def _order_metadata(path: Path) -> None:
    """Put the metadata of a file in their alphabetical order: safetensors writes them in any."""
    with path.open("r+b") as file:
        length = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(length))
        said = dict(sorted(header.pop(METADATA).items()))
        text = json.dumps({METADATA: said, **header}, ensure_ascii=False, separators=(",", ":"))
        file.seek(8)
        file.write(text.encode().ljust(length))  # as long as before: only the order changes


def read_state(path: str | os.PathLike[str]) -> tuple[dict[str, Tensor], str | None]:
    """Read a safetensors file: its tensors, and the network it says it belongs to.

    Raises:
        WeightsError: if the file is missing, damaged or of another format.
    """
    with _opened(path) as content:
        name = (content.metadata() or {}).get("network")
        return {key: content.get_tensor(key) for key in content.keys()}, name  # noqa: SIM118


def metadata_of(path: str | os.PathLike[str]) -> dict[str, str]:
    """What a safetensors file says beside its tensors.

    Raises:
        WeightsError: as :func:`read_state`.
    """
    with _opened(path) as content:
        return dict(content.metadata() or {})


@contextmanager
def _opened(path: str | os.PathLike[str]) -> Iterator[Any]:
    path = Path(os.path.expanduser(path))
    if not path.is_file():
        raise WeightsError(f"{path}: no such file; expected weights as .safetensors")
    try:
        with safe_open(path, framework="pt") as content:
            yield content
    except SafetensorError as error:
        raise WeightsError(f"{path}: {_what_else(path)} ({error})") from None


def is_pickle(path: Path) -> bool:
    """Whether a file begins like what ``torch.save`` writes, now or before PyTorch 1.6."""
    start = _start(path)
    return start.startswith((b"PK", b"\x80"))


def _start(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(24)


def _what_else(path: Path) -> str:
    if _start(path).startswith(b"version https://git-lfs"):
        return (
            "is a git-LFS pointer, which stands for the weights: fetch them with git lfs pull in "
            "the repository that the file is from"
        )
    if is_pickle(path):
        remedy = IMPORT_REMEDY.format(network="NAME").replace("FILE", str(path))
        return f"is a PyTorch pickle, not a safetensors file. {remedy}"
    return (
        f"is not a complete safetensors file: {path.stat().st_size} bytes that begin with "
        f"{_start(path)!r}. It is damaged, cut off or something else: fetch or make it again"
    )
