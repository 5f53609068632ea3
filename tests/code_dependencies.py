"""What a stage depends on: its script and every file of the library that it reaches."""

import ast
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PACKAGE_DATA = {".csv", ".json", ".j2", ".css", ".js"}


def module_file(name: str) -> Path | None:
    """The file of ``heed.x.y``, or None where ``name`` is not a module of the library."""
    base = ROOT / "src" / Path(*name.split("."))
    for candidate in (base.with_suffix(".py"), base / "__init__.py"):
        if candidate.is_file():
            return candidate
    return None


def imported_files(file: Path) -> set[Path]:
    """The library files that ``file`` itself imports, anywhere in its text."""
    files = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            continue
        files |= {found for name in names if (found := module_file(name))}
    return {found for found in files if found.stat().st_size}  # empty __init__.py files say nothing


def closure(script: Path) -> set[str]:
    """``script`` and every library file that it reaches, as paths from the root."""
    seen: set[Path] = set()
    waiting = {script}
    while waiting:
        file = waiting.pop()
        seen.add(file)
        waiting |= imported_files(file) - seen
    return {file.relative_to(ROOT).as_posix() for file in seen}


def package_data(code: set[str]) -> set[str]:
    """The tables and templates beside modules that open package data."""
    return {
        path.relative_to(ROOT).as_posix()
        for file in code
        if file.startswith("src/") and opens_package_data(ROOT / file)
        for path in (ROOT / file).parent.iterdir()
        if path.suffix in PACKAGE_DATA
    }


def opens_package_data(file: Path) -> bool:
    """Whether a module imports ``importlib.resources``, in whichever way."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            continue
        if "importlib.resources" in names:
            return True
    return False


def declared_code(stage: dict[str, Any]) -> list[str]:
    """The scripts and modules among the deps of a stage, as they are written there."""
    return [d for d in stage.get("deps", []) if d.endswith(".py")]
