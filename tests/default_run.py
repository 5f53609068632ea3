"""The networks of params.yaml, on which names and numbers of the audit's figures depend."""

from typing import Any, Final

from heed.audit.figures.catalogue import run_values

RUN: Final[dict[str, Any]] = run_values({"balanced": "moon_expectation", "unbalanced": "none"})
