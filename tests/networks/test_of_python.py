"""Functions of one's own that return networks: found, told apart by their code, and called."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from heed.networks.of_python import NetworkError, made_by, source_digest, source_file


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """A working folder that holds a package of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    before = set(sys.modules)
    (tmp_path / "own_nets").mkdir()
    (tmp_path / "own_nets/__init__.py").write_text("print('imported')")
    (tmp_path / "own_nets/one.py").write_text("def make():\n    return 5\n")
    yield tmp_path
    for name in set(sys.modules) - before:
        del sys.modules[name]


def write(text: str, name: str = "own_nets/one.py") -> None:
    Path(name).write_text(text)


def test_the_file_is_found_without_running_anything(folder, capsys):
    assert source_file("python:own_nets.one:make") == folder / "own_nets/one.py"
    write("raise SystemExit", "own_nets/__init__.py")
    assert source_file("python:own_nets:make") == folder / "own_nets/__init__.py"
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("name", ["own_nets.two", "own_nets.one.deeper", "no_such.thing", "absent"])
def test_a_module_that_is_not_there_is_named_with_where_it_was_looked_for(
    folder, monkeypatch, name
):
    monkeypatch.setenv("PYTHONPATH", "/some/where")
    file = "/".join(name.split("."))
    expected = rf"no module {name}: looked for {file}\.py on PYTHONPATH \(/some/where\), .*{folder}"
    for look in (source_file, source_digest, lambda name: made_by(name, 40)):
        with pytest.raises(NetworkError, match=expected):
            look(f"python:{name}:make")


@pytest.mark.parametrize("module", ["builtins", "sys"])
def test_what_is_no_file_of_python_is_refused(folder, module):
    with pytest.raises(NetworkError, match=f"{module}"):
        source_file(f"python:{module}:print")


def test_pythonpath_comes_before_the_working_folder(folder, monkeypatch):
    (folder / "path").mkdir()
    write("", "path/alone.py")
    write("", "alone.py")
    assert source_file("python:alone:make") == folder / "alone.py"
    monkeypatch.setattr(sys, "path", [str(folder / "path"), *sys.path])
    assert source_file("python:alone:make") == folder / "path/alone.py"


def test_another_digest_for_other_code_of_the_module_or_its_package(folder):
    found = [source_digest("python:own_nets.one:make")]
    assert source_digest("python:own_nets.one:make") == found[0]
    for file in ("own_nets/one.py", "own_nets/two.py", "own_nets/inner/three.py"):
        Path(file).parent.mkdir(exist_ok=True)
        write(f"# {file}", file)
        found.append(source_digest("python:own_nets.one:make"))
    assert len(set(found)) == 4
    write("# no part of the package", "beside.py")
    Path("own_nets/weights.bin").write_bytes(b"no code")
    assert source_digest("python:own_nets.one:make") == found[-1]
    assert source_digest("python:own_nets:make") == found[-1]
    alone = source_digest("python:beside:make")
    write("# another", "own_nets/two.py")
    assert source_digest("python:beside:make") == alone
    (folder / "own_nets").rename(folder / "moved")
    write("", "own_nets.py")
    assert source_digest("python:moved.one:make") != alone


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("def make():\n    return 5", 5),
        ("def make(outputs):\n    return outputs", 40),
        ("def make(*, outputs=3, more=1):\n    return outputs", 40),
        ("class make:\n    def __init__(self):\n        pass", None),
        ("class Inner:\n    make = staticmethod(lambda outputs: -outputs)", None),
    ],
)
def test_a_function_is_called_with_the_outputs_if_it_asks_for_them(folder, text, expected):
    write(text)
    if "Inner" in text:
        assert made_by("python:own_nets.one:Inner.make", 40) == -40
        return
    found = made_by("python:own_nets.one:make", 40)
    assert found == expected if expected else type(found).__name__ == "make"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("def other(): ...\ndef _hidden(): ...", r"one\.py has no make; it has other$"),
        ("def makes(): ...\ndef unlike(): ...", r"has no make; it has makes$"),
        ("make = 5", r"make is int; expected a function"),
        ("def make(width, depth): ...", r"needs the argument width, depth; expected a function"),
        ("import no_such_package", r"importing own_nets\.one raised ModuleNotFoundError: No module "
         r"named 'no_such_package' \(.*one\.py, line 1, in <module>\)"),
        ("def make(\n", r"importing own_nets\.one raised SyntaxError"),
        ("\n\ndef make():\n    return inner()\n\ndef inner():\n    raise KeyError('mine')",
         r"make raised KeyError: 'mine' \(.*one\.py, line 7, in inner\)"),
        ("import json\ndef make():\n    return json.loads('')",
         r"make raised JSONDecodeError: Expecting value.* \(.*one\.py, line 3, in make\)"),
        ("import sys\ndef make():\n    sys.exit('no GPU')",
         r"make raised SystemExit: no GPU \(.*one\.py, line 3, in make\); expected code that does"),
        ("raise SystemExit", r"importing own_nets\.one raised SystemExit"),
        ("import argparse\nparser = argparse.ArgumentParser()\nparser.add_argument('width')\n"
         "parser.parse_args()",
         r"raised SystemExit: 2 \(.*one\.py, line 4, in <module>\); .* under if __name__"),
    ],
)  # fmt: skip
def test_what_goes_wrong_in_it_is_told_with_its_place(folder, text, message):
    write(text)
    with pytest.raises(NetworkError, match=message) as caught:
        made_by("python:own_nets.one:make", 40)
    if "KeyError" in message:
        assert isinstance(caught.value.__cause__, KeyError)


def test_the_programs_arguments_are_none_of_the_modules(folder, monkeypatch):
    monkeypatch.setattr(sys, "argv", given := ["stages/infer.py", "balanced"])
    write("import sys\nfound = sys.argv\ndef make():\n    return found, sys.argv")
    own = [str(folder / "own_nets/one.py")]
    assert made_by("python:own_nets.one:make", 40) == (own, own)
    assert sys.argv is given


def test_finding_needs_no_torch():
    # The inventory runs at every dvc repro, and importing torch takes seconds.
    code = "import sys, heed.networks.of_python; sys.exit('torch' in sys.modules)"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)
