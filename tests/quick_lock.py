"""DVC's files written and read in a fraction of the time, for tests that run hundreds of stages.

After each stage DVC reads and writes all of dvc.lock with a parser that keeps comments, in pure
Python: three quarters of what a pipeline of stand-ins takes. A lock that DVC has written holds no
comment, and JSON is YAML, so that what Python's own module writes has the same content; so has an
entry of the run cache. It parses params.yaml for each stage anew, walks through all of it for each
value, and has the disk written before it goes on, which a repository that is thrown away can do
without.

As a script (:data:`QUICK_DVC`) it is the command ``dvc`` with that lock.
"""

import functools
import json
import pickle
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import dpath
from diskcache.core import DEFAULT_SETTINGS
from dvc.utils.serialize import parse_yaml
from fsspec.implementations.memory import MemoryFileSystem
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
    file.write_text(json.dumps(content))


def _dump(path: str, data: Any) -> None:
    """Stands in for ``dvc.utils.serialize.dump_yaml``, which the run cache is written with."""
    Path(path).write_text(json.dumps(data))


def _parse(text: str, path: str, typ: str = "safe") -> Any:
    """Stands in for ``dvc.utils.serialize.parse_yaml``: parses the same text once."""
    return pickle.loads(_pickled(text, path)) if typ == "safe" else parse_yaml(text, path, typ)


@functools.lru_cache(64)
def _pickled(text: str, path: str) -> bytes:
    return pickle.dumps(parse_yaml(text, path))


def _get(values: dict[str, Any], key: str, **options: Any) -> Any:
    """Stands in for ``dpath.get``, by which a value of params.yaml is found."""
    found: Any = values
    for part in key.split(options["separator"]):
        if not isinstance(found, dict) or any(sign in part for sign in "*?["):
            return dpath.get(values, key, **options)
        found = found[part]
    return found


@contextmanager
def quick_lock() -> Iterator[None]:
    """Within, the DVC of this process writes dvc.lock without the parser that keeps comments."""
    with (
        patch("dvc.dvcfile.modify_yaml", _modify),
        patch("dvc.utils.serialize.dump_yaml", _dump),
        patch("dvc.utils.serialize._yaml.parse_yaml", _parse),
        patch("dvc.utils.strictyaml.parse_yaml", _parse),
        patch("dvc.dependency.param.dpath", SimpleNamespace(get=_get)),
        patch.dict(DEFAULT_SETTINGS, sqlite_synchronous=0),
    ):
        yield


@contextmanager
def alone() -> Iterator[None]:
    """Within, DVC keeps no list of who reads and writes what, nor of the links that it made.

    For one process in a repository, which nobody checks out and which is not killed.
    """
    with (
        patch("dvc.rwlock.rwlock", lambda *_: nullcontext()),
        patch("dvc_data.hashfile.state.State.set_link", lambda *_: None),
        patch.dict(DEFAULT_SETTINGS, sqlite_journal_mode="memory"),
    ):
        yield


def forget_trees() -> None:
    """Drop what DVC has kept in memory of the folders it has looked at, and searches through."""
    MemoryFileSystem.store.clear()


if __name__ == "__main__":
    from dvc.cli import main

    with quick_lock():
        sys.exit(main())
