"""Scripts as processes of their own, which begin with the imports of a stage done.

PyTorch and Lightning take five seconds to import, which a test of signals would spend for each
process, and one of a whole pipeline for each stage. Here one process imports them, once for all
tests, and computes nothing; a script runs in a fork of it, as its ``__main__``, the first process
of a session and a group, and ends as any other.
"""

import atexit
import functools
import gc
import json
import os
import runpy
import select
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.places import ROOT

ARROWS_OWN = "jemalloc_bg_thd"
"""A thread of PyArrow's allocator, which goes on without it."""


class Script(NamedTuple):
    """A script to run, in words that fit a line of JSON.

    Args:
        file: its absolute path.
        arguments: behind its name.
        folder: that it runs in.
        environment: variables that are set.
    """

    file: str
    arguments: list[str]
    folder: str
    environment: dict[str, str]

    def become(self) -> None:
        """Go on as the script, as if Python had been started for it."""
        os.environ.update(self.environment)
        os.chdir(self.folder)
        sys.argv[:] = [self.file, *self.arguments]
        sys.orig_argv[:] = [sys.executable, *sys.argv]
        sys.path.insert(0, str(Path(self.file).parent))
        runpy.run_path(self.file, run_name="__main__")


class ForkedScript:
    """A script that was started.

    Args:
        script: its file.
        arguments: behind its name.
        output: file that its output and its errors go to.
        folder: that it runs in; by default the script's own.
        environment: variables that are set beside those of this process.

    Attributes:
        pid: of its process, and so of the group.
        output: as given.
    """

    def __init__(
        self,
        script: Path,
        arguments: Sequence[object],
        output: Path,
        folder: Path | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.output = output
        channel = output.with_name(f"{output.name}.channel")
        channel.unlink(missing_ok=True)
        os.mkfifo(channel)
        words = [str(argument) for argument in arguments]
        request = Script(str(script), words, str(folder or script.parent), {**(environment or {})})
        stream = _server().stdin
        assert stream is not None
        print(json.dumps([request, str(output), str(channel)]), file=stream, flush=True)
        self._channel = os.fdopen(os.open(channel, os.O_RDWR), "r")  # which waits for no writer
        self._status: int | None = None
        while not self._told(1):
            assert _server().poll() is None, "the process with the imports has ended"
        self.pid = int(self._channel.readline())

    def poll(self) -> int | None:
        """Its status, once it has ended: as of :class:`subprocess.Popen`."""
        return self._read(0)

    def wait(self, timeout: float) -> int:
        """Wait for its end; returns the status."""
        status = self._read(timeout)
        assert status is not None, f"still running after {timeout:g} s"
        return status

    def _read(self, timeout: float) -> int | None:
        if self._status is None and self._told(timeout):
            self._status = os.waitstatus_to_exitcode(int(self._channel.readline()))
            self._channel.close()
        return self._status

    def _told(self, timeout: float) -> bool:
        return bool(select.select([self._channel], [], [], timeout)[0])


@functools.cache
def _server() -> subprocess.Popen[str]:
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    server = subprocess.Popen(
        [sys.executable, "-P", __file__],
        env=os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": path},
        stdin=subprocess.PIPE,
        text=True,
    )
    atexit.register(server.kill)
    return server


def _serve() -> Script:
    """Fork for each request; returns in the forks alone, with what they shall become."""
    gc.disable()  # imports leave no garbage worth a search
    # What DVC imports once a command runs; DVCLive would import much of it in every process.
    import dvc.cli.parser
    import dvc.commands.repro
    import dvc.commands.status
    import dvc.repo.reproduce
    import networkx
    import ruamel.yaml
    import scmrepo.git

    for stage in (*ROOT.glob("stages/*.py"), *ROOT.glob("studies/*/stages/*.py")):
        runpy.run_path(str(stage), run_name="imported")

    threads = {Path(task, "comm").read_text().strip() for task in Path("/proc/self/task").iterdir()}
    assert threads <= {"python", ARROWS_OWN}, f"a fork would lose the threads {threads}"
    del dvc, networkx, ruamel, scmrepo
    # Otherwise a fork that ends, or only collects garbage, copies all that was imported.
    gc.collect()
    gc.freeze()
    gc.enable()
    for line in sys.stdin:
        script, output, channel = json.loads(line)
        if keeper := os.fork():
            os.waitpid(keeper, 0)
            continue
        if os.fork():  # so that the server waits for no script
            os._exit(0)
        child = os.fork()
        if child == 0:
            os.setsid()
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.dup2(os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 1)
            os.dup2(1, 2)
            os.closerange(3, 256)
            return Script(*script)
        with open(channel, "w") as stream:
            print(child, file=stream, flush=True)
            print(os.waitpid(child, 0)[1], file=stream, flush=True)
        os._exit(0)
    sys.exit()


if __name__ == "__main__":
    _serve().become()
