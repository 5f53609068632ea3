"""From what a layer puts out to features (B, C, h, w)."""

from collections.abc import Callable
from math import isqrt
from typing import Literal

from torch import Tensor

from heed.base.errors import InputError

Reshape = Literal["tokens", "channels_last"] | Callable[[Tensor], Tensor]
"""How what a layer puts out lies, where it is not (B, C, h, w)."""


def reshaper(reshape: Reshape | None) -> Callable[[Tensor], Tensor]:
    """The function that makes features (B, C, h, w) of a layer's output.

    Args:
        reshape: None where it has this shape; ``tokens`` for (B, T, D), of which the last h * h are
            a square grid, row by row, and those before it (a class token, registers) are left out;
            ``channels_last`` for (B, h, w, C); or a function, as the grad-cam package takes it.

    Example:
        >>> import torch
        >>> reshaper("tokens")(torch.zeros(2, 1 + 14 * 14, 768)).shape
        torch.Size([2, 768, 14, 14])
    """
    if reshape is None:
        return _as_it_is
    if callable(reshape):
        return reshape
    if reshape == "tokens":
        return _square_of_tokens
    if reshape == "channels_last":
        return lambda output: output.permute(0, 3, 1, 2)
    raise InputError(
        f"reshape: found {reshape!r}; expected 'tokens', 'channels_last' or a function"
    )


def _as_it_is(output: Tensor) -> Tensor:
    return output


def _square_of_tokens(output: Tensor) -> Tensor:
    if output.ndim != 3:
        raise InputError(f"reshape='tokens': found {tuple(output.shape)}; expected (B, T, D)")
    side = isqrt(output.shape[1])
    return output[:, -side * side :].transpose(1, 2).unflatten(2, (side, side))
