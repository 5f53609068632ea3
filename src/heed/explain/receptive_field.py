"""Where the cells of a trunk's last grid look, by arithmetic over its layers.

A layer with kernel k, stride s, dilation d and p pixels of padding before the first one puts out
at index i what depends on its inputs s i - p to s i - p + d (k - 1). So through all layers output
i depends on the pixels

    stride * i + first ... stride * i + last

and looks at their centre, stride * i + (first + last) / 2. (Araujo, Norris and Sim, *Computing
Receptive Fields of Convolutional Neural Networks*, Distill 2019, without the padding's halves.)
Where branches join, as at the sum of a residual block, the field is the union of theirs. All paths
through the networks of Heed have one centre: the kernels of 1, 3 and 7 pixels are padded by 0, 1
and 3 on both sides. Caffe's pooling, whose window of 3 hangs over the right and the bottom edge
alone, moves the cells of ``affact`` by 2 pixels.

torch.fx follows the image through the trunk; nothing is computed.
"""

import operator
from collections.abc import Callable
from typing import Any, Final, NamedTuple

import torch
from torch import fx, nn
from torch.nn import functional

from heed.explain.placement import AxisPlacement, Placement, PlacementError

FLOATING: Final = "is_floating_point"


class Field(NamedTuple):
    """Along one axis, output i depends on the pixels stride * i + first to stride * i + last."""

    stride: float
    first: float
    last: float

    def after(self, kernel: int, stride: int, before: int, dilation: int = 1) -> "Field":
        """The field of a layer's output, whose ``before`` pixels of padding come first."""
        return Field(
            self.stride * stride,
            self.first - self.stride * before,
            self.last + self.stride * (dilation * (kernel - 1) - before),
        )

    @property
    def placement(self) -> AxisPlacement:
        """The centre of the field."""
        return AxisPlacement(float(self.stride), (self.first + self.last) / 2)


Fields = tuple[Field, Field]
"""Along y and along x."""

POINTWISE: Final = (
    nn.BatchNorm2d, nn.Identity, nn.Dropout, nn.Dropout2d, nn.ReLU, nn.ReLU6, nn.LeakyReLU,
    nn.PReLU, nn.ELU, nn.GELU, nn.SiLU, nn.Hardswish, nn.Sigmoid, nn.Tanh, nn.Softplus,
)  # fmt: skip
"""Layers whose output at a place depends on the input at that place alone."""

POINTWISE_FUNCTIONS: Final[tuple[Any, ...]] = (
    functional.relu, functional.relu_, functional.relu6, functional.leaky_relu, functional.elu,
    functional.gelu, functional.silu, functional.hardswish, functional.dropout, torch.relu,
    torch.relu_, torch.sigmoid, torch.tanh, "relu", "relu_", "sigmoid", "tanh", "contiguous",
)  # fmt: skip

JOINS: Final[tuple[Any, ...]] = (
    operator.add, operator.iadd, torch.add, torch.cat, "add", "add_",
    operator.mul, operator.imul, torch.mul, "mul", "mul_",
    operator.sub, operator.isub, torch.sub, "sub", "sub_",
    operator.truediv, operator.itruediv, torch.div, "div", "div_",
)  # fmt: skip
"""Where branches meet, or images are normalised, each place with the same place of the others."""

WHOLE: Final[tuple[Any, ...]] = (
    nn.AdaptiveAvgPool2d, nn.AdaptiveMaxPool2d,
    functional.adaptive_avg_pool2d, functional.adaptive_max_pool2d,
)  # fmt: skip
"""What pools the whole image, as squeeze and excitation does: it weighs channels, and moves none of
their cells."""


