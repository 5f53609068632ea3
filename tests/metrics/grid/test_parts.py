import threading

import pytest

from heed.metrics.grid import parts
from heed.metrics.grid.parts import IMAGES_AT_ONCE, in_parts


@pytest.mark.parametrize("cores", [1, 2, 5])
@pytest.mark.parametrize("images", [0, 1, IMAGES_AT_ONCE, 5 * IMAGES_AT_ONCE + 3])
def test_all_images_in_their_order(monkeypatch, cores, images):
    monkeypatch.setattr(parts, "usable_cores", lambda: cores)
    found = in_parts(lambda some: list(range(some.start, some.stop)), images)
    assert [image for part in found for image in part] == list(range(images))
    assert all(len(part) <= IMAGES_AT_ONCE for part in found)


def test_as_many_threads_as_cores(monkeypatch):
    monkeypatch.setattr(parts, "usable_cores", lambda: 2)
    together = threading.Barrier(2, timeout=30)  # is passed by two at once alone
    in_parts(lambda some: together.wait(), 4 * IMAGES_AT_ONCE)


def test_what_fails_in_a_thread_is_raised(monkeypatch):
    monkeypatch.setattr(parts, "usable_cores", lambda: 2)
    with pytest.raises(ZeroDivisionError):
        in_parts(lambda some: 1 // (some.start - IMAGES_AT_ONCE), 3 * IMAGES_AT_ONCE)
