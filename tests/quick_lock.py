"""DVC's files written and read in a fraction of the time, for tests that run hundreds of stages.

After each stage DVC reads and writes all of dvc.lock with a parser that keeps comments, in pure
Python: three quarters of what a pipeline of stand-ins takes. A lock that DVC has written holds no
comment, and JSON is YAML, so that what Python's own module writes has the same content; so has an
entry of the run cache. And it parses params.yaml for each stage anew.

As a script (:data:`QUICK_DVC`) it is the command ``dvc`` with that lock.
"""

import functools
import json
import pickle
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any
from unittest.mock import patch

from dvc.utils.serialize import parse_yaml
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


def _dump(path: str, data: Any) -> None:
    """Stands in for ``dvc.utils.serialize.dump_yaml``, which the run cache is written with."""
    Path(path).write_text(json.dumps(data))


def _parse(text: str, path: str, typ: str = "safe") -> Any:
    """Stands in for ``dvc.utils.serialize.parse_yaml``: parses the same text once."""
    return pickle.loads(_pickled(text, path)) if typ == "safe" else parse_yaml(text, path, typ)


@functools.lru_cache(64)
def _pickled(text: str, path: str) -> bytes:
    return pickle.dumps(parse_yaml(text, path))


@contextmanager
def quick_lock() -> Iterator[None]:
    """Within, the DVC of this process writes dvc.lock without the parser that keeps comments."""
    with (
        patch("dvc.dvcfile.modify_yaml", _modify),
        patch("dvc.utils.serialize.dump_yaml", _dump),
        patch("dvc.utils.serialize._yaml.parse_yaml", _parse),
        patch("dvc.utils.strictyaml.parse_yaml", _parse),
    ):
        yield


@contextmanager
def alone() -> Iterator[None]:
    """Within, DVC keeps no list of who reads and writes what: for one process in a repository."""
    with patch("dvc.rwlock.rwlock", lambda *_: nullcontext()):
        yield


if __name__ == "__main__":
    from dvc.cli import main

    with quick_lock():
        sys.exit(main())
