"""The map methods by name, as ``infer.methods`` in ``params.yaml`` gives them."""

from typing import Final

from heed.base.registry import Registry
from heed.explain.method import Method
from heed.explain.names import FOLDER

METHODS: Final[Registry[Method]] = Registry(FOLDER)
"""The files of :mod:`heed.explain.methods`; each is imported when it is asked for."""
