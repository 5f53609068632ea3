"""Which files of the project each stage opens while it runs, held to what it declares.

Python reports every file that it opens; a ``sitecustomize.py`` on the path of the stages'
processes, or :func:`watch_from_now_on`, writes these reports down. What C++ or Rust opens makes no
report, so the functions that read Parquet and safetensors are wrapped. Code is left to
tests/code_dependencies.py.
"""

import contextlib
import functools
import os
from collections.abc import Collection
from pathlib import Path

from heed.base.files import PARTIAL
from heed.pipeline.plan import planned_stages, stage_entries

WATCH = """
import functools, importlib.machinery, os, sys
name = os.environ.get("HEED_WATCHED_STAGE") or next(
    (" ".join(sys.orig_argv[n:]) for n, word in enumerate(sys.orig_argv)
     if os.path.basename(os.path.dirname(os.path.abspath(word))) == "stages"
     and word.endswith(".py")), None)
if name is not None:
    os.environ["HEED_WATCHED_STAGE"] = name  # for the processes that it starts
    log = os.open(os.environ["HEED_WATCHED_LOG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    seen = set()

    def opened(path):
        path = os.path.abspath(os.fsdecode(path))
        if path not in seen:
            seen.add(path)
            os.write(log, (name + chr(9) + path + chr(10)).encode())

    def watch(event, arguments):
        if event == "open" and not isinstance(arguments[0], int):
            path, _, flags = arguments
            if flags & os.O_ACCMODE != os.O_WRONLY:
                opened(path)

    sys.addaudithook(watch)

    # Readers that open files themselves, by module.
    READERS = {"pyarrow.parquet.core": ["ParquetDataset.__init__", "ParquetFile.__init__"],
               "safetensors": ["safe_open"]}

    def reporting(function):
        @functools.wraps(function)
        def call(*arguments, **named):
            for value in (*arguments[:2], *named.values()):
                if isinstance(value, (str, os.PathLike)) and os.path.exists(value):
                    opened(value)
            return function(*arguments, **named)
        return call

    class Wrapped:
        @staticmethod
        def find_spec(module, path, target=None):
            if module not in READERS:
                return None
            spec = importlib.machinery.PathFinder.find_spec(module, path)
            run = spec.loader.exec_module
            def exec_module(loaded):
                run(loaded)
                wrap(loaded)
            spec.loader.exec_module = exec_module
            return spec

    def wrap(module):
        for reader in READERS[module.__name__]:
            *above, leaf = reader.split(".")
            owner = getattr(module, above[0]) if above else module
            found = getattr(owner, leaf)
            told = reporting(found)
            setattr(owner, leaf, told)
            for other in list(sys.modules.values()):  # that has imported it by its name
                if getattr(other, "__dict__", {}).get(leaf) is found:
                    setattr(other, leaf, told)

    sys.meta_path.insert(0, Wrapped)
    for module in READERS.keys() & sys.modules.keys():
        wrap(sys.modules[module])
"""

BOOKKEEPING = {
    "params.yaml": "DVC compares the parameters that a stage lists",
    "dvc.yaml": "what a stage is asked for, and its outputs",
    "dvc.lock": "whether an output is a stage's own",
    ".dvc": "Heed's ledger",
    "data/checkpoints": "of the stage itself, to go on after a stop",
    "data/system": "how busy the machine was",
    "data/synthetic/Img": "photographs, which the inventory's table stands for",
}
"""What a stage may open without a dependency, each with the reason."""


def watching(folder: Path) -> dict[str, str]:
    """Variables of the environment that have stages write down what they open.

    Args:
        folder: an empty or absent folder outside of the project.
    """
    folder.mkdir(exist_ok=True)
    (folder / "sitecustomize.py").write_text(WATCH)
    paths = [str(folder), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {"PYTHONPATH": os.pathsep.join(paths), "HEED_WATCHED_LOG": str(folder / "opened.txt")}


def watch_from_now_on(command: str) -> None:
    """Write down what this process opens, if its environment is that of :func:`watching`.

    Args:
        command: of the stage that it runs ("stages/train.py balanced").
    """
    if "HEED_WATCHED_LOG" in os.environ:
        os.environ["HEED_WATCHED_STAGE"] = command
        exec(WATCH, {})


def opened_files(folder: Path, project: Path) -> dict[str, set[str]]:
    """The files of a project that were opened, by command ("stages/train.py balanced").

    Args:
        folder: of :func:`watching`.
        project: with all links resolved; other files are left out.
    """
    found: dict[str, set[str]] = {}
    real_path = functools.cache(os.path.realpath)  # most are Python's own, which every stage opens
    for line in (folder / "opened.txt").read_text().splitlines():
        command, _, path = line.partition("\t")
        if (real := real_path(path)).startswith(f"{project}{os.sep}"):
            found.setdefault(command, set()).add(real)
    return found


def undeclared_inputs(
    opened: dict[str, set[str]], pipeline: Path, but: Collection[str] = ()
) -> dict[str, set[str]]:
    """The files that stages opened and do not name, relative to the pipeline's folder.

    Args:
        opened: by :func:`opened_files`.
        pipeline: the folder of dvc.yaml.
        but: dependencies that are taken for undeclared.
    """
    always = {n for n, s in stage_entries(pipeline / "dvc.yaml").items() if "always_changed" in s}
    found = {}
    with contextlib.chdir(pipeline):
        for stage in planned_stages():
            command = " ".join([stage.script, *stage.arguments])
            assert opened.get(command), f"{command}: opened nothing; the watch does not work"
            if stage.name in always:
                continue
            declared = {*stage.inputs, *stage.outputs, *BOOKKEEPING} - set(but)
            allowed = [os.path.realpath(path) for path in declared]
            unknown = {
                os.path.relpath(path)
                for path in opened[command]
                if not path.endswith((".py", ".pyc"))
                and PARTIAL not in path
                and not any(path == a or path.startswith(f"{a}{os.sep}") for a in allowed)
            }
            if unknown:
                found[stage.name] = unknown
    return found
