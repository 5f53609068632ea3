"""Grad-CAM maps of any network with a graph, by a second derivative of what follows the layer."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from difflib import get_close_matches
from functools import partial
from typing import Any, Final

import torch
from torch import Tensor, nn
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.nn.modules.batchnorm import _BatchNorm

from heed.base.errors import InputError
from heed.explain.hooks import exchanged, first_tensor, hooked
from heed.explain.layers import chosen_layers, seen_layers, unwrapped
from heed.explain.logits import Select, one_row_an_image, reader
from heed.explain.modes import evaluation_mode, recording
from heed.explain.other_network import as_grid
from heed.explain.outputs import places_of
from heed.explain.shapes import Reshape, reshaper
from heed.guidance.differentiation import gradcam_of, gradients_by, recorded
from heed.networks.other import OtherNetwork

AUTO: Final = "auto"


def layer_named(
    network: nn.Module,
    images: Tensor,
    layer: str | nn.Module | None,
    reshape: Reshape | None = None,
) -> str:
    """The name of the layer that maps are taken at.

    Args:
        network: any; it is asked about one image in eval mode, and left as it was.
        images: (B, 3, S, S) as it takes them.
        layer: a module or its name, which are checked; ``auto`` or None: that of an
            :class:`heed.networks.other.OtherNetwork`, or the last layer with a grid of more than
            one cell.
        reshape: as for :func:`heed.guidance.maps.guided_pass`.

    Raises:
        InputError: there is no such layer, it puts out no grid, or several are given.
    """
    if isinstance(network, OtherNetwork):
        layer = network.layer if layer is None else layer
        images = network.normalised(images)
    inner = _within(network)
    if not isinstance(layer, str | nn.Module | None):
        raise InputError(
            f"layer: found {layer!r}; expected one module, its name, or 'auto': maps that a loss "
            "is taken of lie at one layer"
        )
    choice = AUTO if layer is None else layer
    if isinstance(choice, str):
        choice = _own_name(network, inner, choice)
    # By auto no tokens: the last ones may lead nowhere.
    shape = reshaper(None) if choice == AUTO and reshape is None else _shape(reshape)
    with evaluation_mode(inner):
        seen, _ = seen_layers(inner, images[:1].detach(), shape)
    return chosen_layers(choice, inner, seen)[0].name


def other_pass(
    network: nn.Module,
    images: Tensor,
    outputs: Sequence[int],
    layer: str,
    reshape: Reshape | None = None,
    select: Select | None = None,
) -> tuple[Tensor, Tensor]:
    """Logits and signed maps of any network.

    A hook keeps what the layer puts out, and hands on a copy, on which what follows may work in
    place. The logits' gradients by it pass what follows the layer alone, and get a graph.

    Args:
        network: in any mode.
        images: (B, 3, S, S) as it takes them.
        outputs: T of them.
        layer: the name of a module; of an :class:`heed.networks.other.OtherNetwork` of one in it,
            with or without ``network.`` in front.
        reshape: as for :func:`heed.guidance.maps.guided_pass`.
        select: likewise.

    Returns:
        (B, A) and (B, T, h, w).

    Raises:
        InputError: the layer, the logits, or batch normalisation behind the layer do not fit.
    """
    inner = _within(network)
    layer = _own_name(network, inner, layer)
    module = _module(inner, layer)
    read = network.logits if isinstance(network, OtherNetwork) else reader(select)
    shape, again = _shape(reshape), torch.is_grad_enabled()
    found: list[Tensor] = []
    mixed: list[str] = []
    with ExitStack() as until_the_end:

        def keep(output: Any) -> Any:
            torch.set_grad_enabled(True)
            if not found:
                # The faster kernels of attention have no second derivative.
                until_the_end.enter_context(sdpa_kernel(SDPBackend.MATH))
            # Called several times, the last call counts.
            found[:], mixed[:] = [recorded(first_tensor(output, layer))], []
            return exchanged(output, found[0].clone())

        def note(name: str, _: Any) -> None:
            if found:
                mixed.append(name)

        until_the_end.enter_context(recording(again))
        hooks: list[tuple[nn.Module, Callable[[Any], Any]]] = [(module, keep)]
        hooks += [
            (each, partial(note, name))
            for name, each in inner.named_modules()
            if isinstance(each, _BatchNorm) and each.training and each is not module
        ]
        until_the_end.enter_context(hooked(hooks))
        logits = one_row_an_image(read(network(images)), images)
        _check(found, mixed, shape, layer)
        places = places_of(outputs, logits.shape[1])
        gradients = gradients_by(found[0], logits, places, layer, again=again)
        of_outputs = torch.stack([shape(each) for each in gradients])
        maps = gradcam_of(shape(found[0]), of_outputs)
    return logits, maps


def normalised_behind(network: nn.Module, images: Tensor, layer: str) -> list[nn.Module]:
    """Layers of batch normalisation that a network goes through behind a layer.

    Args:
        network: any; it is asked about one image in eval mode, and left as it was.
        images: (B, 3, S, S) as it takes them.
        layer: the name of a module.
    """
    if isinstance(network, OtherNetwork):
        images = network.normalised(images)
    inner = _within(network)
    module = _module(inner, layer)
    with evaluation_mode(inner):
        seen, _ = seen_layers(inner, images[:1].detach(), _shape(None))
    modules = [each.layer.module for each in seen]
    last = max((n for n, each in enumerate(modules) if each is module), default=len(modules))
    return [each for each in modules[last + 1 :] if isinstance(each, _BatchNorm)]


def _within(network: nn.Module) -> nn.Module:
    """The network in what wraps it."""
    return unwrapped(network.network if isinstance(network, OtherNetwork) else network)


def _own_name(network: nn.Module, inner: nn.Module, layer: str) -> str:
    """A layer's name in the network, where it is given with that of its wrapper."""
    modules = dict(inner.named_modules(remove_duplicate=False))
    if isinstance(network, OtherNetwork) and layer not in modules:
        return layer.removeprefix("network.")
    return layer


def _shape(reshape: Reshape | None) -> Callable[[Tensor], Tensor]:
    return as_grid if reshape is None else reshaper(reshape)


def _module(network: nn.Module, layer: str) -> nn.Module:
    modules = dict(network.named_modules(remove_duplicate=False))
    if layer not in modules or not layer:
        near = get_close_matches(layer, [name for name in modules if name], 1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise InputError(
            f"layer {layer!r}: {type(network).__name__} has no such layer{hint} "
            "(network.named_modules() lists them)"
        )
    return modules[layer]


def _check(
    found: Sequence[Tensor], mixed: Sequence[str], shape: Callable[[Tensor], Tensor], layer: str
) -> None:
    if not found:
        raise InputError(
            f"layer {layer!r}: the network did not call it; name a layer that its forward pass "
            "goes through"
        )
    features = shape(found[0])
    if features.ndim != 4:
        raise InputError(
            f"layer {layer!r} puts out {tuple(features.shape)}; expected features (B, C, h, w): "
            "name another layer, or say by reshape= how they lie"
        )
    if mixed:
        raise InputError(
            f"layer {layer!r}: behind it {', '.join(mixed)} normalise by the batch, so that the "
            "map of an image would depend on the others; expected batch normalisation in front of "
            "the layer only, or in eval mode there (module.eval())"
        )
