"""Finding the weights of one network in whatever was saved around them.

People save state dicts, checkpoints with one in them, whole networks, and networks within
wrappers, each of which puts a prefix before the names of the layers: ``module.`` of DataParallel,
``_orig_mod.`` of torch.compile, ``model.`` of a Lightning module. So all that a file holds is laid
out flat, every tensor under its path (``state_dict.model.conv1.weight``), and the network is where
all of its keys are found behind one prefix, whatever that is.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import torch
from torch import Tensor, nn

from heed.importing.pickles import RefusedError, Stub, is_network, state_of
from heed.networks.state import NAMED_AT_MOST, WeightsError, is_plain

MOST_LEAVES: Final = 200_000
"""More than any checkpoint has; one that nests the same parts in each other over and over does."""


@dataclass(frozen=True)
class Leaf:
    """Something in a file that holds nothing more: a tensor, a number, a path."""

    value: Any
    container: str
    """The path of the mapping, list or network that it stands in, with a dot behind, or empty."""


@dataclass(frozen=True)
class Found:
    """The weights of one network within a file."""

    state: dict[str, Tensor]
    """By the names that the network's own layers have, extra ones beside them included."""
    prefix: str
    """What stood before these names, such as ``state_dict.model.``."""
    others: tuple[str, ...]
    """What else the file holds, in its order; a whole branch of it by the name of the branch."""


class AmbiguousError(WeightsError):
    """A file holds a network several times, with different weights."""


def leaves_of(content: Any) -> dict[str, Leaf]:
    """All that a file holds, by path; names and positions are joined by dots.

    What is in the file twice under one identity is listed where it is met first, except for the
    modules of a network.

    Raises:
        RefusedError: for more than :data:`MOST_LEAVES`, and for a network that contains itself.
    """
    leaves: dict[str, Leaf] = {}
    seen: set[int] = set()
    # Depth first, in the file's order; a stack, since nesting has no bound in a file of a stranger.
    waiting = [("", "", content)]
    while waiting:
        path, container, value = waiting.pop()
        parts = _parts(value)
        if parts is None:
            leaves[path] = Leaf(value, container)
        elif id(value) not in seen:
            seen.add(id(value))
            within = f"{path}." if path else ""
            children = [(f"{within}{name}", within, part) for name, part in parts]
            waiting.extend(reversed(children))
        if len(leaves) + len(waiting) > MOST_LEAVES:
            raise RefusedError(f"it holds more than {MOST_LEAVES} values")
    return leaves


def _parts(value: Any) -> Iterable[tuple[str, Any]] | None:
    if isinstance(value, nn.Module):
        return value.state_dict().items()
    if is_network(value):
        return state_of(value, most=MOST_LEAVES).items()
    if isinstance(value, Stub):
        return value.__dict__.items() or None
    if isinstance(value, Mapping):
        return [(str(name), part) for name, part in value.items()]
    if isinstance(value, list | tuple) and not isinstance(value, torch.Size):
        return [(str(position), part) for position, part in enumerate(value)]
    return None


def find_network(
    leaves: Mapping[str, Leaf], names: Mapping[str, str], needed: set[str], prefix: str | None
) -> Found:
    """The weights that stand behind the prefix under which most of a network's keys are.

    Args:
        leaves: all that the file holds, see :func:`leaves_of`.
        names: every name that a key of the network may have in a file, and the key.
        needed: the keys that a complete network has.
        prefix: the one to look behind; None finds it.

    Returns:
        Among ``state`` also tensors that the network does not have, where they stand in the same
        container: they may be a sign that it is another network.

    Raises:
        AmbiguousError: if two places hold all needed keys with different values.
    """
    hits = _hits(leaves, names)
    if prefix is None:
        prefix = _best_prefix(leaves, hits, needed)
    taken = hits.get(prefix, {})
    containers = {leaves[path].container for path in taken.values()} or {prefix}
    state = {key: leaves[path].value for key, path in taken.items()}
    used = set(taken.values())
    for path, leaf in leaves.items():
        beside = path.startswith(prefix) and leaf.container in containers and path not in used
        if beside and isinstance(leaf.value, Tensor):
            state.setdefault(path.removeprefix(prefix), leaf.value)
            used.add(path)
    others = dict.fromkeys(_branch(path, prefix) for path in leaves if path not in used)
    return Found(state, prefix, tuple(others))


def _hits(leaves: Mapping[str, Leaf], names: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """By prefix: the network's keys that are found behind it, and their whole paths."""
    most_dots = max((name.count(".") for name in names), default=0)
    hits: dict[str, dict[str, str]] = {}
    for path, leaf in leaves.items():
        if not isinstance(leaf.value, Tensor):
            continue
        for name in _endings(path, most_dots):
            if name in names:
                prefix = path[: len(path) - len(name)]
                hits.setdefault(prefix, {}).setdefault(names[name], path)
    return hits


def _endings(path: str, most_dots: int) -> Iterator[str]:
    """``c``, ``b.c`` and so on of ``a.b.c``."""
    end = len(path)
    for _ in range(most_dots + 1):
        dot = path.rfind(".", 0, end)
        yield path[dot + 1 :]
        if dot < 0:
            return
        end = dot


def _best_prefix(
    leaves: Mapping[str, Leaf], hits: Mapping[str, Mapping[str, str]], needed: set[str]
) -> str:
    if not hits:
        return _common_prefix([path for path in leaves if isinstance(leaves[path].value, Tensor)])
    complete = [prefix for prefix, taken in hits.items() if needed <= taken.keys()]
    first = complete[0] if complete else ""
    if any(_differ(leaves, hits[first], hits[other]) for other in complete[1:]):
        places = ", ".join(repr(prefix) for prefix in complete[:NAMED_AT_MOST])
        raise AmbiguousError(
            f"holds the network {len(complete)} times with different weights, behind {places}. "
            "Say which is meant with --prefix"
        )
    return first if complete else max(hits, key=lambda prefix: len(hits[prefix]))


def _differ(leaves: Mapping[str, Leaf], first: Mapping[str, str], other: Mapping[str, str]) -> bool:
    shared = [key for key in first if key in other and first[key] != other[key]]
    pairs = ((leaves[first[key]].value, leaves[other[key]].value) for key in shared)
    return any(
        not (is_plain(one) and is_plain(two) and one.shape == two.shape and torch.equal(one, two))
        for one, two in pairs
    )


def _branch(path: str, prefix: str) -> str:
    """Where a path leaves the one to the network: ``optimizer`` of ``optimizer.state.0``."""
    parts, towards = path.split("."), prefix.split(".")
    shared = 0
    while shared < min(len(parts) - 1, len(towards)) and parts[shared] == towards[shared]:
        shared += 1
    return ".".join(parts[: shared + 1])


def _common_prefix(paths: list[str]) -> str:
    if not paths:
        return ""
    first, last = min(paths), max(paths)  # what these share, all share
    shared = 0
    while shared < min(len(first), len(last)) and first[shared] == last[shared]:
        shared += 1
    return first[: first.rfind(".", 0, shared) + 1]
