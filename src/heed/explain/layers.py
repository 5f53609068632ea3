"""Which layer maps are taken at."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from typing import Any, Final

from torch import Tensor, nn

from heed.base.errors import InputError
from heed.explain.hooks import hooked
from heed.explain.modes import recording
from heed.explain.split import Layer

LayerChoice = str | nn.Module | Sequence[str | nn.Module]
"""A module, its name, several of either, or ``auto``."""

NO_FEATURES: Final = (
    nn.AdaptiveAvgPool2d, nn.AdaptiveMaxPool2d, nn.Dropout, nn.Dropout2d, nn.Identity,
)  # fmt: skip
"""Layers that ``auto`` passes over: they only hand on, or mix, the features before them."""

NAME_IT: Final = (
    "name the layer that is meant. In heed.explain say for tokens (N, T, D) by reshape= how they "
    "lie, as in layer='encoder.layers.11.ln_1', reshape='tokens'; in params.yaml set "
    "models.<name>.layer, as in layer: encoder.layers.11.ln_1"
)
"""What to do where ``auto`` finds none: the audit has no reshape=, and takes tokens by itself."""


MANY: Final = 8
"""Layers with weights that no head has behind the features, where they are most of the network."""


@dataclass(frozen=True)
class Seen:
    """A module that was called in a pass, with the features that it put out, if any.

    Args:
        layer: with the number of calls up to this one.
        shape: (B, C, h, w), or None where its output is no grid.
    """

    layer: Layer
    shape: tuple[int, ...] | None


def seen_layers(
    network: nn.Module, image: Tensor, shape: Callable[[Tensor], Tensor]
) -> tuple[list[Seen], Any]:
    """Run a network once, and note each of its modules when it is done.

    Args:
        network: in eval mode.
        image: (1, ...).
        shape: from what a layer puts out to features (B, C, h, w).

    Returns:
        The modules in the order in which they finished, and what the network returned.
    """
    seen: list[Seen] = []
    calls: dict[nn.Module, int] = {}

    def note(name: str, module: nn.Module, output: Any) -> None:
        calls[module] = calls.get(module, 0) + 1
        seen.append(Seen(Layer(name, module, calls[module]), _grid(output, shape)))

    named = list(network.named_modules())[1:]  # the first is the network itself
    with hooked((module, partial(note, name, module)) for name, module in named), recording(False):
        answer = network(image.clone())  # some networks work on their images in place
    return seen, answer


def chosen_layers(choice: LayerChoice, network: nn.Module, seen: Sequence[Seen]) -> list[Layer]:
    """The layers that a user means.

    Args:
        choice: a module, its name, several of either, or ``auto``: the last one that puts out a
            grid of more than one cell.
        network: whose modules they are.
        seen: the modules that a pass went through.

    Raises:
        ValueError: a layer is not in the network, was not called, or puts out no grid.
    """
    if isinstance(choice, str) and choice == "auto":
        return [_last_with_a_grid(seen)]
    several = [choice] if isinstance(choice, str | nn.Module) else choice
    if not (
        isinstance(several, Sequence | nn.ModuleList)
        and several
        and all(isinstance(each, str | nn.Module) for each in several)
    ):
        raise InputError(
            f"layer: found {choice!r}; expected a module, its name, 'auto', or a list of layers"
        )
    return [_layer(each, network, seen) for each in several]


def by_name(choice: LayerChoice, network: nn.Module) -> LayerChoice:
    """The same choice for a copy of the network: modules of it by their names."""
    if isinstance(choice, nn.Module):
        module = unwrapped(choice)
        names = (name for name, each in network.named_modules() if each is module)
        return next(names, None) or choice
    if isinstance(choice, str) or not isinstance(choice, Sequence | nn.ModuleList):
        return choice
    return [name for each in choice if isinstance(name := by_name(each, network), str | nn.Module)]


def _last_with_a_grid(seen: Sequence[Seen]) -> Layer:
    for number, each in reversed(list(enumerate(seen))):
        grid = each.shape[2:] if each.shape else (1, 1)
        if grid[0] * grid[1] > 1 and not isinstance(each.layer.module, NO_FEATURES):
            _check_is_late(seen, number)
            return each.layer
    raise InputError(
        "layer 'auto': no layer of the network puts out a grid (N, C, h, w) of more than one cell; "
        f"{NAME_IT}"
    )


def _check_is_late(seen: Sequence[Seen], number: int) -> None:
    """Refuse what only looks like the last features: the embedding of patches in a transformer."""
    behind, in_all = (
        sum(1 for each in some if any(True for _ in each.layer.module.parameters(recurse=False)))
        for some in (seen[number + 1 :], seen)
    )
    if behind >= MANY and behind > in_all / 2:
        name = seen[number].layer.name
        raise InputError(
            f"layer 'auto': {name!r} is the last that puts out a grid (N, C, h, w), but {behind} "
            f"of {in_all} layers with weights come behind it; {NAME_IT}"
        )


def _layer(choice: str | nn.Module, network: nn.Module, seen: Sequence[Seen]) -> Layer:
    if isinstance(choice, nn.Module):
        module = unwrapped(choice)
        names = [name for name, each in network.named_modules() if each is module]
        if not names or not names[0]:
            raise InputError(
                f"layer: {type(choice).__name__} is not a layer of {type(network).__name__}; "
                "expected one of its modules, or the name of one"
            )
        name = names[0]
    else:
        modules = dict(network.named_modules(remove_duplicate=False))
        name = choice
        for prefix in WRAPPERS:
            if name not in modules:
                name = name.removeprefix(f"{prefix}.")
        if name not in modules or not name:
            near = get_close_matches(choice, [name for name in modules if name], 1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise InputError(
                f"layer {choice!r}: {type(network).__name__} has no such layer{hint} "
                "(model.named_modules() lists them)"
            )
        module = unwrapped(modules[name])
    calls = [each for each in seen if each.layer.module is module]
    if not calls:
        raise InputError(
            f"layer {name!r}: the network did not call it; name a layer that its forward pass "
            "goes through"
        )
    if calls[-1].shape is None:
        raise InputError(
            f"layer {name!r} puts out no grid of features (N, C, h, w); name another layer "
            "(models.<name>.layer in params.yaml), or say to heed.explain by reshape= how its "
            "tokens lie: 'tokens', 'channels_last', or a function"
        )
    return Layer(name, module, calls[-1].layer.calls)


WRAPPERS: Final = ("module", "_orig_mod")
"""Where DataParallel and its kin, and torch.compile, keep the network that they wrap."""


def unwrapped(network: nn.Module) -> nn.Module:
    """The network itself, from within DataParallel, DistributedDataParallel or torch.compile."""
    while True:
        parallel = isinstance(network, nn.DataParallel | nn.parallel.DistributedDataParallel)
        inner = network.module if parallel else getattr(network, "_orig_mod", None)
        if not isinstance(inner, nn.Module):
            return network
        network = inner


def _grid(output: Any, shape: Callable[[Tensor], Tensor]) -> tuple[int, ...] | None:
    if isinstance(output, tuple | list) and output:
        output = output[0]
    if not isinstance(output, Tensor) or not output.is_floating_point():
        return None
    try:
        features = shape(output)
    except (RuntimeError, ValueError, IndexError, TypeError):
        return None
    return tuple(features.shape) if isinstance(features, Tensor) and features.ndim == 4 else None