def receptive_field(trunk: nn.Module, layer: str | None = None) -> Placement:
    """Where the cells of a trunk's output, or of one of its layers, lie in its input.

    Args:
        trunk: a module made of convolutions, pooling, and layers and sums that work place by place,
            from images (B, 3, H, W) to one grid of features (B, C, h, w). With ``layer``, a whole
            network that is so up to this layer.
        layer: the name of one of its modules; without it the output.

    Returns:
        Stride and offset along y and x: cell i lies at pixel stride * i + offset, at the centre
        of the pixels that it depends on.

    Raises:
        PlacementError: a layer is none of these, or branches of different strides meet.

    Example:
        A 7 x 7 convolution of stride 2, padded by 3 on both sides, and pooling without padding:

        >>> trunk = nn.Sequential(nn.Conv2d(3, 8, 7, stride=2, padding=3), nn.MaxPool2d(2))
        >>> receptive_field(trunk).x
        AxisPlacement(stride=4.0, offset=1.0)
    """
    name = type(trunk).__name__
    try:
        graph = _Tracer().trace(trunk)
    except Exception as error:  # of whatever kind the trunk's own code raises for a tracer
        raise PlacementError(
            f"the receptive field of {name}: torch.fx cannot follow its layers: {error}"
        ) from error
    modules = dict(trunk.named_modules())
    end = None if layer is None else _last_node(graph, layer, name)
    fields: dict[fx.Node, Fields] = {}
    pooled, what = "its output", "nothing that depends on a place"
    for node in graph.nodes:
        inputs = [fields[before] for before in node.all_input_nodes if before in fields]
        if node.op == "placeholder":
            fields[node] = (Field(1, 0, 0), Field(1, 0, 0))
        elif node.target == FLOATING:
            pass  # a question, no image
        elif node.op == "output":
            if not inputs:
                raise _unknown(f"{name}: {pooled}", what)
            y, x = inputs[0]
            return Placement(y.placement, x.placement)
        elif not inputs or _pools_the_whole(node, modules):
            # No place of its own: what it is multiplied with has one.
            if inputs:
                pooled = str(node.target)
                what = type(modules[pooled]).__name__ if node.op == "call_module" else pooled
        elif node.op == "call_module":
            fields[node] = _through(modules[node.target], inputs[0], f"{name}: {node.target}")
        elif node.target in POINTWISE_FUNCTIONS or _called(node.target) == "stochastic_depth":
            fields[node] = inputs[0]
        elif node.target in JOINS:
            fields[node] = _joined(inputs, f"{name}: {node.name}")
        else:
            raise _unknown(f"{name}: {node.name}", f"the function {_called(node.target)}")
        if node is end:
            if node not in fields:
                raise PlacementError(
                    f"the receptive field of {name}: {layer} has one cell for the whole image"
                )
            y, x = fields[node]
            return Placement(y.placement, x.placement)
    raise PlacementError(f"the receptive field of {name}: found no output")


class _Tracer(fx.Tracer):
    """One that knows that images are floating point, which networks check first."""

    def to_bool(self, obj: fx.Proxy) -> bool:
        if obj.node.target == FLOATING:
            return True
        known: bool = super().to_bool(obj)
        return known


def _last_node(graph: fx.Graph, layer: str, name: str) -> fx.Node:
    """The last step of a layer, which may be made of many."""
    found = [
        node
        for node in graph.nodes
        if any(path == layer for path, _ in node.meta.get("nn_module_stack", {}).values())
    ]
    if not found:
        raise PlacementError(f"the receptive field of {name}: torch.fx does not meet {layer}")
    last: fx.Node = found[-1]
    return last


def _pools_the_whole(node: fx.Node, modules: dict[str, nn.Module]) -> bool:
    if node.op == "call_module":
        return isinstance(modules[str(node.target)], WHOLE[:2])
    return node.target in WHOLE[2:]


def _through(layer: nn.Module, field: Fields, where: str) -> Fields:
    if isinstance(layer, POINTWISE):
        return field
    if isinstance(layer, nn.Conv2d | nn.MaxPool2d | nn.AvgPool2d):
        dilation = _pair(getattr(layer, "dilation", 1))
        kernel = _pair(layer.kernel_size)
        stride = _pair(layer.stride)
        padding = layer.padding
        if isinstance(padding, str):
            # torch pads an odd number of pixels after the image by one more than before it
            same = zip(dilation, kernel, strict=True)
            before = [d * (k - 1) // 2 if padding == "same" else 0 for d, k in same]
        else:
            before = list(_pair(padding))
        return (
            field[0].after(kernel[0], stride[0], before[0], dilation[0]),
            field[1].after(kernel[1], stride[1], before[1], dilation[1]),
        )
    if isinstance(layer, nn.ZeroPad2d | nn.ReflectionPad2d | nn.ReplicationPad2d):
        left, _, top, _ = layer.padding
        return field[0].after(1, 1, top), field[1].after(1, 1, left)
    raise _unknown(where, type(layer).__name__)


def _joined(inputs: list[Fields], where: str) -> Fields:
    joined = []
    for fields in zip(*inputs, strict=True):
        strides = sorted({field.stride for field in fields})
        if len(strides) > 1:
            raise PlacementError(
                f"the receptive field of {where}: branches of strides "
                f"{' and '.join(f'{stride:g}' for stride in strides)} meet; expected one"
            )
        first, last = min(f.first for f in fields), max(f.last for f in fields)
        joined.append(Field(strides[0], first, last))
    return joined[0], joined[1]


def _unknown(where: str, what: str) -> PlacementError:
    return PlacementError(
        f"the receptive field of {where}: found {what}; expected convolutions, pooling by a "
        "window, padding, and what works place by place"
    )


def _called(target: Callable[..., Any] | str) -> str:
    return target if isinstance(target, str) else getattr(target, "__name__", str(target))


def _pair(value: Any) -> tuple[int, int]:
    y, x = value if isinstance(value, tuple) else (value, value)
    return y, x
