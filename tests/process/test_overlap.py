import threading
import time

import pytest

from heed.process.overlap import ahead, behind


class StopError(Exception):
    pass


def threads():
    return {t for t in threading.enumerate() if t.name.startswith(("ahead", "behind"))}


def test_things_are_made_ahead_in_their_order_and_never_more_than_there_is_room_for():
    made, used, most = [], [], 0

    def things():
        for number in range(20):
            made.append(number)
            yield number

    for thing in ahead(things(), room=2):
        used.append(thing)
        time.sleep(0.002)
        most = max(most, len(made) - len(used))
    assert used == list(range(20))
    assert 1 <= most <= 2
    assert not threads()


def test_what_making_raises_comes_in_its_place():
    def things():
        yield 1
        raise StopError

    found = []
    with pytest.raises(StopError):
        found.extend(ahead(things()))
    assert found == [1]
    assert not threads()


def test_making_ends_with_the_loop_that_uses():
    begun = []

    def things():
        for number in range(100):
            begun.append(number)
            yield number

    reading = ahead(things())
    assert next(reading) == 0
    reading.close()
    assert len(begun) <= 2
    assert not threads()


def test_work_is_done_behind_in_its_order_and_waits_for_room():
    done, handed, most = [], [], 0

    def work(number):
        time.sleep(0.002)
        done.append(number)

    with behind(work, room=2) as hand_over:
        for number in range(20):
            hand_over(number)
            handed.append(number)
            most = max(most, len(handed) - len(done))
    assert done == list(range(20))
    assert most <= 2
    assert not threads()


def test_a_failure_surfaces_at_the_next_piece_and_ends_the_work():
    done = []

    def work(number):
        if number == 1:
            raise StopError
        done.append(number)

    def run():
        with behind(work) as hand_over:
            for number in range(50):
                hand_over(number)
                time.sleep(0.01)
                last.append(number)

    last = []
    with pytest.raises(StopError):
        run()
    assert done == [0]
    assert last[-1] <= 1
    assert not threads()


def test_what_waits_behind_a_failure_is_not_done():
    done, may_go = [], threading.Event()

    def work(number):
        may_go.wait(5)
        if number == 0:
            raise StopError
        done.append(number)

    def run():
        with behind(work, room=3) as hand_over:
            for number in range(3):
                hand_over(number)
            may_go.set()

    with pytest.raises(StopError):
        run()
    assert not done


def test_a_failure_of_the_last_piece_is_not_lost():
    def fail():
        raise StopError

    with pytest.raises(StopError), behind(fail) as hand_over:
        hand_over()


def test_an_interrupt_leaves_what_waits_undone():
    done, may_go = [], threading.Event()

    def work(number):
        may_go.wait(5)
        done.append(number)

    def run():
        with behind(work, room=3) as hand_over:
            for number in range(3):
                hand_over(number)
            threading.Timer(0.05, may_go.set).start()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run()
    assert done == [0]
    assert not threads()
