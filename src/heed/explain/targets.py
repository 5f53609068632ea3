"""What the pixels of an explanation are of: a function of the logits."""

from collections.abc import Callable, Sequence
from typing import Any, Final, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.base.errors import InputError
from heed.explain.names import Target
from heed.explain.signs import target_signs

TargetName = Literal["positive", "predicted", "predicted_true", "true"]
"""A function of each logit and its label, by its name."""

TARGETS: Final[dict[str, Target]] = dict(
    zip(
        get_args(TargetName),
        (Target.LOGIT, Target.ABSOLUTE, Target.ABSOLUTE_BY_LABEL, Target.BY_LABEL),
        strict=True,
    )
)
"""The targets by name, as ``cam.target`` numbers them."""

PixelTarget = TargetName | Sequence[int] | NDArray[np.integer[Any]] | Callable[[Any], Any]
"""A name, one class per image, or a function of all logits."""


def signs(target: str, logits: NDArray[np.float32], labels: ArrayLike | None) -> NDArray[np.int8]:
    """Whether the map of z, of -z or none is that of a target, (N, A) of +1, -1 and 0.

    Args:
        target: one of :data:`TARGETS`.
        logits: (N, A).
        labels: (N, A) of -1 and +1; needed for ``predicted_true`` and ``true``.

    Raises:
        ValueError: for another target, or labels that are missing or do not fit.

    Example:
        >>> signs("predicted", np.float32([[2, -1, 0]]), None).tolist()
        [[1, -1, 0]]
    """
    if target not in TARGETS:
        raise InputError(
            f"target: found {target!r}; expected {', '.join(map(repr, TARGETS))}, a class per "
            "image, or a function of the logits"
        )
    if labels is None:
        if target in ("predicted_true", "true"):
            raise InputError(f"target {target!r} needs labels=: (N, A) of -1 and +1")
        labels = np.ones_like(logits, np.int8)
    return target_signs(TARGETS[target], logits, np.asarray(labels))


def combination(function: Callable[[Any], Any], logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """The derivatives of a function of the logits, (N, A).

    Args:
        function: from a tensor (N, A) to one number an image, (N,), differentiable.
        logits: (N, A).

    Raises:
        ValueError: the function gives something else.
    """
    import torch

    leaf = torch.from_numpy(logits.copy()).requires_grad_()
    with torch.inference_mode(False), torch.enable_grad():
        value = function(leaf)
        if not isinstance(value, torch.Tensor) or value.shape != leaf.shape[:1]:
            found = tuple(value.shape) if hasattr(value, "shape") else type(value).__name__
            raise InputError(
                f"target: the function gives {found}; expected one number an image, "
                f"({len(logits)},)"
            )
        if not value.requires_grad:
            raise InputError(
                "target: what the function gives does not depend on the logits, or is detached "
                "from them; expected a differentiable function"
            )
        (derivatives,) = torch.autograd.grad(value.sum(), leaf)
    found_derivatives: NDArray[np.float32] = derivatives.numpy()
    return found_derivatives
