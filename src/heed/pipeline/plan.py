"""What dvc.yaml says about each stage: its command, what it reads and what it writes.

DVC knows this too, but takes most of a second to be imported, and the inventory asks at every
``dvc repro``. Of DVC's templates those are understood that Heed's pipelines use: ``foreach``,
``matrix``, ``${key}``, ``${item}``, ``${item.name}`` and parameters such as ``${mask.version}``.
A template whose choices are nowhere stands for no stage: DVC, or the models of the parameters, say
what is wrong.
A test holds this reading to DVC's own.
"""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any, Final

import yaml

from heed.base.errors import HeedError

STAGE_FILE: Final = "dvc.yaml"
PARAMS_FILE: Final = "params.yaml"

_TEMPLATE: Final = re.compile(r"\$\{([^}]+)\}")
_OUTPUT_KEYS: Final = ("outs", "metrics", "plots")


class StageFileError(HeedError, ValueError):
    """``dvc.yaml`` cannot be read; the message names the file and the stage."""


@dataclass(frozen=True)
class PlannedStage:
    """One stage, its templates filled in.

    Attributes:
        name: as DVC calls it, e.g. ``train@balanced``.
        script: the script that its command runs, relative to the pipeline's folder, as are all
            paths.
        arguments: what the command gives the script.
        inputs: the files and folders that it depends on.
        outputs: the files and folders of this machine that it writes; DVC empties them before it
            runs, unless they are persistent.
        folder: where it runs, ``wdir`` to DVC.
    """

    name: str
    script: str
    arguments: tuple[str, ...]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    folder: str = "."


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
        body = entry.get("do")
        for key, item in _choices(entry["foreach"], params).items():
            if isinstance(body, Mapping):
                yield f"{name}@{key}", body, {"key": key, "item": item}
    elif "matrix" in entry:
        variables = entry["matrix"] if isinstance(entry["matrix"], Mapping) else {}
        chosen = [_combined(variable, of, params) for variable, of in variables.items()]
        for combination in product(*chosen) if chosen else ():
            key = "-".join(part for part, _, _ in combination)
            item = {variable: value for _, variable, value in combination}
            yield f"{name}@{key}", entry, {"key": key, "item": item}
    else:
        yield name, entry, {}


def _resolved(choices: Any, params: Mapping[str, Any]) -> Any:
    """A list or mapping of choices, written out or named by ``${...}``; empty for all else."""
    if isinstance(choices, str) and (named := _TEMPLATE.fullmatch(choices.strip())):
        choices = _value(named[1], params)
    return choices if isinstance(choices, list | Mapping) else ()


def _choices(choices: Any, params: Mapping[str, Any]) -> dict[str, Any]:
    """What ``foreach`` goes through, by the keys that DVC gives the stages."""
    found = _resolved(choices, params)
    if isinstance(found, Mapping):
        return {_text(key): item for key, item in found.items()}
    if any(isinstance(item, list | Mapping) for item in found):
        return {str(number): item for number, item in enumerate(found)}
    return {_text(item): item for item in found}


def _combined(variable: str, choices: Any, params: Mapping[str, Any]) -> list[tuple[str, str, Any]]:
    """The choices of one variable of a ``matrix``: part of the stage's name, variable, value."""
    return [
        (
            f"{variable}{number}" if isinstance(value, list | Mapping) else _text(value),
            variable,
            value,
        )
        for number, value in enumerate(_resolved(choices, params))
    ]


def _text(value: Any) -> str:
    """A value as DVC writes it into names and commands."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _planned(name: str, body: Mapping[str, Any], context: Mapping[str, Any]) -> PlannedStage:
    def filled(text: str) -> str:
        return _TEMPLATE.sub(lambda found: _text(_value(found[1], context)), text)

    folder = filled(str(body.get("wdir", ".")))

    def places(paths: list[str]) -> tuple[str, ...]:
        texts = [filled(path) for path in paths]
        return tuple(
            os.path.normpath(os.path.join(folder, text)) for text in texts if "://" not in text
        )

    words = filled(str(body.get("cmd", ""))).split()
    script = next((word for word in words if word.endswith(".py")), "")
    arguments = words[words.index(script) + 1 :] if script else []
    return PlannedStage(
        name,
        os.path.normpath(os.path.join(folder, script)) if script else "",
        tuple(arguments),
        places(_paths(body.get("deps"))),
        places(output_entries(body)),
        folder,
    )


def _paths(entries: Any) -> list[str]:
    """The paths of a list like ``outs``, where one with options is a mapping of its own."""
    return [
        str(path)
        for entry in (entries if isinstance(entries, list) else [entries] if entries else [])
        for path in (entry if isinstance(entry, Mapping) else [entry])
    ]


def _value(dotted: str, context: Mapping[str, Any]) -> Any:
    """What ``a.b.c`` or ``a[0]`` is; the name itself where it is not there: DVC says so."""
    value: Any = context
    for part in re.split(r"[.\[]", dotted.strip()):
        index = part.removesuffix("]")
        if isinstance(value, Mapping) and part in value:
            value = value[part]
        elif isinstance(value, list) and index.isdecimal() and int(index) < len(value):
            value = value[int(index)]
        else:
            return dotted
    return value
