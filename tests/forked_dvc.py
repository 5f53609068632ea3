"""The command ``dvc`` with the tests' quick lock, whose stages begin with their imports done.

It runs as a :class:`~tests.forked_scripts.ForkedScript`, and each of its stages is a fork too: of a
second process of its group, which was made before DVC did anything. The library is imported by each
stage, from its own copy, as ever. Two things differ from stages that are programs: they use one
core, so that none spends seconds to start others; and Python does not take itself down, which would
take as long as a small stage does.
"""

import atexit
import json
import os
import shlex
import sys
import traceback
from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn
from unittest.mock import patch

from dvc.cli import main
from dvc.stage.exceptions import StageCmdFailedError

from tests.forked_scripts import Script
from tests.opened_files import watch_from_now_on
from tests.quick_lock import quick_lock


class _Forks:
    """Stages that one process asks another for."""

    def __init__(self) -> None:
        self._asked, self._ask = os.pipe()
        self._answered, self._answer = os.pipe()

    def run(self, _shell: str, command: str, cwd: str, env: Mapping[str, str], **_: Any) -> None:
        """Stands in for ``dvc.stage.run._run``: run a stage to its end."""
        python, file, *arguments = shlex.split(command)
        assert python == "python", command
        stage = Script(str(Path(cwd, file)), arguments, cwd, {**env})
        os.write(self._ask, f"{json.dumps(stage)}\n".encode())
        if status := int(os.read(self._answered, 10)):
            raise StageCmdFailedError(command, status)

    def serve(self) -> None:
        """Run each stage that is asked for in a fork."""
        for name in [name for name in sys.modules if name.split(".")[0] == "heed"]:
            del sys.modules[name]
        os.close(self._ask)  # so that the requests end with DVC
        for line in os.fdopen(self._asked):
            stage = os.fork()
            if stage == 0:
                os.closerange(3, 256)
                _end_with(partial(_become, Script(*json.loads(line))))
            status = os.waitstatus_to_exitcode(os.waitpid(stage, 0)[1])
            os.write(self._answer, b"%d" % status)
        os._exit(0)


def _become(stage: Script) -> None:
    library = str(Path(stage.folder, "src").resolve())
    sys.path.insert(0, library)
    path = os.pathsep.join([library, stage.environment["PYTHONPATH"]])
    os.environ.update(stage.environment | {"PYTHONPATH": path})
    watch_from_now_on(" ".join([os.path.relpath(stage.file, stage.folder), *stage.arguments]))
    import_module("heed.process.cores").usable_cores = lambda: 1
    stage._replace(environment={}).become()


def _end_with(run: Callable[[], int | None]) -> NoReturn:
    """Run, and end as a program that does this would."""
    try:
        status = run()
    except SystemExit as stop:
        status = stop.code
    except BaseException:
        traceback.print_exc()
        status = 1
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status or 0)


if __name__ == "__main__":
    sys.path.remove(str(Path(__file__).parent))  # the folders of tests/ are no packages to import
    forks = _Forks()
    if os.fork() == 0:
        forks.serve()
    with quick_lock(), patch("dvc.stage.run._run", forks.run):
        _end_with(main)
