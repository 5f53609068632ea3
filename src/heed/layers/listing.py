"""Every layer of a network, found by watching it run once."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import torch
from torch import Tensor, nn

from heed.base.errors import InputError
from heed.explain.devices import computing
from heed.explain.eager import eager
from heed.explain.images import EMPTY, device_of, in_batches, named_images
from heed.explain.modes import evaluation_mode, recording
from heed.layers.calls import Call, Watch
from heed.layers.kinds import ALIASES, ASKS, MOVES_AXES, NO_KIND, OTHER_NORMS, kind_of, plain
from heed.layers.layer import Layer, Layers
from heed.layers.names import Kind
from heed.layers.network import network_of

TWO: Final = 2
"""Images of the pass: with one, the axis of the images could not be told from another of size 1."""

CONCATENATIONS: Final = frozenset(("cat", "concat", "concatenate"))


def layers_of(network: nn.Module, example: Any) -> Layers:
    """List every convolution, batch norm, activation, branch, sum, pooling and linear layer.

    The network is run once, in eval mode; modes, gradients and hooks are afterwards as they were.
    Functions in a ``forward`` are layers as modules are, and each call of a module that is used
    several times is one. What works in place (``ReLU(inplace=True)``) is a layer of its own beside
    the one whose features it overwrites.

    Args:
        network: any torch module. Wrappers (DataParallel, ``torch.compile``) are looked through.
        example: images as :func:`heed.explain` takes them, such as (N, H, W, 3) uint8 RGB; two of
            them are looked at. Shapes of layers are those of images of this size.

    Returns:
        The layers in the order in which the pass came to them. Its ``missing`` says what cannot be
        listed: features that are neither (c, h, w) nor (c,), as tokens are; normalisations that are
        none of a batch; recurrent layers, attention and bilinear ones; what is inside TorchScript;
        and, where Python's code asks for values of features, that other images may take another
        way through the network than the example.

    Raises:
        InputError: a network that :func:`heed.layers.network.network_of` refuses, no images, or a
            network that calls no such layer.

    Example:
        >>> network = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(inplace=True), nn.Flatten())
        >>> for layer in layers_of(network, torch.zeros(1, 3, 8, 8)):
        ...     print(layer.depth, layer.name, layer.kind, layer.shape)
        0 0 conv (4, 6, 6)
        1 1 activation (4, 6, 6)
    """
    network = network_of(network)
    batch = next(in_batches(example, network, TWO, None), None)
    if batch is None or not len(batch):
        raise InputError(EMPTY)
    batch = batch if len(batch) == TWO else torch.cat([batch, batch])
    seen = _Seen(network)
    watch: Watch = Watch(network, lambda *call: seen.note(watch, *call))
    with (
        evaluation_mode(network),
        eager(network),
        computing(device_of(network)),
        named_images(network, batch),
        recording(False),
        watch,
    ):
        network(batch.clone())  # some networks work on their images in place
    layers = Layers(seen.layers(), seen.missing())
    if not len(layers):
        said = "".join(f"; {each}" for each in layers.missing)
        raise InputError(
            f"network: {type(network).__name__} calls no layer that can be listed{said}"
        )
    return layers


@dataclass(eq=False)
class _Event:
    """A call that puts out features."""

    call: Call
    kind: Kind | None
    shape: tuple[int, ...]
    channels_last: bool
    alone: bool
    """Whether the module that calls it has no modules inside."""
    run: int
    """Of that module."""
    inputs: "list[_Event]"
    joins: bool
    taken_by: "list[_Event]" = field(default_factory=list)

    @property
    def ends_branch(self) -> bool:
        return bool(self.taken_by) and all(event.joins for event in self.taken_by)

    @property
    def is_grid_or_vector(self) -> bool:
        return len(self.shape) in (2, 4) and self.shape[0] == TWO and not self.channels_last


class _Seen:
    """What a pass computes, and from what: a graph of calls, made while they run."""

    def __init__(self, network: nn.Module) -> None:
        self.events: list[_Event] = []
        self.asking: dict[str, str] = {}  # path of a module: the first function that asks
        self.scripts = [
            f"{path}.{name}" if path else name
            for path, module in network.named_modules()
            if not isinstance(module, torch.jit.ScriptModule)
            for name, child in module.named_children()
            if isinstance(child, torch.jit.ScriptModule)
        ]
        self._made_by: dict[int, _Event | None] = {}  # None: before any layer
        # Ids are of tensors that live: all that were made in the pass are kept until its end.
        self._kept: list[Tensor] = [*network.parameters(), *network.buffers()]
        self._constant = {id(tensor) for tensor in self._kept}

    def note(self, watch: Watch, call: Call, inputs: tuple[Any, ...], output: Any) -> Any:
        features = [each for each in _tensors(inputs) if id(each) not in self._constant]
        made = list(_tensors([output]))
        self._kept += made
        if not features:
            self._constant |= {id(each) for each in made}
            return output
        self._constant -= {id(each) for each in made}  # one that was written into
        if call.function in ASKS:
            self.asking.setdefault(call.module, call.function)
        elif made:
            function = plain(call.function)
            # Python's sum([a, b]) begins with 0 + a.
            zero = function == "add" and any(isinstance(x, int) and x == 0 for x in inputs)
            self._note_features(watch, call, features, made, zero or function in ALIASES)
        return output

    def _note_features(
        self,
        watch: Watch,
        call: Call,
        features: list[Tensor],
        made: list[Tensor],
        same: bool,
    ) -> None:
        function = plain(call.function)
        inputs = [event for each in features if (event := self._made_by.get(id(each)))]
        last = function not in MOVES_AXES and any(event.channels_last for event in inputs)
        if same:
            event = inputs[0] if inputs else None
            if event is not None and event.channels_last and not last:
                event = None  # its axes have been moved: another value than the one that it lists
            self._made_by |= {id(each): event for each in made}
            return
        kind = kind_of(function, features, made[0])
        event = _Event(
            call,
            kind if made[0].is_floating_point() else None,
            tuple(made[0].shape),
            last or (function == "linear" and made[0].ndim > 2),
            alone=next(watch.module.children(), None) is None,
            run=watch.run,
            inputs=inputs,
            joins=kind == "sum" or function in CONCATENATIONS,
        )
        for each in inputs:
            each.taken_by.append(event)
        self._made_by |= {id(each): event for each in made}
        self.events.append(event)

    def layers(self) -> Iterator[Layer]:
        """The layers, with their names."""
        listed = [event for event in self._of_a_kind() if event.is_grid_or_vector]
        in_run = Counter((event.call.module, event.run) for event in listed)
        names = []
        for event in listed:
            path, function = event.call.module, plain(event.call.function)
            is_module = path and event.alone and in_run[path, event.run] == 1
            names.append(path if is_module else ".".join(filter(None, (path, function))))
        times, come = Counter(names), Counter[str]()
        for depth, (event, name) in enumerate(zip(listed, names, strict=True)):
            come[name] += 1
            yield Layer(
                f"{name}:{come[name]}" if times[name] > 1 else name,
                event.kind or "branch",
                depth,
                event.shape[1:],
                event.ends_branch,
                event.call,
            )

    def missing(self) -> Iterator[str]:
        """What the list cannot hold, in sentences."""
        others = [event for event in self._of_a_kind() if not event.is_grid_or_vector]
        if others:
            of, shape = _place(others[0]), others[0].shape
            yield (
                f"{len(others)} layers put out neither (c, h, w) nor (c,) for an image; the first "
                f"is {of}, with {shape} for {TWO} images"
            )
        norms = Counter(
            plain(event.call.function)
            for event in self.events
            if plain(event.call.function) in OTHER_NORMS and not event.ends_branch
        )
        for norm, count in norms.items():
            yield f"{count} calls of {norm}: only norms of a batch are a kind of layer"
        others_called = Counter(
            function for event in self.events if (function := plain(event.call.function)) in NO_KIND
        )
        for function, count in others_called.items():
            yield f"{count} calls of {function}: no kind of layer that is listed"
        for path in self.scripts:
            yield f"{path}: what is inside is TorchScript, which does not tell what it calls"
        for path, function in self.asking.items():
            yield (
                f"{path or 'the network'}: its code asks for values of features ({function}), so "
                "that other images may take another way; the list has the way of the example"
            )

    def _of_a_kind(self) -> Iterator[_Event]:
        return (event for event in self.events if event.kind or event.ends_branch)


def _place(event: _Event) -> str:
    return f"{event.call.function} in {event.call.module or 'the network'}"


def _tensors(values: Iterable[Any]) -> Iterator[Tensor]:
    """The tensors among values, and in tuples and lists of them."""
    for value in values:
        if isinstance(value, Tensor):
            yield value
        elif isinstance(value, tuple | list):
            yield from (each for each in value if isinstance(each, Tensor))
