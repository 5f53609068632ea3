"""What YAML's versions read differently is refused; DVC's own reader is the oracle."""

import math

import pytest
import yaml
from dvc.exceptions import DvcException
from dvc.utils.serialize import parse_yaml
from hypothesis import example, given
from hypothesis import strategies as st

from heed.base.settings import ParamsError, read
from heed.base.settings_text import TrapError, parse

SPELLINGS = st.text("0123456789_+-.eEobxaAfnNyYsSlLuUtTrR:~ '\"", min_size=1, max_size=8)


def same(one: object, other: object) -> bool:
    both_nan = isinstance(one, float) and isinstance(other, float) and math.isnan(one)
    return type(one) is type(other) and (one == other or both_nan)


@given(SPELLINGS)
@example("010")
@example("1e-05")
@example("1:30")
@example("on")
@example("1.0e5")
@example(".5e3")
def test_what_is_read_is_what_dvc_records(spelling: str) -> None:
    text = f"a: {spelling}\n"
    try:
        found = parse(text)
    except (TrapError, yaml.YAMLError):
        return
    assert isinstance(found, dict)
    try:
        recorded = parse_yaml(text, "params.yaml")
    except (DvcException, ValueError):
        return  # DVC refuses the file, or stumbles over it, before any stage
    assert same(found["a"], recorded["a"]), (found, recorded)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e-05", 1e-5),  # as `dvc exp run -S` writes 0.00001
        ("1e+20", 1e20),
        ("1.0e5", 1e5),
        ("1.0e-4", 1e-4),
        (".5", 0.5),
        ("-3", -3),
        ("true", True),
        ("~", None),
        ("null", None),
        ("'010'", "010"),
        ('"on"', "on"),
        ("weights/010", "weights/010"),
        ("1.2.3", "1.2.3"),
    ],
)
def test_certain_spellings_are_read(text: str, value: object) -> None:
    assert same(parse(f"a: {text}\n")["a"], value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("train:\n  seed: 010", r"train\.seed, line 2: found 010, .*\(Heed: 8, DVC: 10\)"),
        ("train:\n  seed: -010", r"train\.seed, line 2: found -010"),
        ("train:\n  seed: 08", r"found 08, .*\(Heed: the text 08, DVC: 8\)"),
        ("seed: 0o10", "seed, line 1: found 0o10"),
        ("seed: 0x10", "found 0x10"),
        ("seed: 0b10", "found 0b10"),
        ("seed: 1_000", "found 1_000"),
        ("seed: 1:30", "found 1:30, .*Heed would count in sixties"),
        ("x: [1, 010]", r"x\.1, line 1: found 010"),
        (
            "flip: yes",
            "flip, line 1: found yes, .*write true where true or false is expected, else one of",
        ),
        ("flip: Off", "found Off, .*write false"),
        ("root: 2024-01-01", "found 2024-01-01, a date"),
        (
            "models:\n  on: {}",
            "models, line 2: found the name on, .*choose another name .*quotes do not last",
        ),
        ("models:\n  null: {}", r"models, line 2: found the name null, .*choose another name"),
        ("models:\n  ~: {}", "found the name ~, which YAML reads as nothing"),
        ("models:\n  1: {}", "found the name 1, which YAML reads as a number"),
        ("models:\n  No: {}", "found the name No, which YAML reads as true or false"),
        ("a: 1\nb: 2\na: 3", "a: found it twice, in line 1 and in line 3"),
        ("m:\n  a: 1\n  a: 1", r"m\.a: found it twice"),
        ('m:\n  a: 1\n  "a": 1', r"m\.a: found it twice"),
        ("a: &x [*x]", r"a\.0, line 1: found an alias to a value that contains it"),
        ("? [a]\n: 1", "found a list or a mapping as a name"),
    ],
)
def test_traps_are_named_with_their_key_and_line(text: str, message: str) -> None:
    with pytest.raises(TrapError, match=message):
        parse(text)


def test_values_used_twice_by_an_alias_are_fine() -> None:
    text = "x: &base {a: 1}\ny:\n  <<: *base\n  b: 2\nz: *base\n"
    assert parse(text) == {"x": {"a": 1}, "y": {"a": 1, "b": 2}, "z": {"a": 1}}


def test_many_aliases_of_aliases_end_at_once() -> None:
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60)]
    assert len(parse("\n".join(lines))) == 60


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"seed: 010", r"params\.yaml: seed, line 1: found 010"),
        (b"root: Gr\xf6\xdfe", "byte 8 is not UTF-8; save the file as UTF-8"),
        (b"a: [1", "not valid YAML"),
        (b"", "expected a mapping of keys, found NoneType"),
    ],
)
def test_the_file_is_named(tmp_path, monkeypatch, content: bytes, message: str) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "params.yaml").write_bytes(content)
    with pytest.raises(ParamsError, match=message):
        read("params.yaml")
