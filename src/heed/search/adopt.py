"""Writing a found setting into a parameter file, of which not another byte changes."""

from collections.abc import Mapping
from typing import Any, TypeGuard

import yaml

from heed.base.settings import ParamsError


def entry_text(name: str, entry: Mapping[str, Any], comment: str, indent: int = 0) -> str:
    """A setting as YAML, an entry of ``networks``.

    Args:
        name: of the entry.
        entry: its content.
        comment: one line, set above the content.
        indent: spaces before each line.
    """
    body = yaml.safe_dump(dict(entry), sort_keys=False, allow_unicode=True, width=1000)
    lines = [f"{name}:", *(f"  {line}" for line in [f"# {comment}", *body.splitlines()])]
    return "".join(f"{' ' * indent}{line}\n" for line in lines)


def adopted(text: str, key: str, name: str, entry: Mapping[str, Any], comment: str) -> str:
    """Put an entry into a mapping of a YAML file, in place of one of the same name or last.

    Args:
        text: the file's content.
        key: of the mapping, at the top of the file, for instance ``networks``.
        name: of the entry.
        entry: its content.
        comment: one line, set above the content.

    Returns:
        The new content of the file: all other lines are as they were.

    Raises:
        ParamsError: when the file is no YAML or has no such mapping, one entry per line.
    """
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise ParamsError(f"params.yaml: not valid YAML: {error}") from None
    values = {node.value: value for node, value in root.value} if _is_block(root) else {}
    mapping = values.get(key)
    if not _is_block(mapping) or not mapping.value:
        raise ParamsError(
            f"params.yaml: {key}: found no mapping of names to entries, one per line; put the "
            f"entry there by hand:\n{entry_text(name, entry, comment)}"
        )
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    column = mapping.value[0][0].start_mark.column
    first = last = _end(mapping)
    for node, value in mapping.value:
        if node.value == name:
            first, last = node.start_mark.line, _end(value)
    lines[first:last] = [entry_text(name, entry, comment, column)]
    result = "".join(lines)
    before = yaml.safe_load(text)
    try:
        after = yaml.safe_load(result)
    except yaml.YAMLError:
        after = None
    if after != {**before, key: {**before[key], name: dict(entry)}}:
        raise ParamsError(
            f"params.yaml: {key}.{name}: the file is written in a way that Heed cannot change; "
            f"put the entry there by hand:\n{entry_text(name, entry, comment)}"
        )
    return result


def _is_block(node: yaml.Node | None) -> TypeGuard[yaml.MappingNode]:
    return isinstance(node, yaml.MappingNode) and not node.flow_style


def _end(node: yaml.Node) -> int:
    """Number of the line after the last one of a value, without comments below it."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(last[1] if isinstance(last, tuple) else last)
    return node.end_mark.line + 1
