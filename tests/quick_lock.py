"""DVC's lock written in a fraction of the time, for tests that run hundreds of stages.

After each stage DVC reads and writes all of dvc.lock with a parser that keeps comments, in pure
Python: three quarters of what a pipeline of stand-ins takes. A lock that DVC has written holds no
comment, and JSON is YAML, so that what Python's own module writes has the same content.

As a script (:data:`QUICK_DVC`) it is the command ``dvc`` with that lock.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from ruamel.yaml import YAML

QUICK_DVC = (sys.executable, "-P", __file__)  # -P: the folders of tests/ are no packages to import
"""A command line to put before the arguments of ``dvc``."""


@contextmanager
def _modify(path: str, fs: Any = None) -> Iterator[dict[str, Any]]:
    """Stands in for ``dvc.utils.serialize.modify_yaml``: what is changed inside is written."""
    file = Path(path)
    text = file.read_text() if file.exists() else "{}"
    content = json.loads(text) if text.startswith("{") else YAML(typ="safe").load(text)
    yield content
    file.write_text(json.dumps(content, indent=1))


@contextmanager
def quick_lock() -> Iterator[None]:
    """Within, the DVC of this process writes dvc.lock without the parser that keeps comments."""
    with patch("dvc.dvcfile.modify_yaml", _modify):
        yield


if __name__ == "__main__":
    from dvc.cli import main

    with quick_lock():
        sys.exit(main())
