"""What a figure was measured on, and how long things take; beside the benchmarks that use it."""

import os
import platform
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from heed.base.files import write_json


def described(packages: Iterable[str]) -> dict[str, Any]:
    """The machine, and the versions of Python and of some packages; None of one that is absent."""
    return {
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        **{name: _version(name) for name in packages},
    }


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def seconds(work: Callable[[], object], device: str = "cpu") -> float:
    """Wall time of one call, until a GPU is done with it too."""
    import torch  # here: not every benchmark computes with it

    wait = torch.cuda.synchronize if device.startswith("cuda") else lambda: None
    wait()
    start = time.perf_counter()
    work()
    wait()
    return time.perf_counter() - start


def computed_on(device: str) -> dict[str, Any]:
    """The name of the GPU, or how many threads of the CPU compute."""
    import torch

    if device.startswith("cuda"):
        return {"device": torch.cuda.get_device_name(device)}
    return {"device": "cpu", "threads": torch.get_num_threads()}


def record(
    script: str,
    device: str,
    setting: Mapping[str, Any],
    packages: Iterable[str],
    measured: Mapping[str, Any],
) -> None:
    """Write what was measured beside the script, one file for each kind of device."""
    kind = device.partition(":")[0]
    name = Path(script).stem if kind == "cpu" else f"{Path(script).stem}_{kind}"
    found = {**setting, **computed_on(device), **described(packages), "measured": measured}
    write_json(found, Path(script).with_name(f"{name}.json"))


def peak_memory() -> int:
    """The most bytes that this process has had in memory.

    On Linux as /proc has it: what getrusage says of a process begins with its parent's peak.
    """
    status = Path("/proc/self/status")
    if status.exists():
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(lines["VmHWM"].split()[0]) * 1024
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
