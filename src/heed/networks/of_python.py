"""Networks that a function of one's own returns, by the name ``python:package.module:function``.

The module is looked for as Python does, on PYTHONPATH and among the installed packages, and then in
the working folder, which is that of params.yaml in a stage. Finding it runs nothing.
"""

import hashlib
import inspect
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from functools import reduce
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import find_spec
from pathlib import Path
from traceback import FrameSummary, extract_tb
from typing import Any, Final

from heed.base.errors import HeedError
from heed.networks.names import PYTHON

OUTPUTS: Final = "outputs"
"""The parameter of such a function that is given the number of outputs, if it has one."""

RAISED: Final = (Exception, SystemExit)
"""What somebody's code may raise, ``sys.exit`` included: argparse calls it at arguments it does not
know, and the program would end without a word of which network it was."""

LIBRARY: Final = os.path.join(os.path.dirname(os.__file__), "")
"""The folder of Python's own modules."""


class NetworkError(HeedError, ValueError):
    """A network that a parameter names cannot be made, or cannot be used."""


def parts_of(name: str) -> tuple[str, str]:
    """Module and function of a name.

    Example:
        >>> parts_of("python:nets.mine:make")
        ('nets.mine', 'make')
    """
    module, _, function = name.removeprefix(PYTHON).partition(":")
    return module, function


def source_digest(name: str) -> str:
    """What the code of a network is: another digest means another network.

    Args:
        name: ``python:package.module:function``.

    Returns:
        SHA-256 (hex) of the module's file and, where it lies in a package, of all Python files of
        its folder and those below. What these import from elsewhere is not looked at.

    Raises:
        NetworkError: there is no such module.
    """
    file = source_file(name)
    files, root = [file], file.parent
    if (root / "__init__.py").is_file() or "." in parts_of(name)[0]:
        files = sorted(root.rglob("*.py"))
    total = hashlib.sha256()
    for each in files:
        content = each.read_bytes()
        total.update(f"{each.relative_to(root).as_posix()} {len(content)}\n".encode())
        total.update(content)
    return total.hexdigest()


def source_file(name: str) -> Path:
    """The file of the module that a name is of; the module is not imported.

    Raises:
        NetworkError: there is none; the message says where it was looked for.
    """
    module, _ = parts_of(name)
    spec = _found(module)
    if spec is None:
        folder = os.getcwd()
        first = os.path.join(*module.split("."))
        path = os.environ.get("PYTHONPATH")
        raise NetworkError(
            f"found {name}, but no module {module}: looked for {first}.py on PYTHONPATH "
            f"({path or 'which is not set'}), among the installed packages and in {folder}. Put "
            f"the file there, or its folder on PYTHONPATH; for `dvc exp run --temp` and `--queue` "
            "let git track it"
        )
    if spec.origin is None or not os.path.isfile(spec.origin):
        raise NetworkError(
            f"found {name}, but {module} is no file of Python code; name the module that holds the "
            "function"
        )
    return Path(spec.origin)


def made_by(name: str, outputs: int | None) -> Any:
    """What the function returns; it is called here, and its module imported.

    The program's own arguments are hidden meanwhile: ``sys.argv`` is the module's file alone.

    Args:
        name: ``python:package.module:function``; a class is called as well, a module of torch is
            taken as it is.
        outputs: given to the function's parameter ``outputs``, if it has one and this is known.

    Raises:
        NetworkError: there is no such function, or importing or calling it raises or calls
            ``sys.exit``; the message has the original one and its place.
    """
    module, function = parts_of(name)
    file = source_file(name)
    _with_folder()
    try:
        with _arguments_of(file):
            imported = import_module(module)
    except RAISED as error:
        raise NetworkError(f"{name}: importing {module} raised {told(error)}") from error
    try:
        found: Any = reduce(getattr, function.split("."), imported)
    except AttributeError as error:
        known = [each for each in vars(imported) if callable(getattr(imported, each))]
        near = get_close_matches(function, known, 3) or sorted(
            each for each in known if not each.startswith("_")
        )
        raise NetworkError(
            f"{name}: {imported.__file__} has no {function}; it has {', '.join(near) or 'nothing'}"
        ) from error
    if not callable(found):
        raise NetworkError(
            f"{name}: {function} is {type(found).__name__}; expected a function that returns a "
            "torch.nn.Module"
        )
    if hasattr(found, "named_modules") and not inspect.isclass(found):
        return found
    with _arguments_of(file):
        return _called(found, name, outputs)


def _called(function: Callable[..., Any], name: str, outputs: int | None) -> Any:
    try:
        parameters = dict(inspect.signature(function).parameters)
    except (TypeError, ValueError):  # of some built in
        parameters = {}
    given = {OUTPUTS: outputs} if OUTPUTS in parameters and outputs is not None else {}
    missing = [
        each.name
        for each in parameters.values()
        if each.default is each.empty
        and each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD)
        and each.name not in given
    ]
    if missing:
        raise NetworkError(
            f"{name}: needs the argument {', '.join(missing)}; expected a function without "
            f"arguments, or with one that is called {OUTPUTS}, the number of outputs"
        )
    try:
        return function(**given)
    except RAISED as error:
        raise NetworkError(f"{name} raised {told(error)}") from error


@contextmanager
def _arguments_of(file: Path) -> Iterator[None]:
    """What a module that looks at ``sys.argv`` finds: its file, none of a stage's arguments."""
    before, sys.argv = sys.argv, [str(file)]
    try:
        yield
    finally:
        sys.argv = before


def told(error: BaseException) -> str:
    """An error of somebody's code: its kind, its message, and the place in that code."""
    frames = extract_tb(error.__traceback__)
    own = [frame for frame in frames if not _is_ours(frame)]
    frame = next((f for f in reversed(own) if not _is_installed(f)), None)
    frame = frame or next(reversed(own), None)
    place = ""
    if frame is not None:
        place = f" ({frame.filename}, line {frame.lineno}, in {frame.name})"
    remedy = ""
    if isinstance(error, SystemExit):
        remedy = (
            "; expected code that does not end the program: put what reads arguments, or calls "
            'sys.exit, under if __name__ == "__main__"'
        )
    return f"{type(error).__name__}: {error}{place}{remedy}"


def _is_ours(frame: FrameSummary) -> bool:
    return frame.filename.startswith(str(Path(__file__).parents[1])) or "<frozen" in frame.filename


def _is_installed(frame: FrameSummary) -> bool:
    return "site-packages" in frame.filename or frame.filename.startswith(LIBRARY)


def _found(module: str) -> ModuleSpec | None:
    _with_folder()
    first, *others = module.split(".")
    try:
        spec = find_spec(first)  # of a name without dots, it imports nothing
    except (ImportError, ValueError):
        return None
    name = first
    for part in others:
        if spec is None or spec.submodule_search_locations is None:
            return None
        name = f"{name}.{part}"
        spec = PathFinder.find_spec(name, list(spec.submodule_search_locations))
    return spec


def _with_folder() -> None:
    """Let Python find modules in the working folder, behind all that it finds elsewhere."""
    folder = os.getcwd()
    if folder not in sys.path and "" not in sys.path:
        sys.path.append(folder)
