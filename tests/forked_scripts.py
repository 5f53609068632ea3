"""Scripts as processes of their own, which begin with the imports of a training done.

PyTorch and Lightning take five seconds to import, which a test of signals would spend for each
process. Here one process imports them, once for all tests, and computes nothing; a script runs in a
fork of it, as its ``__main__``, the first process of a session and a group, and ends as any other.
"""

import atexit
import functools
import json
import os
import runpy
import select
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.places import ROOT

ARROWS_OWN = "jemalloc_bg_thd"
"""A thread of PyArrow's allocator, which goes on without it."""


class ForkedScript:
    """A script that was started.

    Args:
        script: its file.
        arguments: behind its name.
        output: file that its output and its errors go to.

    Attributes:
        pid: of its process, and so of the group.
    """

    def __init__(self, script: Path, arguments: Sequence[object], output: Path) -> None:
        channel = output.with_name(f"{output.name}.channel")
        channel.unlink(missing_ok=True)
        os.mkfifo(channel)
        request = [str(script), [str(argument) for argument in arguments], str(output)]
        stream = _server().stdin
        assert stream is not None
        print(json.dumps([*request, str(channel)]), file=stream, flush=True)
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


def _serve() -> tuple[Path, list[str]]:
    """Fork for each request; returns in the forks alone, with a script and its arguments."""
    import dvc.repo  # which DVCLive would import in every process

    import heed.training.trainer

    threads = {Path(task, "comm").read_text().strip() for task in Path("/proc/self/task").iterdir()}
    assert threads <= {"python", ARROWS_OWN}, f"a fork would lose the threads {threads}"
    del dvc, heed
    for line in sys.stdin:
        script, arguments, output, channel = json.loads(line)
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
            return Path(script), arguments
        with open(channel, "w") as stream:
            print(child, file=stream, flush=True)
            print(os.waitpid(child, 0)[1], file=stream, flush=True)
        os._exit(0)
    sys.exit()


def _become(script: Path, arguments: list[str]) -> dict[str, Any]:
    os.chdir(script.parent)
    sys.argv[:] = [str(script), *arguments]
    sys.path.insert(0, str(script.parent))
    return runpy.run_path(str(script), run_name="__main__")


if __name__ == "__main__":
    _become(*_serve())
