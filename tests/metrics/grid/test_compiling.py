import os
import subprocess
import sys
from pathlib import Path

import numpy as np
from numba import types
from numba.core import caching

from heed.metrics.grid import compiling
from heed.metrics.grid.compiling import compiled, read, written

LOOPS = """
import sys
import numpy as np
from numba import types
from heed.metrics.grid.compiling import compiled, read, written

def double(numbers, doubled):
    for place in range(len(numbers)):
        doubled[place] = 2 * numbers[place]

loops = compiled(double, read(types.float64, 1), written(types.float64, 1))
result = np.empty(3)
loops(np.arange(3.0), result)
assert result.tolist() == [0, 2, 4]
print(sum(loops.stats.cache_misses.values()))
"""


def halve(numbers, halves):
    for place in range(len(numbers)):
        halves[place] = numbers[place] / 2


def halved(loops):
    result = np.empty(2)
    loops(np.array([1.0, 3.0]), result)
    return result.tolist()


TYPES = read(types.float64, 1), written(types.float64, 1)


def test_of_processes_that_start_at_once_one_compiles(tmp_path: Path) -> None:
    script = tmp_path / "loops.py"
    script.write_text(LOOPS)
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path / "cache")}
    started = [
        subprocess.Popen([sys.executable, script], env=environment, stdout=subprocess.PIPE)
        for _ in range(3)
    ]
    missed = [int(process.communicate()[0]) for process in started]
    assert sorted(missed) == [0, 0, 1]


TIMES = """
import numpy as np
import rule
from numba import njit, types
from heed.metrics.grid.compiling import compiled, read, written

times = njit(rule.times)

def multiply(numbers, multiplied):
    for place in range(len(numbers)):
        multiplied[place] = times(numbers[place])

loops = compiled(multiply, read(types.float64, 1), written(types.float64, 1), uses=rule)
result = np.empty(2)
loops(np.array([1.0, 2.0]), result)
print(*result)
"""


def test_loops_follow_what_they_use(tmp_path: Path) -> None:
    """Numba alone goes on with what it kept, whatever becomes of functions in other modules."""
    script, rule = tmp_path / "loops.py", tmp_path / "rule.py"
    script.write_text(TIMES)
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path / "cache")}
    for factor, expected in ((2, "2.0 4.0"), (3, "3.0 6.0")):
        rule.write_text(f"def times(number):\n    return {factor} * number\n")
        printed = subprocess.check_output(
            [sys.executable, "-B", script], env=environment, text=True
        )
        assert printed.split() == expected.split()


def test_without_a_folder_that_can_be_written_to(monkeypatch) -> None:
    monkeypatch.setattr(caching.CacheImpl, "_locator_classes", [])
    assert halved(compiled(halve, *TYPES)) == [0.5, 1.5]


def test_without_room_for_a_lock(monkeypatch) -> None:
    class NoRoom:
        def __init__(self, *arguments):
            pass

        def __enter__(self):
            raise OSError(28, "No space left on device")

        def __exit__(self, *arguments):
            pass

    monkeypatch.setattr(compiling, "FileLock", NoRoom)
    assert halved(compiled(halve, *TYPES)) == [0.5, 1.5]


def test_arrays_that_cannot_be_written_to_need_no_second_compiling() -> None:
    numbers = np.array([1.0, 3.0])
    numbers.flags.writeable = False
    loops, result = compiled(halve, *TYPES), np.empty(2)
    loops(numbers, result)
    assert result.tolist() == [0.5, 1.5]
    assert len(loops.signatures) == 1
