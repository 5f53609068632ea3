"""From what a network returns to its logits."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from torch import Tensor

from heed.base.errors import InputError

Select = str | int | Callable[[Any], Tensor]
"""Which part of a network's answer the logits are: a key or attribute, a place, or a function."""

REFUSALS: Final = (
    RuntimeError, ValueError, LookupError, TypeError, ArithmeticError, AssertionError,
)  # fmt: skip
"""What networks raise that meet another number of images than of features, or none."""


def reader(select: Select | None) -> Callable[[Any], Tensor]:
    """A function from what a network returns to logits (B, A).

    Args:
        select: where they are. Without it the answer itself, or what it has under the name
            ``logits``, or the only one of a tuple.

    Returns:
        A function that raises an :class:`heed.base.errors.InputError` with what was found.

    Example:
        >>> import torch
        >>> reader("age")({"age": torch.zeros(2), "sex": torch.zeros(2)}).shape
        torch.Size([2, 1])
    """

    def read(answer: Any) -> Tensor:
        found = _selected(answer, select)
        if not isinstance(found, Tensor):
            raise InputError(
                f"the network returns {_described(answer)}; expected logits (N, A): say where they "
                "are by select= (a key, a place, or a function of the answer)"
            )
        if found.ndim == 1:
            found = found[:, None]
        if found.ndim != 2:
            raise InputError(
                f"the network returns a tensor {tuple(found.shape)}; expected logits (N, A): make "
                "them of it by select=, as in select=lambda answer: answer.mean((2, 3))"
            )
        if not found.is_floating_point():
            raise InputError(
                f"the network returns {found.dtype}; expected logits in floating point"
            )
        return found

    return read


def one_row_an_image(logits: Tensor, images: Tensor) -> Tensor:
    """The logits (B, A) of B images.

    Raises:
        ValueError: they have another number of rows, so that no row is known to be an image's.
    """
    if len(logits) != len(images):
        raise InputError(
            f"from {len(images)} images the network makes {len(logits)} rows of logits; expected "
            "one row an image: say by select= which part of its answer they are (a squeeze() that "
            "drops the axis of a single image is undone by select=lambda answer: "
            "answer.reshape(-1, A))"
        )
    return logits


def _selected(answer: Any, select: Select | None) -> Any:
    if callable(select):
        return select(answer)
    if isinstance(select, str):
        if isinstance(answer, Mapping):
            if select not in answer:
                raise InputError(f"select={select!r}: the network returns {_described(answer)}")
            return answer[select]
        if not hasattr(answer, select):
            raise InputError(f"select={select!r}: the network returns {_described(answer)}")
        return getattr(answer, select)
    if select is not None:
        if isinstance(answer, Tensor) and answer.ndim <= 2:
            raise InputError(
                f"select={select!r}: the network returns {_described(answer)}, of which that is "
                "one image; leave select= out, or choose outputs by outputs="
            )
        try:
            return answer[select]
        except (LookupError, TypeError) as error:
            raise InputError(
                f"select={select!r}: the network returns {_described(answer)}"
            ) from error
    if isinstance(answer, Tensor):
        return answer
    if isinstance(answer, Mapping):
        return answer.get("logits")
    if hasattr(answer, "logits"):
        return answer.logits
    if isinstance(answer, tuple | list) and len(answer) == 1:
        return answer[0]
    return None


def _described(answer: Any) -> str:
    if isinstance(answer, Tensor):
        return f"a tensor {tuple(answer.shape)}"
    if isinstance(answer, Mapping):
        parts = ", ".join(f"{key!r}: {_described(value)}" for key, value in answer.items())
        return f"{type(answer).__name__} of {{{parts}}}"
    if isinstance(answer, tuple | list):
        return f"{type(answer).__name__} of ({', '.join(map(_described, answer))})"
    if hasattr(answer, "__dict__"):
        return f"{type(answer).__name__} with {', '.join(vars(answer)) or 'no attributes'}"
    return type(answer).__name__
