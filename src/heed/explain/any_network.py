"""Maps of all outputs of any network, in one call: :func:`heed.explain`."""

import copy
import inspect
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from heed.base.errors import InputError
from heed.explain.catalogue import METHODS
from heed.explain.devices import check_precision, computing, device_named
from heed.explain.eager import eager
from heed.explain.engine import Engine, Part
from heed.explain.images import EMPTY, device_of, in_batches, named_images
from heed.explain.layers import LayerChoice, by_name, chosen_layers, seen_layers, unwrapped
from heed.explain.logits import Select, one_row_an_image, reader
from heed.explain.measured_placement import measured_placement
from heed.explain.method import Method, PassMethod
from heed.explain.modes import evaluation_mode, turn_of
from heed.explain.names import Precision
from heed.explain.outputs import check_names, places_of
from heed.explain.package import PREFIX, package_method
from heed.explain.placement import Placement, PlacementError
from heed.explain.receptive_field import receptive_field
from heed.explain.result import Explanation, LayerMaps
from heed.explain.shapes import Reshape, reshaper
from heed.explain.split import MEMORY, CallsError, Layer, Split

log = logging.getLogger(__name__)


def explain(
    model: nn.Module,
    images: Any,
    method: str = "gradcam",
    *,
    layer: LayerChoice = "auto",
    outputs: Sequence[int] | None = None,
    names: Sequence[str] | None = None,
    select: Select | None = None,
    reshape: Reshape | None = None,
    preprocess: Callable[[Tensor], Tensor] | None = None,
    batch_size: int = 32,
    memory: int = MEMORY,
    device: str | torch.device | None = None,
    precision: Precision = "float32",
    options: Mapping[str, Any] | None = None,
) -> Explanation:
    """Explain every output of a network for every image: class activation maps.

    One forward pass a batch: the network is cut at the layer, and only the part behind it is
    differentiated, for all outputs at once; where that part is affine behind the pooling, not even
    that. The network is run in eval mode; modes, gradients and hooks are afterwards as they were.
    Calls on one network from several threads take turns; ``torch.autocast`` is off within.

    Args:
        model: any torch module whose answer holds logits (N, A). Wrappers (DataParallel,
            ``torch.compile``) are looked through.
        images: as the network takes them, (N, C, H, W): a tensor, an array, or a loader of such
            batches. 8-bit ones, (N, C, H, W) or (N, H, W, C), become 0..1 first.
        method: a name of :data:`heed.explain.catalogue.METHODS`, or ``package:NAME`` for a class of
            the grad-cam package, one output at a time: slow.
        layer: a module, its name, several of them (their maps are averaged by
            :meth:`heed.explain.result.Explanation.pixels`), or ``auto``: the last layer with a grid
            of more than one cell. The result says which.
        outputs: which outputs; by default all.
        names: of these outputs.
        select: where the logits are in the network's answer, if it is no tensor: a key or
            attribute, a place in a tuple, or a function of the answer.
        reshape: how the layer's output becomes (N, C, h, w): ``tokens`` for (N, T, D), of which the
            last h * h are a square grid, ``channels_last`` for (N, h, w, C), or a function.
        preprocess: what is done to a batch before the network sees it, such as normalising.
        batch_size: how many images pass at once.
        memory: bytes that gradients may take; outputs are differentiated in chunks that fit.
        device: where to compute: ``auto``, ``cpu``, ``cuda``, ``cuda:N`` or ``mps``; by default
            where the model is. For another one the model is copied. Images go there batch by batch.
        precision: of what comes before the layer: ``float32`` (that of the weights, without TF32),
            ``tf32``, ``bfloat16`` or ``float16`` where the device has it. Head and maps are
            float32, and so is all where a method differentiates by the images.
        options: of the method, such as ``{"masks": 4000}`` for ``rise``.

    Returns:
        An :class:`heed.explain.result.Explanation`: maps (N, A, h, w) float32, signed and raw,
        logits (N, A), and, where the head is affine behind the pooling, contribution (N, A) and
        bias (A,).

    Raises:
        ValueError: what was given does not fit; the message names it.

    Example:
        >>> import heed, torch
        >>> from torch import nn
        >>> network = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(),
        ...                         nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 5))
        >>> result = heed.explain(network, torch.rand(2, 3, 16, 16), method="hirescam")
        >>> result.layer, result.maps.shape
        ('1', (2, 5, 16, 16))
        >>> bool((abs(result.maps.sum((2, 3)) - result.contribution) < 1e-5).all())
        True
    """
    if not isinstance(model, nn.Module):
        raise InputError(f"model: found {type(model).__name__}; expected a torch.nn.Module")
    for name, number in (("batch_size", batch_size), ("memory", memory)):
        if not isinstance(number, int | np.integer) or number < 1:
            raise InputError(f"{name}: found {number!r}; expected a whole number from 1 on")
    if isinstance(model, torch.jit.ScriptModule):
        raise InputError(
            "model: found TorchScript, whose layers take no hooks; give the module it was made of"
        )
    network, chosen = unwrapped(model), _method(method, options)
    with turn_of(network):
        place = own = device_of(network)
        if device is not None and (place := device_named(device)) != own:
            layer = by_name(layer, network)
            network = copy.deepcopy(network).to(place)
        check_precision(precision, place)

        def ready(few: Tensor) -> Engine:
            split = _split(network, few, layer, outputs, names, select, reshape)
            split = replace(split, memory=memory, precision=precision)
            ask = len(split.layers) == 1 and reshape is None
            return Engine(split, chosen, None, dict(options or {}), batch_size, ask)

        engine: Engine | None = None
        parts: list[Part] = []
        finish: Callable[[], Part] | None = None  # of the batch before: a GPU is at it
        image = torch.empty(0)
        with evaluation_mode(network), eager(network), computing(place):
            for batch in in_batches(images, network, batch_size, preprocess):
                size, before = batch.shape[-2:], image.shape[-2:]
                if finish is not None and size != before:
                    raise InputError(
                        f"images: found {before[0]}x{before[1]} and then {size[0]}x{size[1]}; "
                        "expected one size: explain those of each size in a call of their own"
                    )
                image = batch[:1]
                if engine is None or finish is None:
                    with named_images(network, batch):
                        engine, finish = _begun(ready, batch)
                    continue
                begun = engine.begin(batch)
                parts.append(finish())
                finish = begun
            if engine is None or finish is None:
                raise InputError(EMPTY)
            parts.append(finish())
    kept = images if isinstance(images, Tensor | np.ndarray) else None
    return _result(engine, method, parts, image, names, kept)


