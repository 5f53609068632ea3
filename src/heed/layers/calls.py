"""What a network computes, function by function, while it runs.

A layer need not be a module: the sum behind a skip is ``out += identity`` in a ``forward``, and one
``nn.ReLU`` may serve a block three times. So a pass is watched at the functions of torch that it
calls (:class:`torch.overrides.TorchFunctionMode`), and hooks tell which module calls them. Other
than a trace by torch.fx this needs no network whose ``forward`` can be followed without values, and
it runs the network as it is written.
"""

from collections import Counter
from collections.abc import Callable
from types import TracebackType
from typing import Any, NamedTuple, Protocol

import torch
from torch import nn
from torch.overrides import TorchFunctionMode


class Call(NamedTuple):
    """A call of a function in a pass, by a name that is the same in every pass.

    Attributes:
        module: path of the innermost module whose ``forward`` calls it; empty for the network's.
        function: its name, such as ``conv2d`` or ``add_``.
        number: how many calls of this function this module had made in the pass, with this one.
    """

    module: str
    function: str
    number: int


class See(Protocol):
    """Looks at a call, when the function is done."""

    def __call__(self, call: Call, inputs: tuple[Any, ...], output: Any) -> Any:
        """Give what the network goes on with: the output, or another in its place."""


class Watch(TorchFunctionMode):
    """Hands the functions that a network calls to ``see``, until it is left.

    Only passes of the thread that entered it are seen. An error leaves neither hooks nor mode.

    Args:
        network: whose passes are watched, any number of them.
        see: is given every call with the arguments, keyword arguments behind the others.
        begun: is called when a pass begins.
        ended: is called when a pass has come to its end, without an error.

    Example:
        >>> network = nn.Sequential(nn.Linear(2, 3), nn.ReLU())
        >>> def see(call, inputs, output):
        ...     print(*call)
        ...     return output
        >>> with Watch(network, see):
        ...     _ = network(torch.zeros(1, 2))
        0 linear 1
        1 relu 1
    """

    def __init__(
        self,
        network: nn.Module,
        see: See,
        begun: Callable[[], object] = lambda: None,
        ended: Callable[[], object] = lambda: None,
    ) -> None:
        super().__init__()
        self._network, self._see = network, see
        self._begun, self._ended = begun, ended
        self._handles: list[Any] = []
        self._stack: list[tuple[str, nn.Module, int]] = []
        self._calls: Counter[tuple[str, str]] = Counter()
        self._entered = 0

    @property
    def module(self) -> nn.Module:
        """The innermost module that is running."""
        return self._stack[-1][1]

    @property
    def run(self) -> int:
        """A number for this run of it: a module may run several times in a pass."""
        return self._stack[-1][2]

    def __enter__(self) -> "Watch":
        try:
            for path, module in self._network.named_modules():
                if not isinstance(module, torch.jit.ScriptModule):  # it takes no hooks
                    self._hook(path, module)
            super().__enter__()
        except BaseException:
            self._remove()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._remove()
        super().__exit__(kind, error, traceback)

    def __torch_function__(
        self,
        function: Callable[..., Any],
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        """Run a function, and look at it if the network called it."""
        output = function(*args, **(kwargs or {}))
        name = getattr(function, "__name__", "")
        if not self._stack or name == "__get__":  # an attribute, such as .shape
            return output
        path = self._stack[-1][0]
        self._calls[path, name] += 1
        call = Call(path, name, self._calls[path, name])
        return self._see(call, (*args, *(kwargs or {}).values()), output)

    def _hook(self, path: str, module: nn.Module) -> None:
        def enter(*_: Any) -> None:
            if not path:
                self._stack.clear()  # what an interrupt has left there
                self._calls.clear()
                self._begun()
            self._entered += 1
            self._stack.append((path, module, self._entered))

        def leave(*_: Any) -> None:
            while self._stack and self._stack.pop()[1] is not module:
                pass

        self._handles.append(module.register_forward_pre_hook(enter))
        # Also after an error: what is called once it is caught is no call of this module.
        self._handles.append(module.register_forward_hook(leave, always_call=True))
        if not path:
            self._handles.append(module.register_forward_hook(lambda *_: self._ended()))

    def _remove(self) -> None:
        for handle in self._handles:
            handle.remove()
        self._handles.clear()
        self._stack.clear()
