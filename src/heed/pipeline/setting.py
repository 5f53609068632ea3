"""Settings of a pipeline: files that hold only what differs from its ``params.yaml``.

A setting is applied by DVC: its values become arguments of ``dvc exp run -S``, which DVC writes
into params.yaml (comments stay) and records with the results. Mappings whose keys are names, such
as ``networks``, are given and replaced as a whole; of all other mappings a setting names single
keys.
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from heed.base.settings import ParamsError

Path = tuple[str, ...]
"""The way to a parameter, key by key."""

_ABSENT: Final = object()


def with_setting(
    params: Mapping[str, Any], setting: Mapping[str, Any], whole: Collection[str] = ()
) -> dict[str, Any]:
    """The parameters with those of a setting in their place.

    Args:
        params: all parameters, as YAML has them.
        setting: those that differ, nested like them.
        whole: dotted keys of mappings that are replaced as a whole.

    Returns:
        New parameters; neither argument changes.

    Raises:
        ParamsError: for a key that the parameters do not have, or a mapping in the place of a
            value.

    Example:
        >>> with_setting({"crop": {"size": 224, "scale": 5.5}}, {"crop": {"size": 64}})
        {'crop': {'size': 64, 'scale': 5.5}}
        >>> with_setting({"networks": {"a": 1}}, {"networks": {"b": 2}}, whole=["networks"])
        {'networks': {'b': 2}}
    """
    return _merged(params, setting, whole, ())


def overrides(
    before: Mapping[str, Any], after: Mapping[str, Any], whole: Collection[str] = ()
) -> dict[str, list[str]]:
    """What turns parameters into others, as arguments of ``dvc exp run -S``.

    Args:
        before: all parameters as they are.
        after: all parameters as they shall be, by :func:`with_setting`.
        whole: as there.

    Returns:
        By the dotted key of each parameter that changes, in the order of ``after``, its arguments;
        empty where nothing changes.

    Example:
        >>> overrides({"crop": {"size": 224, "scale": 5.5}}, {"crop": {"size": 64, "scale": 5.5}})
        {'crop.size': ['crop.size=64']}
        >>> overrides({"networks": {"a": 1}}, {"networks": {"b": None}}, whole=["networks"])
        {'networks': ['~networks', '+networks={b: null}']}
    """
    return {
        ".".join(path): (
            # Taken away first: DVC would add the new entries to the old ones.
            [f"~{'.'.join(path)}", f"+{'.'.join(path)}={literal(new)}"]
            if isinstance(new, Mapping)
            else [f"{'.'.join(path)}={literal(new)}"]
        )
        for path, new in _leaves(after, whole, ())
        if value_at(before, path) != new
    }


def value_at(params: Mapping[str, Any], path: Path | str) -> Any:
    """The value of a key (dotted, or key by key); an object that equals no other for none."""
    value: Any = params
    for part in path.split(".") if isinstance(path, str) else path:
        if not isinstance(value, Mapping) or part not in value:
            return _ABSENT
        value = value[part]
    return value


def literal(value: Any) -> str:
    r"""A value as Hydra's grammar has it, which DVC reads ``-S`` by.

    Args:
        value: what YAML may hold; the keys of mappings are names.

    Raises:
        ParamsError: for a text with ``${``, which Hydra would replace.

    Example:
        >>> print(literal({"file": 'a "b"', "rates": [0.1, None, True]}))
        {file: "a \"b\"", rates: [0.1, null, true]}
    """
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {literal(of_key)}" for key, of_key in value.items()) + "}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(literal, value))}]"
    if isinstance(value, str):
        if "${" in value:
            raise ParamsError(f"found {value!r}; expected a text without ${{, which DVC replaces")
        # A backslash stands for itself but before a quotation mark.
        return '"' + re.sub(r'(\\*)("|$)', _escaped, value) + '"'
    return json.dumps(value)


def _escaped(found: re.Match[str]) -> str:
    return found[1] * 2 + ('\\"' if found[2] else "")


def _merged(
    params: Mapping[str, Any], setting: Mapping[str, Any], whole: Collection[str], above: Path
) -> dict[str, Any]:
    merged = dict(params)
    for key, value in setting.items():
        path = (*above, key)
        name = ".".join(path)
        if key not in params:
            raise ParamsError(f"{name}: params.yaml has no such key")
        if name in whole or not isinstance(value, Mapping):
            if isinstance(params[key], Mapping) and not isinstance(value, Mapping):
                raise ParamsError(f"{name}: found {value!r}; expected a mapping")
            merged[key] = value
        elif isinstance(params[key], Mapping):
            merged[key] = _merged(params[key], value, whole, path)
        else:
            raise ParamsError(f"{name}: found a mapping; expected a value, not {value!r}")
    return merged


def _leaves(
    params: Mapping[str, Any], whole: Collection[str], above: Path
) -> Iterator[tuple[Path, Any]]:
    for key, value in params.items():
        path = (*above, key)
        if isinstance(value, Mapping) and ".".join(path) not in whole:
            yield from _leaves(value, whole, path)
        else:
            yield path, value