def _begun(ready: Callable[[Tensor], Engine], batch: Tensor) -> tuple[Engine, Callable[[], Part]]:
    """The engine, and its first batch."""
    try:  # without any image: of a pass the shapes alone are asked for
        engine = ready(batch[:0])
    except Exception:  # whatever a stranger's code raises then
        engine = ready(batch[:1])
    try:
        return engine, engine.begin(batch)
    except CallsError:  # with images it may take another way than without
        engine = ready(batch[:1])
        return engine, engine.begin(batch)


def _method(name: str, options: Mapping[str, Any] | None) -> Method:
    if isinstance(name, str) and name.startswith(PREFIX):
        found = package_method(name.removeprefix(PREFIX))
        given = {"self", "model", "target_layers", "reshape_transform"}
        _check_options(name, options, set(inspect.signature(found.cam).parameters) - given)
        return found
    if name not in METHODS:
        raise InputError(
            f"method: found {name!r}; expected {', '.join(map(repr, METHODS))}, or "
            f"'{PREFIX}NAME' for a class of the grad-cam package"
        )
    method = METHODS[name]
    known: set[str] = set()
    if isinstance(method, PassMethod):
        known = set(inspect.signature(method.maps).parameters) - {"passes"}
    _check_options(name, options, known)
    return method


