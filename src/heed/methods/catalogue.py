"""The study's metrics by name, as ``score.metrics`` in ``params.yaml`` gives them."""

from typing import Final

from heed.base.registry import Registry
from heed.methods.metric import Metric
from heed.methods.settings import FOLDER

METRICS: Final[Registry[Metric]] = Registry(FOLDER)
"""By name: the files of :mod:`heed.methods.metrics`."""
