import os
import signal
import subprocess
import sys
import time
from collections import Counter
from functools import partial
from pathlib import Path

import pytest

from heed.search.study import Study, number_of
from heed.search.work import work
from heed.search.workers import WorkerError, parent_lives, run_workers, share
from tests.places import ROOT
from tests.search.conftest import DEFAULT, search_params

TRIALS = 14


def objective(folder: Path, seconds: float, choice, checkpoints, report, title) -> float:
    """Takes its time, and notes what it does; the first one waits for the other worker."""
    note(folder, f"begin {title.split()[1]} {os.getpid()} {os.environ.get('OMP_NUM_THREADS')}")
    while len({line[2] for line in begun(folder)}) < 2:
        time.sleep(0.01)
    time.sleep(seconds)
    note(folder, f"end {title.split()[1]}")
    return 0.1 + choice["learning_rate"]


def note(folder: Path, text: str) -> None:
    with (folder / "journal").open("a") as file:
        file.write(text + "\n")


def noted(folder: Path) -> list[list[str]]:
    journal = folder / "journal"
    return [line.split() for line in journal.read_text().splitlines()] if journal.exists() else []


def opened(folder: Path) -> Study:
    params = search_params(sampler="random", trials=TRIALS)
    return Study(folder / "study", params, DEFAULT, beat=1)


def worker(folder: Path, seconds: float) -> None:
    study = opened(folder)
    work(study, partial(objective, folder, seconds), folder, goes_on=parent_lives)
    study.close()


def test_killed_workers_share_the_trials_and_lose_none(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.search.test_workers", tmp_path]
    with subprocess.Popen(command, cwd=ROOT) as process:
        while (inside := stopped_inside_a_trial(tmp_path)) is None:
            assert process.poll() is None
            time.sleep(0.01)
        workers = {line[2] for line in begun(tmp_path)}
        os.kill(int(inside[2]), signal.SIGKILL)  # one worker, and then who started them
        process.kill()
    assert len(workers) == 2
    other = max(workers - {inside[2]})
    wait_for_the_end_of(int(other))  # it finishes its trial and begins no other
    ended_before = Counter(line[1] for line in noted(tmp_path) if line[0] == "end")
    assert 0 < len(ended_before) < TRIALS - 2

    resume(tmp_path)
    begins = Counter(line[1] for line in noted(tmp_path) if line[0] == "begin")
    ends = Counter(line[1] for line in noted(tmp_path) if line[0] == "end")
    assert ends == Counter({str(number): 1 for number in range(TRIALS)})
    again = {number for number, count in begins.items() if count > 1}
    assert again == {inside[1]}  # the trial that was killed, and it alone
    study = opened(tmp_path)
    assert [number_of(trial) for trial in study.finished()] == list(range(TRIALS))
    assert len({trial.params["learning_rate"] for trial in study.finished()}) == TRIALS
    study.close()
    cores = len(os.sched_getaffinity(0))
    assert {line[3] for line in begun(tmp_path) if line[2] in workers} == {str(max(1, cores // 2))}


def test_a_signal_ends_the_workers_and_their_trials_run_again(tmp_path: Path, capsys) -> None:
    command = [sys.executable, "-m", "tests.search.test_workers", tmp_path, "with a handler"]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        while process.poll() is None and len({line[2] for line in begun(tmp_path)}) < 2:
            time.sleep(0.01)
        workers = {int(line[2]) for line in begun(tmp_path)}
        process.send_signal(signal.SIGTERM)
        _, error = process.communicate(timeout=300)
    assert process.returncode == 128 + signal.SIGTERM
    for word in ("Traceback", "Interrupt", "ended with an error"):
        assert word not in error
    for number in workers:
        assert not Path(f"/proc/{number}/fd/0").exists(), "a worker goes on"
    before = Counter(line[1] for line in noted(tmp_path) if line[0] == "end")
    assert before.total() < TRIALS - 2

    resume(tmp_path)
    # Their ends were told: nothing is waited for.
    assert "seems to be running" not in capsys.readouterr().err
    ends = Counter(line[1] for line in noted(tmp_path) if line[0] == "end")
    assert ends == Counter({str(number): 1 for number in range(TRIALS)})


def resume(folder: Path) -> None:
    study = opened(folder)
    study.wait_for_signs_of_life()
    study.close()
    worker(folder, 0.0)


def begun(folder: Path) -> list[list[str]]:
    return [line for line in noted(folder) if line[0] == "begin" and len(line) == 4]


def exits(number: int, frame: object) -> None:
    """What some handler of signals does."""
    sys.exit(128 + number)


def stopped_inside_a_trial(folder: Path) -> list[str] | None:
    """Stop the worker that began a trial last, unless it has ended it; not among the first ones."""
    lines = begun(folder)
    if len(noted(folder)) <= 5 or not lines:
        return None
    _, trial, worker, _ = lines[-1]
    os.kill(int(worker), signal.SIGSTOP)
    while Path(f"/proc/{worker}/stat").read_text().rpartition(")")[2].split()[0] != "T":
        time.sleep(0.001)
    if ["end", trial] not in noted(folder):
        return lines[-1]
    os.kill(int(worker), signal.SIGCONT)
    return None


def wait_for_the_end_of(process: int) -> None:
    for _ in range(3000):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return
        if Path(f"/proc/{process}/stat").read_text().split()[2] == "Z":
            return  # ended, and nobody asks for its status
        time.sleep(0.01)
    raise AssertionError(f"worker {process} goes on without its parent")


def test_one_worker_is_this_process() -> None:
    processes = []
    run_workers(1, lambda: processes.append(os.getpid()))
    assert processes == [os.getpid()]
    assert parent_lives()


def test_a_worker_that_fails_is_told_of() -> None:
    with pytest.raises(WorkerError, match="2 of 2 workers ended with an error"):
        run_workers(2, partial(int, "no number"))  # type: ignore[arg-type]


def test_gpus_and_cores_are_shared_out(monkeypatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "2,5")
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)))
    shares = [share(rank, 3) for rank in range(3)]
    assert [of["CUDA_VISIBLE_DEVICES"] for of in shares] == ["2", "5", "2"]
    assert {of["OMP_NUM_THREADS"] for of in shares} == {"2"}
    assert share(0, 99)["OMP_NUM_THREADS"] == "1"


if __name__ == "__main__":
    if len(sys.argv) > 2:
        signal.signal(signal.SIGTERM, exits)
    # Long enough for a test to see a worker inside a trial.
    seconds = 2.0 if len(sys.argv) > 2 else 0.4
    run_workers(2, partial(worker, Path(sys.argv[1]), seconds))
