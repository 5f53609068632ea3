"""The paths that the stages use are those that dvc.yaml declares."""

import ast
import inspect
from collections.abc import Iterator

import yaml

from heed.audit import paths
from heed.base.partitions import PARTITIONS
from heed.pipeline.plan import planned_stages
from tests.places import ROOT

NO_OUTPUT = {paths.HEADERS, paths.EVIDENCE, paths.TABLES, paths.MASKS, paths.SCORES}
"""Beside the pipeline, part of an output, or folder of some."""

MODELS = yaml.safe_load((ROOT / "params.yaml").read_text())["models"]
MADE_OF = {"model": list(MODELS), "partition": PARTITIONS, "version": (1, 2, 3, "evidence")}


def written() -> set[str]:
    """Every output in dvc.yaml."""
    return {path for stage in planned_stages(ROOT) for path in stage.outputs}


def known() -> Iterator[str]:
    """Every path of the module."""
    for value in (value for name, value in vars(paths).items() if name.isupper()):
        yield from value.values() if isinstance(value, dict) else [value]
    for name, function in inspect.getmembers(paths, inspect.isfunction):
        (argument, *_) = inspect.signature(function).parameters
        if name != "table":
            yield from (function(value) for value in MADE_OF[argument])


def test_every_path_is_an_output_of_a_stage() -> None:
    outputs = written()
    masks = {paths.masks(version) for version in MADE_OF["version"]}  # parts of data/masks
    assert set(known()) - NO_OUTPUT - masks <= outputs
    assert paths.MASKS in outputs


def test_every_output_is_among_the_paths() -> None:
    tables = {path for path in written() if path.startswith(paths.TABLES)}
    assert written() - set(known()) == tables
    for path in tables:
        name, suffix = path.removeprefix(f"{paths.TABLES}/").rsplit(".", 1)
        assert paths.table(name, suffix) == path


def test_no_stage_writes_a_path_of_its_own() -> None:
    for script in sorted((ROOT / "stages").glob("*.py")):
        tree = ast.parse(script.read_text())
        documents = {
            ast.get_docstring(node, clean=False)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.FunctionDef)
        }
        for node in ast.walk(tree):
            text = node.value if isinstance(node, ast.Constant) else None
            if isinstance(text, str) and text not in documents:
                found = text.startswith(("data/", "metrics/", "plots/", "report/"))
                assert not found, f"{script.name}: {text} belongs into heed.audit.paths"
