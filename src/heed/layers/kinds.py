"""Which functions of torch make which kind of layer."""

from collections.abc import Sequence
from typing import Final

from torch import Tensor

from heed.layers.names import Kind

ACTIVATIONS: Final = frozenset((
    "celu", "elu", "gelu", "glu", "hardshrink", "hardsigmoid", "hardswish", "hardtanh",
    "leaky_relu", "logsigmoid", "mish", "prelu", "relu", "relu6", "rrelu", "selu", "sigmoid",
    "silu", "softplus", "softshrink", "softsign", "tanh", "tanhshrink", "threshold",
))  # fmt: skip

CONVOLUTIONS: Final = frozenset(
    f"conv{transposed}{axes}d" for transposed in ("", "_transpose") for axes in (1, 2, 3)
)

OTHER_NORMS: Final = frozenset(("group_norm", "instance_norm", "layer_norm", "local_response_norm"))
"""Normalisations that are none of a batch, and of no kind."""

NO_KIND: Final = frozenset((
    "bilinear", "gru", "gru_cell", "lstm", "lstm_cell", "multi_head_attention_forward", "rnn_relu",
    "rnn_relu_cell", "rnn_tanh", "rnn_tanh_cell", "scaled_dot_product_attention",
))  # fmt: skip
"""Functions of layers of other kinds. Most put out a tuple, or a sequence."""

ALIASES: Final = frozenset((
    "alpha_dropout", "clone", "contiguous", "detach", "dropout", "dropout1d", "dropout2d",
    "dropout3d", "feature_alpha_dropout", "flatten", "float", "movedim", "permute", "reshape",
    "squeeze", "to", "transpose", "type_as", "unflatten", "unsqueeze", "view",
))  # fmt: skip
"""Functions that put out the features that they are given, in eval mode."""

MOVES_AXES: Final = frozenset(
    ("flatten", "movedim", "permute", "reshape", "transpose", "unflatten", "view")
)

ASKS: Final = frozenset((
    "__bool__", "__contains__", "__float__", "__index__", "__int__", "allclose", "equal",
    "is_nonzero", "item", "nonzero", "tolist",
))  # fmt: skip
"""Functions that let Python's code depend on values."""


def plain(function: str) -> str:
    """A function's name without what tells how it was written: ``__iadd__``, ``add_`` are ``add``.

    Example:
        >>> plain("__iadd__"), plain("relu_"), plain("conv2d")
        ('add', 'relu', 'conv2d')
    """
    name = function.strip("_")
    return "add" if name in ("iadd", "radd") else name


def kind_of(function: str, features: Sequence[Tensor], output: Tensor) -> Kind | None:
    """The kind of layer that a call makes.

    Args:
        function: its plain name.
        features: those of its arguments that depend on the images.
        output: what it puts out.

    Returns:
        None if it makes none; a branch is told by what takes it, see :mod:`heed.layers.listing`.
    """
    if function in CONVOLUTIONS:
        return "conv"
    if function == "batch_norm":
        return "batch_norm"
    if function in ACTIVATIONS:
        return "activation"
    if "pool" in function and "unpool" not in function:
        return "pooling"
    if function == "linear":
        return "linear"
    if function == "mean" and features[0].ndim == 4 and output.shape[2:].numel() == 1:
        # pooling by hand: the mean over all cells, and over nothing else
        return "pooling" if output.shape[:2] == features[0].shape[:2] else None
    if function == "add" and len(features) == 2 and features[0].shape == features[1].shape:
        return "sum" if features[0] is not features[1] else None
    return None
