"""The registry of the study's figures, and what they can be drawn from.

A new figure is a new module in this folder that calls :func:`figure`; see
:mod:`heed.figures.registry`. The figures have no numbers of the thesis: what each of its figures
5.1 to 5.9 shows is not known in enough detail to say that ours is the same.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

import matplotlib as mpl
from matplotlib.figure import Figure

from heed.figures.registry import FigureRegistry

FIGURES: Final = FigureRegistry(
    "heed.probing.figures",
    {
        "numbers": {
            "attributes": "best units (heed.probing.tables.best_units.attributes_table)",
            "depth": "means by layer (heed.probing.tables.by_depth.depth_table)",
            "layers": "attributes by layer (heed.probing.tables.by_depth.layers_table)",
            "encoding": "where attributes are encoded (heed.probing.tables.by_depth)",
            "controls_by_attribute": "network less control (heed.probing.tables.controls)",
            "vip_steps": "single neurons by rank (heed.probing.tables.vip.steps_table)",
            "vip_example": "single neurons of one projection (heed.probing.tables.vip)",
            "vip_histogram": "distribution of VIP (heed.probing.tables.vip)",
            "silencing_by_layer": "drops by layer (heed.probing.tables.silencing)",
            "audit": "readable depth and scores of maps (heed.probing.tables.audit_link)",
            "networks": "names of the networks that were trained on identities",
            "controls": "by control the network that it is compared with",
        },
    },
)


def figure(name: str, **facts: Any) -> Callable[[Callable[..., Figure]], Callable[..., Figure]]:
    """Registers the function below it as what draws a figure.

    Names of networks, attributes and layers are yours, and are drawn as they are written: between
    two dollars matplotlib would else look for a formula, and set it, or fail.

    Args:
        name: see :meth:`heed.figures.registry.FigureRegistry.figure`.
        facts: likewise.
    """

    def register(draw: Callable[..., Figure]) -> Callable[..., Figure]:
        @wraps(draw)
        def drawn(*given: Any, **named: Any) -> Figure:
            with mpl.rc_context({"text.parse_math": False}):
                return draw(*given, **named)

        return FIGURES.figure(name, **facts)(drawn)

    return register
