"""Copies of a network with random weights, as before any training."""

import copy
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from heed.base.errors import InputError

Order = Literal["full", "cascading", "independent"]
"""All layers at once; from the last one on one more each time; each alone."""


def randomised(
    network: nn.Module, order: Order, seed: int
) -> Iterator[tuple[tuple[str, ...], nn.Module]]:
    """Copies of a network in which layers have new random weights.

    A layer is a module that holds parameters itself; what parametrises it, such as a weight norm,
    belongs to it. Every floating-point parameter of a layer becomes random:

    - what its ``reset_parameters`` sets is as that leaves it: as torch draws or sets it before
      training (batch norms begin with ones and zeros, and forget their running statistics); for a
      parametrised weight, its originals are those of the weight that is drawn;
    - any other parameter, of modules without ``reset_parameters`` (the input projection of an
      attention, class tokens, positions, layer scales) or beside what it sets, is drawn from a
      normal distribution around 0 with the parameter's own root mean square. One that is 0
      everywhere so stays 0, and holds nothing to forget.

    Buffers that no ``reset_parameters`` sets stay.

    Args:
        network: stays as it is.
        order: which layers become random; they are taken in the order in which the network holds
            them, from the last one backwards, a module after the modules in it.
        seed: of the weights. torch's own generator is afterwards where it was.

    Returns:
        An iterator over the names of the layers, the last one first, and the copy; the name is
        empty for what the network holds beside its modules. A cascading copy is one network that
        goes on to change: use it before the next.

    Raises:
        ValueError: the network has no parameters or cannot be copied, or another order.

    Example:
        >>> network = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.Flatten(), nn.Linear(8, 2))
        >>> [layers for layers, _ in randomised(network, "cascading", seed=0)]
        [('3',), ('3', '0')]
    """
    if order not in ("full", "cascading", "independent"):
        raise InputError(f"order: found {order!r}; expected 'full', 'cascading' or 'independent'")
    names = _layers(network)
    if not names:
        raise InputError(
            f"network: no layer of {type(network).__name__} has weights; expected at least one, "
            "such as a convolution"
        )
    return _copies(network, names, order, seed)


def _copies(
    network: nn.Module, names: list[str], order: Order, seed: int
) -> Iterator[tuple[tuple[str, ...], nn.Module]]:
    if order == "independent":
        for number, name in enumerate(names):
            copied = _copy(network)
            _draw(copied, [name], seed + number)
            yield (name,), copied
        return
    copied = _copy(network)
    if order == "full":
        _draw(copied, names, seed)
        yield tuple(names), copied
        return
    for number, name in enumerate(names):
        _draw(copied, [name], seed + number)
        yield tuple(names[: number + 1]), copied


def _copy(network: nn.Module) -> nn.Module:
    """A copy; also where modules keep what they last computed, as an old-style weight norm does."""
    held = (value for module in network.modules() for value in vars(module).values())
    computed = {
        id(value): value.detach().clone()
        for value in held
        if isinstance(value, Tensor) and not value.is_leaf
    }
    try:
        return copy.deepcopy(network, computed)
    except (RuntimeError, TypeError) as error:
        raise InputError(
            f"network: {type(network).__name__} cannot be copied ({error}); expected a network "
            "that copy.deepcopy takes"
        ) from error


def _layers(network: nn.Module) -> list[str]:
    """The names of modules with parameters of their own, the last one first."""
    inner = {each for module in network.modules() for each in _parametrizations(module).modules()}
    return [
        name
        for name, module in network.named_modules()
        if module not in inner and any(True for _ in _own(module))
    ][::-1]


def _parametrizations(module: nn.Module) -> nn.ModuleDict:
    found: Any = module.parametrizations if parametrize.is_parametrized(module) else {}
    return found or nn.ModuleDict()


def _own(module: nn.Module) -> Iterator[tuple[str, nn.Parameter]]:
    yield from module.named_parameters(recurse=False)
    for name, parameter in _parametrizations(module).named_parameters():
        yield f"parametrizations.{name}", parameter


def _draw(network: nn.Module, names: list[str], seed: int) -> None:
    devices = {p.device for p in network.parameters() if p.device.type == "cuda"}
    with torch.random.fork_rng(list(devices)), torch.no_grad():
        torch.manual_seed(seed)
        for name in names:
            _draw_layer(network.get_submodule(name))


def _draw_layer(module: nn.Module) -> None:
    before = {name: (each, each._version, each.clone()) for name, each in _own(module)}
    reset = getattr(module, "reset_parameters", None)
    if callable(reset):
        with parametrize.cached():  # the weights that are drawn, not computed anew each time
            reset()
            drawn = {name: getattr(module, name).clone() for name in _parametrizations(module)}
        for name, weights in drawn.items():
            # Where a parametrisation cannot be turned back, its originals are drawn below.
            with suppress(NotImplementedError, RuntimeError, ValueError):
                setattr(module, name, weights)
    for name, parameter in _own(module):
        known, version, values = before.get(name, (None, 0, parameter))
        same = known is parameter and version == parameter._version and parameter.equal(values)
        if same and parameter.is_floating_point():
            parameter.normal_(
                std=parameter.double().square().sum().sqrt().item()
                / max(parameter.numel(), 1) ** 0.5
            )
