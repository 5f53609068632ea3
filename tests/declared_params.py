"""What a stage declares under ``params``, held to its script and to what DVC makes of it."""

import ast
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

HIDDEN = {"size", "nfiles"}
"""Keys that DVC leaves out of a group when it looks a run up (issue 10296)."""


def loaded_keys(
    script: Path, key_of: Mapping[str, str], functions: Mapping[str, set[str]]
) -> set[str]:
    """The keys of params.yaml that a script of a study loads.

    Args:
        script: of the stage.
        key_of: by the name of a settings class its key.
        functions: by the name of a function the keys that a call of it reads.
    """
    loaded: set[str] = set()
    for node in ast.walk(ast.parse(script.read_text())):
        if isinstance(node, ast.Call):
            function = getattr(node.func, "id", "")
            loaded |= functions.get(function, set())
            if function == "load":
                loaded |= {key_of[a.id] for a in node.args if getattr(a, "id", "") in key_of}
    return loaded


def assert_no_change_is_hidden(
    params: Mapping[str, Any], entries: Iterable[str], examples: Mapping[str, str]
) -> None:
    """Groups among the entries of a stage hold no key whose change the run cache does not see.

    Args:
        params: the content of params.yaml.
        entries: of the stage.
        examples: what stands for a part of them that dvc.yaml fills in.
    """
    for entry in entries:
        for part, example in examples.items():
            entry = entry.replace(part, example)
        value: Any = params
        for key in entry.split("."):
            value = value[key]
        if isinstance(value, dict):
            assert not HIDDEN & set(value), f"list {entry} key by key"
