"""What code a stage depends on: its script, and the rooms of the library that it reaches.

A dependency in dvc.yaml is a room, that is a folder of ``src/heed``. Rooms whose modules serve
stages that have little in common are listed by part instead (:data:`BY_PART`): each inner folder
and each module by itself. What decides no byte of an output is left out (:data:`EXEMPT`).
"""

import ast
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from tests.places import ROOT

LIBRARY = "src/heed/"
PACKAGE_DATA = {".csv", ".json", ".j2", ".css", ".js"}

BY_PART = {"base", "celeba", "audit", "affact"}
"""Rooms that are listed by part."""

EXEMPT = {
    "pipeline/*.py": "starts, stops and refuses stages; what they compute is elsewhere",
    "base/settings*.py": "DVC compares the values of the parameters themselves",
    "*settings.py": "DVC compares the values of the parameters themselves",
    "*consistency.py": "refuses, or says nothing",
    "*named_files.py": "refuses, or says nothing",
    "base/cores.py": "the number of processes; no output depends on it",
    "base/ledger.py": "refuses to write, or notes what was written",
    "base/recorded.py": "refuses to write, or notes what was written",
    "base/recoverable.py": "refuses to write, or notes what was written",
    "base/signals.py": "how a stage is stopped",
    "base/threads.py": "how threads wait",
}
"""Patterns of modules that decide no byte of an output, each with the reason."""


def module_file(name: str) -> Path | None:
    """The file of ``heed.x.y``, or None where ``name`` is not a module of the library."""
    base = ROOT / "src" / Path(*name.split("."))
    for candidate in (base.with_suffix(".py"), base / "__init__.py"):
        if candidate.is_file():
            return candidate
    return None


def imported_names(file: Path) -> set[str]:
    """The modules that a file names in its imports, anywhere in its text."""
    names = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def closure(script: Path) -> set[str]:
    """``script`` and every library file that it reaches, as paths from the root."""
    seen: set[Path] = set()
    waiting = {script}
    while waiting:
        file = waiting.pop()
        seen.add(file)
        found = {module_file(name) for name in imported_names(file)}
        waiting |= {f for f in found if f and f.stat().st_size} - seen  # empty: an __init__.py
    return {file.relative_to(ROOT).as_posix() for file in seen}


def is_exempt(file: str) -> bool:
    return any(fnmatch(file.removeprefix(LIBRARY), pattern) for pattern in EXEMPT)


def dependency_of(file: str) -> str:
    """The room, or the part of a room, that stands for a library file in dvc.yaml."""
    room, *inner = file.removeprefix(LIBRARY).split("/")
    if room in BY_PART and len(inner) == 1:
        return file
    return LIBRARY + (f"{room}/{inner[0]}" if room in BY_PART else room)


def package_data(file: str) -> set[str]:
    """The tables and templates beside a module, where it opens package data."""
    path = ROOT / file
    opens = "importlib.resources" in imported_names(path)
    found = path.parent.iterdir() if opens else ()
    return {f.relative_to(ROOT).as_posix() for f in found if f.suffix in PACKAGE_DATA}


def code_dependencies(script: Path, always_runs: bool = False) -> set[str]:
    """The library's share of what ``dvc.yaml`` should list for a script, as paths from the root.

    Args:
        script: of the stage.
        always_runs: whether the stage runs at every ``dvc repro`` anyway, and so needs none.
    """
    if always_runs:
        return set()
    files = {f for f in closure(script) if f.startswith(LIBRARY) and not is_exempt(f)}
    data = {dependency_of(d) if "/" in d else d for f in files for d in package_data(f)}
    return {dependency_of(file) for file in files} | data


def declared_code(stage: dict[str, Any]) -> list[str]:
    """The parts of the library among the deps of a stage, as they are written there."""
    return [d for d in stage.get("deps", []) if LIBRARY in d]


def assert_code_dependencies(stage: dict[str, Any], script: Path) -> None:
    """Hold the code that a stage lists to what its script reaches.

    Args:
        stage: its entry in dvc.yaml. Of a study's, src is a link to the library's.
        script: its script.
    """
    declared = declared_code(stage)
    assert len(declared) == len(set(declared)), "a room is listed twice"
    expected = code_dependencies(script, stage.get("always_changed", False))
    missing, needless = expected - set(declared), set(declared) - expected
    assert not missing, f"add to its deps: {sorted(missing)}"
    assert not needless, f"remove from its deps: {sorted(needless)}"
    assert f"stages/{script.name}" in stage["deps"]
