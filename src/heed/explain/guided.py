"""Guided backpropagation: on the way back, rectifiers let positive gradients alone pass.

The rule is put on what rectifiers return in one pass, as a hook of the tensor, and not on modules:
so it holds of ``nn.ReLU``, of ``relu`` as a function or method, and in place, and when the pass is
over nothing of it is left in the network.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final

import torch
from torch import Tensor
from torch.nn import functional
from torch.overrides import TorchFunctionMode

from heed.base.errors import InputError

RECTIFIERS: Final = frozenset({
    torch.relu, torch.relu_, functional.relu, functional.relu_, functional.relu6,
    Tensor.relu, Tensor.relu_,
})  # fmt: skip
"""The functions that rectify, by which modules do it as well."""

CLAMPS: Final = frozenset({functional.hardtanh, functional.hardtanh_})
"""What rectifies if its lower bound is 0; ReLU6 comes as such."""


class GuidedRectifiers(TorchFunctionMode):
    """Within it, what rectifiers return hands back the positive part of its gradient.

    The rectifier's own rule comes after, so that with input x and gradient g of the output it is
    g where both are positive, and else 0 (Springenberg et al. 2015). All ends with the context; the
    hooks end with the graph of the pass.

    Attributes:
        found: how many rectifiers were gone through on the way to a gradient.

    Example:
        >>> x = torch.tensor([-1.0, 2.0, 3.0], requires_grad=True)
        >>> with GuidedRectifiers() as rectifiers:
        ...     y = x.relu()
        >>> (y * torch.tensor([1.0, -1.0, 1.0])).sum().backward()
        >>> x.grad.tolist(), rectifiers.found
        ([0.0, 0.0, 1.0], 1)
    """

    def __init__(self) -> None:
        super().__init__()
        self.found = 0
        self._beside = 0

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Iterable[type],
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        """What the function returns, watched if it is a rectifier's."""
        options = kwargs or {}
        if not (func in RECTIFIERS or (func in CLAMPS and _least(args, options) == 0)):
            return func(*args, **options)
        if not _in_place(func, args, options):
            return self._watched(func(*args, **options))
        # What works in place on a part of a tensor gives a view of it, which is not on the way
        # back; so the part is rectified as a tensor of its own, and written.
        target = args[0] if args else options["input"]
        rest = {key: value for key, value in options.items() if key != "input"}
        return target.copy_(self._watched(func(target.clone(), *args[1:], **rest)))

    def _watched(self, output: Any) -> Any:
        if output.requires_grad:
            self.found += 1
            output.register_hook(_positive_part)
        else:
            self._beside += 1
        return output

    def check(self) -> None:
        """Refuse a pass that went through no rectifier.

        Raises:
            ValueError: there was none.
        """
        if not self.found and self._beside:
            raise InputError(
                "method: guided backpropagation is a rule for rectifiers, and none lies on the way "
                "from the logits back to the images; the network detaches something on the way, or "
                "rectifies beside it alone; use 'input_x_gradient'"
            )
        if not self.found:
            raise InputError(
                "method: guided backpropagation is a rule for rectifiers, and in this pass the "
                "network called neither ReLU nor ReLU6 (what is written as clamp or maximum, or "
                "runs as TorchScript, is not seen; GELU, SiLU and their like have no such rule); "
                "use 'input_x_gradient'"
            )


def _least(args: tuple[Any, ...], options: dict[str, Any]) -> Any:
    return options.get("min_val", args[1] if len(args) > 1 else -1.0)


def _in_place(func: Callable[..., Any], args: tuple[Any, ...], options: dict[str, Any]) -> bool:
    place = {functional.relu: 1, functional.relu6: 1, functional.hardtanh: 3}.get(func)
    if place is None:
        return func.__name__.endswith("_")
    return bool(options.get("inplace", args[place] if len(args) > place else False))


def _positive_part(gradient: Tensor) -> Tensor:
    return gradient.clamp(min=0)
