"""What is dear to make is made once, and the latest is kept."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest

from heed.explorer.remembered import Remembered


def test_the_latest_are_kept_up_to_a_number_of_bytes():
    made = []
    kept = Remembered(limit=10, size=len)

    def of(key, length):
        return kept.of(key, lambda: made.append(key) or bytes(length))

    assert [len(of(key, 4)) for key in "abab"] == [4] * 4
    assert made == ["a", "b"]
    of("a", 4)
    of("c", 4)  # a was asked for after b, which goes
    of("a", 4)
    assert made == ["a", "b", "c"]
    of("b", 4)
    assert made == ["a", "b", "c", "b"]
    of("large", 100)  # alone, and all the same
    of("large", 100)
    assert made[4:] == ["large"]
    of("a", 4)
    assert kept.known("large") is None
    of("large", 100)
    assert made[5:] == ["a", "large"]
    assert kept.known("large") == bytes(100)


def test_what_several_threads_ask_for_is_made_once():
    start, made = Barrier(8), []
    kept = Remembered(limit=100, size=lambda value: 8)

    def ask(number):
        start.wait()
        return kept.of("key", lambda: made.append(number) or number)

    with ThreadPoolExecutor(8) as threads:
        found = set(threads.map(ask, range(8)))
    assert len(made) == 1
    assert found == set(made)


def test_other_values_can_be_had_while_one_is_made():
    kept, going, enough = Remembered(limit=100, size=lambda value: 8), Event(), Event()

    def slow():
        going.set()
        assert enough.wait(10)
        return "slow"

    with ThreadPoolExecutor(1) as threads:
        waits = threads.submit(kept.of, "slow", slow)
        assert going.wait(10)
        assert kept.of("quick", lambda: "quick") == "quick"
        enough.set()
        assert waits.result() == "slow"


def test_a_failure_is_not_remembered():
    kept = Remembered(limit=100, size=lambda value: 8)

    def fails():
        raise OSError("full")

    for _ in range(2):
        with pytest.raises(OSError, match="full"):
            kept.of("key", fails)
    assert kept.of("key", lambda: 3) == 3
