"""What dvc.yaml says about each stage: its command, what it reads and what it writes.

DVC knows this too, but takes most of a second to be imported, and the inventory asks at every
``dvc repro``. Of DVC's templates those are understood that Heed's pipelines use: ``foreach``,
``matrix``, ``${key}``, ``${item}``, ``${item.name}`` and parameters such as ``${mask.version}``.
A test holds this reading to DVC's own.
"""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

STAGE_FILE: Final = "dvc.yaml"
PARAMS_FILE: Final = "params.yaml"

_TEMPLATE: Final = re.compile(r"\$\{([^}]+)\}")
_OUTPUT_KEYS: Final = ("outs", "metrics", "plots")


@dataclass(frozen=True)
class PlannedStage:
    """One stage, its templates filled in.

    Attributes:
        name: as DVC calls it, e.g. ``train@balanced``.
        script: the script that its command runs, relative to the pipeline's folder.
        arguments: what the command gives the script.
        inputs: the files and folders that it depends on.
        outputs: the files and folders that it writes; DVC empties them before it runs, unless
            they are persistent.
    """

    name: str
    script: str
    arguments: tuple[str, ...]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


def planned_stages(folder: str | os.PathLike[str] = ".") -> list[PlannedStage]:
    """Read the stages of the pipeline in ``folder``, in the order of its dvc.yaml.

    Args:
        folder: where dvc.yaml is. Its parameters are those of the current folder, where the
            stages run.

    Returns:
        The stages; none where there is no dvc.yaml, or where it cannot be read: then DVC
        itself says so.
    """
    stages = _read(Path(folder, STAGE_FILE)).get("stages")
    params = _read(Path(PARAMS_FILE))
    if not isinstance(stages, dict):
        return []
    return [
        _planned(stage, body, params | context)
        for name, entry in stages.items()
        if isinstance(entry, dict)
        for stage, body, context in _instances(name, entry, params)
    ]


def _read(path: Path) -> dict[str, Any]:
    try:
        content = yaml.load(
            path.read_text(encoding="utf-8"),
            Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader),
        )
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return {}
    return content if isinstance(content, dict) else {}


def _instances(
    name: str, entry: Mapping[str, Any], params: Mapping[str, Any]
) -> Iterator[tuple[str, Mapping[str, Any], dict[str, Any]]]:
    """A stage's name, body and variables; several where it is a template for several."""
    if "foreach" in entry:
        for key, item in _choices(entry["foreach"], params):
            yield f"{name}@{key}", entry["do"], {"key": key, "item": item}
    elif "matrix" in entry:
        ((variable, choices),) = entry["matrix"].items()  # Heed's have one variable each
        for key, _ in _choices(choices, params):
            yield f"{name}@{key}", entry, {"item": {variable: key}}
    else:
        yield name, entry, {}


def _choices(choices: Any, params: Mapping[str, Any]) -> list[tuple[str, Any]]:
    if isinstance(choices, str):
        choices = _value(_TEMPLATE.sub(r"\1", choices), params)
    if isinstance(choices, Mapping):
        return [(str(key), item) for key, item in choices.items()]
    return [(str(item), item) for item in choices or ()]


def _planned(name: str, body: Mapping[str, Any], context: Mapping[str, Any]) -> PlannedStage:
    def filled(text: str) -> str:
        return _TEMPLATE.sub(lambda found: str(_value(found[1], context)), text)

    words = filled(str(body.get("cmd", ""))).split()
    script = next((word for word in words if word.endswith(".py")), "")
    arguments = words[words.index(script) + 1 :] if script else []
    outputs = [path for key in _OUTPUT_KEYS for path in _paths(body.get(key))]
    return PlannedStage(
        name,
        script,
        tuple(arguments),
        tuple(filled(path) for path in _paths(body.get("deps"))),
        tuple(filled(path) for path in outputs),
    )


def _paths(entries: Any) -> list[str]:
    """The paths of a list like ``outs``, where one with options is a mapping of its own."""
    return [
        str(path)
        for entry in entries or ()
        for path in (entry if isinstance(entry, Mapping) else [entry])
    ]


def _value(dotted: str, context: Mapping[str, Any]) -> Any:
    """What ``a.b.c`` is; the name itself where it is not there, which DVC then complains of."""
    value: Any = context
    for part in dotted.strip().split("."):
        if not isinstance(value, Mapping) or part not in value:
            return dotted
        value = value[part]
    return value
