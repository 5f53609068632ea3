"""Settings of a pipeline: files that hold only what differs from its ``params.yaml``.

A setting is applied by DVC: its values become arguments of ``dvc exp run -S``, which DVC writes
into params.yaml (comments stay) and records with the results. Mappings whose keys are names, such
as ``networks``, are given and replaced as a whole; of all other mappings a setting names single
keys. A key with dots, such as ``networks.mine.augment``, names one value anywhere, also within a
mapping that would otherwise be replaced as a whole.
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
        setting: those that differ, nested like them, or by dotted keys.
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
        >>> with_setting({"networks": {"a": 1, "b": 2}}, {"networks.b": 3}, whole=["networks"])
        {'networks': {'a': 1, 'b': 3}}
    """
    return _merged(params, setting, whole, ())


def overrides(
    before: Mapping[str, Any], after: Mapping[str, Any], whole: Collection[str] = ()
) -> dict[str, list[str]]:
    """What turns parameters into others, as arguments of ``dvc exp run -S``.

    Args:
        before: all parameters as they are.
        after: all parameters as they shall be, by :func:`with_setting`.
        whole: as there; one whose names stay is not replaced, but changed value by value.

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
        for path, new in _leaves(before, after, whole, ())
        if value_at(before, path) != new
    }


def value_at(params: Any, path: Path | str) -> Any:
    """The value of a key (dotted, or key by key); an object that equals no other for none.

    Args:
        params: parameters, or a setting, in which a key may have dots itself.
        path: the key.
    """
    wanted = path if isinstance(path, str) else ".".join(path)
    for key, value in params.items() if isinstance(params, Mapping) else ():
        if wanted == key:
            return value
        if wanted.startswith(f"{key}."):
            return value_at(value, wanted[len(key) + 1 :])
    return _ABSENT


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
    for dotted, value in setting.items():
        key, _, within = dotted.partition(".")
        path = (*above, key)
        name = ".".join(path)
        if key not in params:
            raise ParamsError(f"{name}: params.yaml has no such key")
        if within:
            if not isinstance(merged[key], Mapping):
                raise ParamsError(f"{name}: found {merged[key]!r}; expected a mapping")
            merged[key] = _with_value(merged[key], within.split("."), value, path)
        elif name in whole or not isinstance(value, Mapping):
            if isinstance(params[key], Mapping) and not isinstance(value, Mapping):
                raise ParamsError(f"{name}: found {value!r}; expected a mapping")
            merged[key] = value
        elif isinstance(params[key], Mapping):
            merged[key] = _merged(params[key], value, whole, path)
        else:
            raise ParamsError(f"{name}: found a mapping; expected a value, not {value!r}")
    return merged


def _with_value(params: Mapping[str, Any], place: list[str], value: Any, above: Path) -> Any:
    """A mapping with one value, of whatever kind, in the place of another."""
    if not place:
        return value
    key, *within = place
    path = (*above, key)
    if not isinstance(params, Mapping) or key not in params:
        raise ParamsError(f"{'.'.join(path)}: params.yaml has no such key")
    return {**params, key: _with_value(params[key], within, value, path)}


def _leaves(
    before: Any, after: Mapping[str, Any], whole: Collection[str], above: Path
) -> Iterator[tuple[Path, Any]]:
    """The values that are set one by one.

    A mapping is one value where its keys change; elsewhere they cannot.
    """
    for key, value in after.items():
        path = (*above, key)
        was = value_at(before, (key,))
        one_by_one = isinstance(value, Mapping) and (
            not any(_within(path, name) for name in whole)
            or (isinstance(was, Mapping) and was.keys() == value.keys())
        )
        if one_by_one:
            yield from _leaves(was, value, whole, path)
        else:
            yield path, value


def _within(path: Path, name: str) -> bool:
    return f"{'.'.join(path)}.".startswith(f"{name}.")
