"""The paths that a pipeline's stages use, and those that its dvc.yaml declares."""

import ast
import contextlib
import inspect
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType

from heed.pipeline.plan import planned_stages

FOLDERS = ("data/", "metrics/", "plots/", "report/")


def written(pipeline: Path) -> set[str]:
    """Every output in the dvc.yaml of a pipeline."""
    with contextlib.chdir(pipeline):  # the parameters are those of the current folder
        return {path for stage in planned_stages() for path in stage.outputs}


def known(paths: ModuleType, values: Mapping[str, Sequence[object]]) -> Iterator[str]:
    """Every path of a module of paths.

    Args:
        paths: the module.
        values: what its functions can be called with, by the name of their one argument;
            functions of another argument are left out.
    """
    for value in (value for name, value in vars(paths).items() if name.isupper()):
        yield from value.values() if isinstance(value, dict) else [value]
    for _, function in inspect.getmembers(paths, inspect.isfunction):
        (argument, *_) = inspect.signature(function).parameters
        yield from (function(value) for value in values.get(argument, ()))


def literals(pipeline: Path) -> dict[str, str]:
    """Paths that scripts of a pipeline write out themselves, each with its script."""
    found = {}
    for script in sorted((pipeline / "stages").glob("*.py")):
        tree = ast.parse(script.read_text())
        kinds = ast.Module | ast.FunctionDef
        documents = {
            ast.get_docstring(node, clean=False)
            for node in ast.walk(tree)
            if isinstance(node, kinds)
        }
        for node in ast.walk(tree):
            text = node.value if isinstance(node, ast.Constant) else None
            if isinstance(text, str) and text not in documents and text.startswith(FOLDERS):
                found[text] = script.name
    return found