def _check_options(name: str, options: Mapping[str, Any] | None, known: set[str]) -> None:
    unknown = sorted(set(options or {}) - known)
    if unknown:
        expected = ", ".join(sorted(known)) or "none"
        raise InputError(f"options: found {unknown[0]!r}; {name} has {expected}")


def _split(
    network: nn.Module,
    images: Tensor,
    layer: LayerChoice,
    outputs: Sequence[int] | None,
    names: Sequence[str] | None,
    select: Select | None,
    reshape: Reshape | None,
) -> Split:
    if reshape == "tokens" and images.ndim == 4 and images.shape[2] != images.shape[3]:
        raise InputError(
            f"reshape='tokens': found images of {images.shape[2]}x{images.shape[3]}; expected "
            "square ones, whose tokens are a square grid. Give a function from (B, T, D) to "
            "(B, D, h, w), as in "
            "reshape=lambda tokens: tokens[:, 1:].transpose(1, 2).unflatten(2, (h, w))"
        )
    shape, read = reshaper(reshape), reader(select)
    seen, answer = seen_layers(network, images, shape)
    logits = read(answer)
    if not len(images) or outputs is not None or names is not None:  # what they are held to
        one_row_an_image(logits, images)
    layers, count = chosen_layers(layer, network, seen), logits.shape[1]
    places = places_of(outputs, count)
    check_names(names, len(places))
    log.info("maps are taken at %s", ", ".join(each.name for each in layers))
    if outputs is not None:

        def chosen(answer: Any) -> Tensor:
            logits = read(answer)
            return logits[:, places] if logits.shape[1] == count else logits  # which is refused

        return Split(network, layers, chosen, shape)
    return Split(network, layers, read, shape)


def looked_at(
    split: Split, layer: Layer, image: Tensor, on_image: bool, grid: tuple[int, int]
) -> Placement:
    """Where the cells of a layer look, by arithmetic over the modules if they tell, else measured.

    Args:
        split: the network.
        layer: one of its layers.
        image: (1, ...), one that the network takes.
        on_image: whether cells are pixels or blocks of the image, whatever the layer.
        grid: height and width of the maps in cells.

    Raises:
        PlacementError: that cannot be told.
    """
    if on_image:
        return Placement.half_pixel((image.shape[-2], image.shape[-1]), grid)
    try:
        return receptive_field(split.network, layer.name)
    except PlacementError:
        return measured_placement(split.network, layer, split.shape, image)


def _result(
    engine: Engine,
    method: str,
    parts: Sequence[Part],
    image: Tensor,
    names: Sequence[str] | None,
    images: Any,
) -> Explanation:
    size = int(image.shape[-2]), int(image.shape[-1])
    logits = np.concatenate([part.logits for part in parts])
    layers = []
    for number, layer in enumerate(engine.split.layers[: len(parts[0].maps)]):
        positive = np.concatenate([part.maps[number][0] for part in parts])
        of_minus = [part.maps[number][1] for part in parts]
        negative = (
            None if of_minus[0] is None else np.concatenate([m for m in of_minus if m is not None])
        )
        if positive.shape[1] == 1 != logits.shape[1]:  # one map an image, whatever the output
            shape = (*logits.shape, *positive.shape[2:])
            positive = np.broadcast_to(positive, shape)
        grid = positive.shape[2], positive.shape[3]
        look = partial(looked_at, engine.split, layer, image, engine.method.on_image, grid)
        layers.append(LayerMaps(layer.name, positive, negative, engine.method.symmetry, look))
    contribution = bias = None
    if engine.affine is not None:
        bias = engine.affine.bias.cpu().numpy()
        contribution = logits - bias
    return Explanation(
        method, logits, tuple(layers), size, None if names is None else tuple(names),
        contribution, bias, images,
    )  # fmt: skip
