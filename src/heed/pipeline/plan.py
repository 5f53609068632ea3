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


class StageFileError(ValueError):
    """``dvc.yaml`` cannot be read; the message names the file and the stage."""


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
    try:
        stages = stage_entries(Path(folder, STAGE_FILE))
        params = _mapping(Path(PARAMS_FILE))
    except StageFileError:
        return []
    return [
        _planned(stage, body, params | context)
        for name, entry in stages.items()
        for stage, body, context in _instances(name, entry, params)
    ]


def stage_entries(stage_file: str | os.PathLike[str]) -> dict[str, Mapping[str, Any]]:
    """The stages as a ``dvc.yaml`` has them, by name, templates and all; none without the file.

    Raises:
        StageFileError: if the file is not the YAML of a pipeline.
    """
    stages = _mapping(Path(stage_file)).get("stages", {})
    if not isinstance(stages, dict):
        raise StageFileError(f"{stage_file}: found no mapping of stages under the key stages")
    for name, stage in stages.items():
        if not isinstance(stage, dict):
            raise StageFileError(f"{stage_file}: stages.{name}: found {stage!r}, not a stage")
    return stages


def output_entries(stage: Mapping[str, Any]) -> list[str]:
    """What the body of a stage writes, in the order of ``outs``, ``metrics`` and ``plots``."""
    return [path for key in _OUTPUT_KEYS for path in _paths(stage.get(key))]


def _mapping(path: Path) -> dict[str, Any]:
    try:
        content = yaml.load(
            path.read_text(encoding="utf-8"),
            Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader),
        )
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise StageFileError(f"{path}: not valid YAML: {error}") from None
    if not isinstance(content, dict):
        raise StageFileError(f"{path}: found no mapping of stages under the key stages")
    return content


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
    return PlannedStage(
        name,
        script,
        tuple(arguments),
        tuple(filled(path) for path in _paths(body.get("deps"))),
        tuple(filled(path) for path in output_entries(body)),
    )


def _paths(entries: Any) -> list[str]:
    """The paths of a list like ``outs``, where one with options is a mapping of its own."""
    return [
        str(path)
        for entry in (entries if isinstance(entries, list) else [entries] if entries else [])
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
