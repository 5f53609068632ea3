"""Comparing a state dict with the one a network has, before it is loaded."""

from collections.abc import Mapping

import torch
from torch import Tensor

from heed.base.errors import HeedError

State = Mapping[str, Tensor]

NAMED_AT_MOST = 5

VARIANCE = "running_var"
"""Ends the name of the variances of a batch normalisation, which takes their square root."""


class WeightsError(HeedError, ValueError):
    """Weights cannot be used; the message names the file, the key and a remedy."""


def check_state(expected: State, found: State, source: str, remedy: str) -> None:
    """Check that ``found`` has exactly the keys and shapes of ``expected``, and possible values.

    Floating point numbers may have another precision. Integers in their place may not stand: they
    are quantised weights, which mean nothing without their scale.

    Args:
        expected: the network's own state dict.
        found: the state dict to load into it.
        source: what the message begins with: the file that ``found`` is from.
        remedy: what the message ends with: what the user can do about another layout.

    Raises:
        WeightsError: naming the first few missing, unexpected, misshapen, integer or
            non-finite entries, and variances below 0.
    """
    shared = [key for key in expected if key in found]
    plain = [key for key in shared if is_plain(found[key])]
    alike = [key for key in plain if found[key].shape == expected[key].shape]
    problems = [
        _listed("misses", [key for key in expected if key not in found]),
        _listed("has unexpected", [key for key in found if key not in expected]),
        _listed(
            "has another shape at",
            [
                f"{key} (found {shape(found[key])}, expected {shape(expected[key])})"
                for key in shared
                if found[key].shape != expected[key].shape
            ],
        ),
        _listed(
            "has sparse, quantised or empty (meta) tensors at",
            [key for key in shared if key not in plain],
        ),
        _listed(
            "has numbers of another kind at",
            [
                f"{key} (found {found[key].dtype}, expected {expected[key].dtype})"
                for key in plain
                # The other way round is harmless: the only whole numbers are counters.
                if expected[key].is_floating_point() and not found[key].is_floating_point()
            ],
        ),
    ]
    numbers = [
        _listed(
            "holds NaN or infinity at",
            # Of the expected shape alone: others can be of any size.
            [key for key in alike if not _finite(found[key])],
        ),
        _listed(
            "holds a variance below 0 at",
            [key for key in alike if key.endswith(VARIANCE) and _below_zero(found[key])],
        ),
    ]
    problems, numbers = list(filter(None, problems)), list(filter(None, numbers))
    if problems or numbers:
        # Reading such numbers another way does not mend them.
        advice = remedy if problems else "Train them again, or fetch them again"
        raise WeightsError(f"{source}: {'; '.join(problems + numbers)}. {advice}")


def is_plain(tensor: Tensor) -> bool:
    """Whether a tensor's values are all there: not sparse, not quantised, not of device meta."""
    return tensor.layout == torch.strided and not tensor.is_quantized and not tensor.is_meta


def shape(tensor: Tensor) -> str:
    """A tensor's shape as it is printed, ``64x3x7x7``; a scalar's is ``scalar``."""
    return "x".join(map(str, tensor.shape)) or "scalar"


def _finite(tensor: Tensor) -> bool:
    return bool(torch.isfinite(_comparable(tensor)).all())


def _below_zero(tensor: Tensor) -> bool:
    return bool((_comparable(tensor) < 0).any())


def _comparable(tensor: Tensor) -> Tensor:
    """The tensor in a type that can be asked: not every one of 8 bits can."""
    return tensor.float() if tensor.is_floating_point() and tensor.element_size() == 1 else tensor


def _listed(what: str, names: list[str]) -> str:
    if not names:
        return ""
    rest = f" and {len(names) - NAMED_AT_MOST} more" if len(names) > NAMED_AT_MOST else ""
    return f"{what} {', '.join(names[:NAMED_AT_MOST])}{rest}"
