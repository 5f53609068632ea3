"""Where do facial-attribute classifiers look, and do they look where they should?

The names below are for everyone; each is imported when it is first used.

- ``acceptable_mask_ratio``, ``proportional_energy``, ``intersection_over_union``: of maps and masks
- ``masks.for_landmarks``: the masks of faces
- ``error_rates``: of a classifier's decisions
- ``kl_divergence``: between maps
- ``load_network``: a classifier from its weights
- ``explain``: the maps of all outputs of any torch network
- ``results``: of an audit that has run, as tables and labelled arrays
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from heed import masks
    from heed.api import (
        acceptable_mask_ratio,
        error_rates,
        intersection_over_union,
        kl_divergence,
        proportional_energy,
    )
    from heed.audit.results import results
    from heed.explain.any_network import explain
    from heed.networks.weights import load_network

__version__ = "0.1.0"

__all__ = [
    "__version__",
    "acceptable_mask_ratio",
    "error_rates",
    "explain",
    "intersection_over_union",
    "kl_divergence",
    "load_network",
    "masks",
    "proportional_energy",
    "results",
]

_HOMES: Final = {"load_network": "heed.networks.weights", "results": "heed.audit.results"}
"""Where names are that are not in :mod:`heed.api`: torch takes seconds to import."""


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name in ("explain", "masks"):
        return import_module(f"heed.{name}")
    try:
        home = import_module(_HOMES.get(name, "heed.api"))
    except ModuleNotFoundError as error:
        if name != "results" or (error.name or "").startswith("heed"):
            raise
        raise ImportError(
            f"heed.results: found no package {error.name!r}, which the library does without; "
            "pip install 'heed[pipeline]'"
        ) from error
    return getattr(home, name)


def __dir__() -> list[str]:
    return sorted(__all__)
