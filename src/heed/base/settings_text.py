"""The text of a parameter file, read so that Heed and DVC cannot read it differently.

Heed reads YAML as PyYAML does (YAML 1.1), DVC as ruamel.yaml does (YAML 1.2). For ``seed: 010``
the one finds 8 and the other 10; ``on`` is true for the one and a word for the other. A run would
use one value and the record of the run hold another, so such spellings are refused. The exceptions
are numbers like ``1e-05``: DVC writes them itself (``dvc exp run -S``), and their meaning is
certain, though PyYAML alone would take them for text.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from heed.base.errors import HeedError

_Loader: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_TAG: Final = "tag:yaml.org,2002:"
_TRUTHS: Final = frozenset({"true", "True", "TRUE", "false", "False", "FALSE"})
_INTEGER: Final = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT: Final = re.compile(
    r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"
)
_EXPONENT: Final = re.compile(r"[-+]?[0-9]+\.?[0-9]*[eE][-+]?[0-9]+")
"""Numbers to DVC, text to PyYAML, which wants a dot before the exponent and a sign in it."""
_NUMBER_ELSEWHERE: Final = re.compile(
    r"[-+]?_*([0-9][0-9_]*\.?[0-9_]*|\.[0-9_]+)([eE][-+]?[0-9_]+)?|[-+]?0o[0-7_]+"
)
"""Text to one reader and a number to another: 08, 0o10, +.5, .5e3."""


class TrapError(HeedError, ValueError):
    """A spelling that is not certain; the message names the key, the line and what to write."""


def parse(text: str) -> Any:
    """The content of a YAML document, of plain types.

    Raises:
        yaml.YAMLError: if it is not valid YAML.
        TrapError: for a spelling that YAML 1.1 and 1.2 read differently, a key that is no text
            or is there twice, a date, or a value that contains itself.
    """
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return None
        _check(node, "", set(), set())
        return loader.construct_document(node)
    finally:
        loader.dispose()


def _check(node: Node, key: str, above: set[int], done: set[int]) -> None:
    """Walk the document once; ``above`` are the nodes that this one is inside of."""
    if id(node) in above:
        raise TrapError(f"{_place(key, node)}: found an alias to a value that contains it")
    if id(node) in done:
        return
    done.add(id(node))
    if isinstance(node, ScalarNode):
        _check_scalar(node, key)
        return
    inside = above | {id(node)}
    for name, child in _children(node, key):
        _check(child, name, inside, done)


def _children(node: Node, key: str) -> Iterator[tuple[str, Node]]:
    if isinstance(node, SequenceNode):
        for index, child in enumerate(node.value):
            yield _joined(key, str(index)), child
    elif isinstance(node, MappingNode):
        seen: dict[str, int] = {}
        for name, child in node.value:
            _check_key(name, key)
            line = name.start_mark.line + 1
            if name.value in seen:
                raise TrapError(
                    f"{_joined(key, name.value)}: found it twice, in line {seen[name.value]} "
                    f"and in line {line}; YAML would keep the last one only. Remove one of the two"
                )
            seen[name.value] = line
            yield _joined(key, name.value), child


def _check_key(name: Node, key: str) -> None:
    if isinstance(name, ScalarNode) and name.tag in (f"{_TAG}str", f"{_TAG}merge"):
        return
    place = _place(key, name)
    if not isinstance(name, ScalarNode):
        raise TrapError(f"{place}: found a list or a mapping as a name; expected a word")
    if name.value == "":
        raise TrapError(f"{place}: found an empty name; expected a word before the colon")
    raise TrapError(
        f"{place}: found the name {name.value}, which YAML reads as {_kind(name)}; choose another "
        "name that begins with a letter (quotes do not last: `dvc exp run -S` drops them)"
    )


def _check_scalar(node: ScalarNode, key: str) -> None:
    if node.style:
        return  # in quotes, or a block of text: a string for every reader
    text, tag, place = node.value, node.tag.removeprefix(_TAG), _place(key, node)
    if tag == "bool" and text not in _TRUTHS:
        truth = "true" if text.lower() in ("yes", "on") else "false"
        raise TrapError(
            f"{place}: found {text}, which is {truth} to Heed and a word to DVC; write {truth} "
            "where true or false is expected, else one of the parameter's own values"
        )
    if tag == "timestamp":
        raise TrapError(f'{place}: found {text}, a date to YAML; write "{text}" in quotes')
    if tag == "str" and _EXPONENT.fullmatch(text):
        node.tag = f"{_TAG}float"
        return
    wrong = (
        (tag == "int" and not _INTEGER.fullmatch(text))
        or (tag == "float" and not _FLOAT.fullmatch(text))
        or (tag == "str" and _NUMBER_ELSEWHERE.fullmatch(text))
    )
    if wrong:
        raise TrapError(
            f"{place}: found {text}, which not every reader of YAML takes for the same number"
            f"{_readings(text, tag)}; write it with decimal digits alone, without a zero in "
            f'front, or "{text}" in quotes for text'
        )


def _readings(text: str, tag: str) -> str:
    """What Heed and DVC would read, where the two are known and differ."""
    if re.fullmatch(r"[-+]?[0-9]+", text):
        heed = int(text, 8) if tag == "int" else f"the text {text}"
        return f" (Heed: {heed}, DVC: {int(text)})"
    if ":" in text:
        return f" (Heed would count in sixties; DVC: the text {text})"
    return ""


def _kind(name: ScalarNode) -> str:
    kinds = {"bool": "true or false", "null": "nothing (null)", "timestamp": "a date"}
    return kinds.get(name.tag.removeprefix(_TAG), "a number")


def _joined(key: str, name: str) -> str:
    return f"{key}.{name}" if key else name


def _place(key: str, node: Node) -> str:
    return f"{key or 'the file'}, line {node.start_mark.line + 1}"
