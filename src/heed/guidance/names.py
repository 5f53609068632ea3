"""What guidance is asked for by. Nothing here needs pydantic or torch."""

from typing import Final, Literal

from heed.base.registry import names_in

FOLDER: Final = "heed.guidance.losses"
"""Where the map losses are; each of its files registers one. Their names need no torch."""

LOSS_NAMES: Final = names_in(FOLDER)

On = Literal["with_attribute", "predicted"]
"""Which images a map loss is on: those that have the attribute, or all, with the map of the class
that is predicted."""

REGIONS: Final = "regions"
"""The folder of an audit with its named regions (:mod:`heed.guidance.named_regions`)."""

REGION: Final = f"{REGIONS}/"
"""Begins the ``mask.version`` that is a named region: ``regions/hat``."""
