"""Where networks look: maps of all their outputs.

``heed.explain(model, images)`` explains any network, see :func:`heed.explain.any_network.explain`.

This package is called like the function of its name: Python puts a package into its parent under
its own name as soon as one of its modules is imported, so that no function could stand there.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from heed.explain.result import Explanation


class _Callable(ModuleType):
    """A package that is the function of its name as well; torch is imported when it is called."""

    def __call__(self, *args: Any, **kwargs: Any) -> "Explanation":
        explanation: Explanation = self.__wrapped__(*args, **kwargs)
        return explanation

    @property
    def __wrapped__(self) -> "Callable[..., Explanation]":
        # Where inspect looks for a signature, and help for a text.
        function: Callable[..., Explanation] = import_module(f"{__name__}.any_network").explain
        return function

    def __reduce__(self) -> tuple[Any, ...]:
        return import_module, (__name__,)


sys.modules[__name__].__class__ = _Callable
