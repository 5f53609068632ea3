"""What code a stage depends on: its script, and the rooms of the library that it reaches.

A dependency in dvc.yaml is a room, that is a folder of ``src/heed``. Rooms whose modules serve
stages that have little in common are listed by part instead (:data:`BY_PART`): each inner folder
and each module by itself. What decides no byte of an output is left out (:data:`EXEMPT`).
"""

import ast
import os
from fnmatch import fnmatch
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.places import ROOT

LIBRARY = "src/heed/"
PACKAGE_DATA = {".csv", ".json", ".yaml", ".j2", ".css", ".js"}

BY_PART = {"celeba", "audit", "affact", "methods", "probing", "attention", "guidance"}
"""Rooms that are listed by part."""

EXEMPT = {
    "arguments/*.py": "refuses, or hands on what it was given",
    "pipeline/*.py": "starts, stops and refuses stages; what they compute is elsewhere",
    "process/*.py": "cores, threads that wait, signals: no output depends on them",
    "ledger/*.py": "refuses to write, or notes what was written",
    "*settings.py": "DVC compares the values of the parameters themselves",
    "audit/models.py": "DVC compares the values of the parameters themselves",
    "celeba/attributes.py": "columns of the table of faces, which DVC compares",
    "*consistency.py": "refuses, or says nothing",
    "*paths.py": "a test holds them to the outputs in dvc.yaml",
    "*named_files.py": "refuses, or says nothing",
    "base/registry.py": "finds files by their names; what they compute lies in their own room",
    "explain/names.py": "what the parameters may be; DVC compares their values",
    "guidance/names.py": "what the parameters may be; DVC compares their values",
    "layers/names.py": "what the parameter may be; DVC compares its value",
    "masks/names.py": "what the parameter may be; DVC compares its value",
    "networks/names.py": "what the parameter may be; DVC compares its value",
}
"""Patterns of modules that decide no byte of an output, each with the reason."""


LOCK = "requirements.lock"

LOCKED = {"synthesize", "crop", "train", "infer", "causal", "detect", "test_sets", "test_set_t",
          "predict", "draw", "prepare", "measure", "randomise", "stability", "probe", "silence",
          "baseline", "tune", "evaluate_network", "evaluate_run"}  # fmt: skip
"""Scripts whose outputs depend on the versions of libraries: they draw, decode, warp or multiply.

What follows them computes on tables and small maps, and prints rounded numbers.
"""


@cache
def module_file(name: str) -> Path | None:
    """The file of ``heed.x.y``, or None where ``name`` is not a module of the library."""
    base = ROOT / "src" / Path(*name.split("."))
    for candidate in (base.with_suffix(".py"), base / "__init__.py"):
        if candidate.is_file():
            return candidate
    return None


@cache
def imported_names(file: Path) -> frozenset[str]:
    """The modules that a file names in its imports, anywhere in its text."""
    names = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return frozenset(names)


@cache
def discovered_modules(file: Path) -> frozenset[Path]:
    """The modules that a file imports by the name of their package: those of a registry."""
    found: set[Path] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "FigureRegistry":
            assert isinstance(node.args[0], ast.Constant), f"{file}: write the package's name out"
            package = ROOT / "src" / Path(*str(node.args[0].value).split("."))
        else:
            continue
        modules = set(package.glob("*.py"))
        assert modules, f"{file}: {package} is no package of the library"
        found |= modules
    return frozenset(found)


@cache
def registered(file: Path) -> frozenset[str]:
    """The modules of a registry that a file opens: they are imported by name, when asked for."""
    if "heed.base.registry.Registry" not in imported_names(file):
        return frozenset()
    tree = ast.parse(file.read_text())
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    opened = [call.args[0] for call in calls if getattr(call.func, "id", "") == "Registry"]
    found: set[str] = set()
    for package in (written_out(argument, tree) for argument in opened):
        folder = module_file(package)
        assert folder, f"{file}: found no package {package}, whose files it registers"
        found |= {f"{package}.{entry.stem}" for entry in folder.parent.glob("*.py")}
    return frozenset(found)


def written_out(argument: ast.expr, tree: ast.Module) -> str:
    """A text that stands in a file, or that the file imports by its name."""
    if isinstance(argument, ast.Constant):
        return str(argument.value)
    assert isinstance(argument, ast.Name), "write the package's name out, or import it"
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and argument.id in {each.name for each in node.names}:
            return str(getattr(import_module(str(node.module)), argument.id))
    raise AssertionError(f"found no import of {argument.id}")


def closure(script: Path) -> set[str]:
    """``script`` and every library file that it reaches, as paths from the root."""
    seen: set[Path] = set()
    waiting = {script}
    while waiting:
        file = waiting.pop()
        seen.add(file)
        names = imported_names(file) | registered(file)
        found = {module_file(name) for name in names} | discovered_modules(file)
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
    """The code that ``dvc.yaml`` should list for a script, as paths from the root.

    Args:
        script: of the stage.
        always_runs: whether the stage runs at every ``dvc repro`` anyway, and so needs none.
    """
    if always_runs:
        return set()
    files = {f for f in closure(script) if f.startswith(LIBRARY) and not is_exempt(f)}
    data = {dependency_of(d) if "/" in d else d for f in files for d in package_data(f)}
    folder = script.parents[1]  # of the pipeline
    lock = {os.path.relpath(ROOT / LOCK, folder)} if script.stem in LOCKED else set()
    return {dependency_of(file) for file in files} | data | lock


def declared_code(stage: dict[str, Any]) -> list[str]:
    """The parts of the library among the deps of a stage, as they are written there."""
    return [d for d in stage.get("deps", []) if LIBRARY in d or d.endswith(LOCK)]


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
