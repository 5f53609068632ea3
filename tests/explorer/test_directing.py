"""A drawn region is trained in the background, told, stopped, and leaves nothing behind."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import yaml
from dulwich.repo import Repo

from heed.attention.drawn_region import DrawnRegion, added
from heed.base.errors import HeedError
from heed.base.settings import ParamsError
from heed.explorer.directing import RunningError, start, state, stop
from heed.explorer.run_files import RunFiles, Started
from tests.explorer.directed_study import (
    DVC,
    LIPS,
    RUN,
    end,
    ended,
    git,
    left_running,
    make_study,
    stand_in,
    until,
)

SLEEP = "import time; print('Running stage \\'tune@a\\':', flush=True); time.sleep(600)"
DEAF = f"import signal; signal.signal(signal.SIGINT, signal.SIG_IGN); {SLEEP}"


@pytest.fixture
def study(tmp_path: Path) -> Iterator[Path]:
    folder = make_study(tmp_path)
    yield folder
    end(folder)


def first_process(folder: Path) -> int:
    found = RunFiles.of(folder).started()
    assert found is not None
    return found.pid


def test_nothing_was_started(study: Path) -> None:
    found = state(study)
    assert (found.status, found.stage, found.done, found.total) == ("idle", None, 0, 0)
    assert found.curves.empty
    assert stop(study).status == "idle"


def test_a_region_runs_to_its_end_with_dvc(study: Path) -> None:
    (study / f"wait_{RUN}").touch()
    before = yaml.safe_load((study / "params.yaml").read_text())
    found = start(study, LIPS, command=DVC)
    assert found.status == "running"
    found = until(study, lambda it: it.stage == f"tune@{RUN}" and not it.curves.empty)
    assert (found.done, found.total) == (6, 8)  # six runs of params.yaml, this one and the report
    assert f"{RUN} has been running since" in found.message
    assert f"tune {RUN}: here" in found.log_tail
    rows = found.curves.to_dict("list")
    assert rows == {
        "seed": [0, 0], "epoch": [1, 2], "part": ["train"] * 2, "quantity": ["loss"] * 2,
        "value": [0.5, 0.25],
    }  # fmt: skip
    (study / f"wait_{RUN}").unlink()
    found = ended(study)
    assert (found.status, found.done, found.total) == ("finished", 8, 8)
    assert found.ended is not None
    assert found.begun is not None
    assert found.ended > found.begun
    assert (study / "report/index.html").exists()
    after = yaml.safe_load((study / "params.yaml").read_text())
    for key, entry in added(before, LIPS).items():
        group, _, name = key.partition(".")
        assert after[group].pop(name) == entry
    assert after == before
    assert state(study).status == "finished"


def test_a_stopped_run_leaves_no_process_and_the_parameters_as_they_were(study: Path) -> None:
    (study / f"wait_{RUN}").touch()
    before = (study / "params.yaml").read_bytes()
    start(study, LIPS, command=DVC)
    until(study, lambda it: it.stage == f"tune@{RUN}" and "here" in it.log_tail[-40:])
    assert (study / "params.yaml").read_bytes() != before
    found = stop(study)
    assert (found.status, found.stage) == ("stopped", f"tune@{RUN}")
    assert not left_running(study)
    assert (study / "params.yaml").read_bytes() == before
    assert git(study, "symbolic-ref", "HEAD").startswith("refs/heads/")
    (study / f"wait_{RUN}").unlink()
    start(study, LIPS, command=DVC)
    assert ended(study).status == "finished", state(study).message


@pytest.mark.parametrize("delay", [0.0, 0.1, 0.3])
def test_it_is_stopped_at_any_time(study: Path, delay: float) -> None:
    (study / "wait_bce").touch()
    start(study, LIPS, command=DVC)
    time.sleep(delay)
    assert stop(study).status == "stopped"
    assert not left_running(study)
    (study / "wait_bce").unlink()
    start(study, LIPS, command=DVC)
    assert ended(study).status == "finished", state(study).message


def test_what_does_not_end_by_itself_is_killed(study: Path) -> None:
    start(study, LIPS, command=stand_in(DEAF))
    until(study, lambda it: it.stage == "tune@a")
    found = stop(study, patience=0.3)
    assert found.status == "stopped"
    assert not left_running(study)


def test_a_second_start_is_refused_in_words(study: Path) -> None:
    start(study, LIPS, command=stand_in(SLEEP))
    with pytest.raises(RunningError, match=f"{RUN} is running already, since .* stop it"):
        start(study, DrawnRegion("Double_Chin", [1, 2, 3, 4]), command=stand_in(SLEEP))
    assert "box_Double_Chin" not in (study / "params.yaml").read_text()
    assert state(study).status == "running"


def test_of_two_that_start_at_once_one_is_refused(study: Path) -> None:
    refused: list[HeedError] = []

    def begin() -> None:
        try:
            start(study, LIPS, command=stand_in(SLEEP))
        except HeedError as error:
            refused.append(error)

    threads = [threading.Thread(target=begin) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 3
    assert all(isinstance(error, RunningError) for error in refused)


def test_dvc_that_somebody_started_by_hand_is_not_disturbed(study: Path) -> None:
    (study / "wait_bce").touch()
    process = subprocess.Popen([*DVC], cwd=study, stdout=subprocess.PIPE, start_new_session=True)
    try:
        assert process.stdout is not None
        while b"here" not in process.stdout.readline():
            pass
        with pytest.raises(RunningError, match=f"DVC runs there already, as process {process.pid}"):
            start(study, LIPS, command=stand_in(SLEEP))
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    start(study, LIPS, command=stand_in("pass"))
    assert ended(study).status == "finished"


def test_another_process_tells_and_stops_the_run(study: Path) -> None:
    start(study, LIPS, command=stand_in(SLEEP))
    code = (
        "from heed.explorer.directing import state, stop; import sys;"
        "print(state(sys.argv[1]).status, stop(sys.argv[1]).status)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(study)], capture_output=True, text=True)
    assert done.stdout.split() == ["running", "stopped"], done.stderr
    assert state(study).status == "stopped"


def test_a_failed_stage_is_told_in_its_own_words(study: Path) -> None:
    (study / f"fail_{RUN}").touch()
    before = (study / "params.yaml").read_bytes()
    start(study, LIPS, command=DVC)
    found = ended(study)
    assert (found.status, found.stage) == ("failed", f"tune@{RUN}")
    assert "found no such network; expected one" in found.message
    assert (study / "params.yaml").read_bytes() == before


@pytest.mark.parametrize("which", ["all", "dvc", "stage", "first"])
def test_a_killed_run_is_told_as_killed_and_the_next_one_starts(study: Path, which: str) -> None:
    (study / f"wait_{RUN}").touch()
    before = (study / "params.yaml").read_bytes()
    start(study, LIPS, command=DVC)
    until(study, lambda it: it.stage == f"tune@{RUN}" and "here" in it.log_tail[-40:])
    pid = first_process(study)
    dvc = psutil.Process(pid).children()[0]
    stage = dvc.children(recursive=True)[-1]
    if which == "all":
        os.killpg(pid, signal.SIGKILL)
    else:
        os.kill({"dvc": dvc.pid, "stage": stage.pid, "first": pid}[which], signal.SIGKILL)
    if which == "first":  # DVC goes on, and may be stopped
        time.sleep(0.1)
        assert state(study).status == "running"
        with pytest.raises(RunningError):
            start(study, LIPS, command=DVC)
        assert stop(study).status == "stopped"
    else:
        found = ended(study)
        assert found.status == "killed", found
        assert "was killed" in found.message
    assert not left_running(study)
    (study / f"wait_{RUN}").unlink()
    start(study, LIPS, command=DVC)
    assert ended(study).status == "finished", state(study).message
    assert RUN in (study / "params.yaml").read_text()
    assert (study / "params.yaml").read_bytes() != before


def test_stop_after_a_kill_puts_the_parameters_back(study: Path) -> None:
    before = (study / "params.yaml").read_bytes()
    start(study, LIPS, command=stand_in(SLEEP))
    os.killpg(first_process(study), signal.SIGKILL)
    assert ended(study).status == "killed"
    assert stop(study).status == "killed"
    assert (study / "params.yaml").read_bytes() == before


def test_what_somebody_changed_meanwhile_stays(study: Path) -> None:
    start(study, LIPS, command=stand_in(SLEEP))
    with (study / "params.yaml").open("a") as file:
        file.write("# a note\n")
    stop(study)
    assert (study / "params.yaml").read_text().endswith("# a note\n")


def test_a_number_that_another_process_has_by_now_is_not_taken_for_the_run(study: Path) -> None:
    start(study, LIPS, command=stand_in("pass"))
    ended(study)
    files = RunFiles.of(study)
    files._end.unlink()
    other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"],
                             start_new_session=True)  # fmt: skip
    try:
        files.write_started(Started(RUN, LIPS.attribute, other.pid, time.time() - 100))
        assert state(study).status == "killed"
        assert stop(study).status == "killed"
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def enter(root: Path, *paths: str) -> None:
    """Enter files into git's index as DVC does, which follows links; git itself refuses to."""
    with Repo(str(root)) as repository:
        index = repository.open_index()
        index._byname.update({path.encode(): index[b".gitignore"] for path in paths})
        index.write()


def test_entries_behind_the_link_are_taken_out_of_git_s_index_and_no_others(study: Path) -> None:
    root = study.parents[1]
    enter(root, "studies/attention/src/heed/base/files.py", "studies/attention/src/other.py")
    (root / "mine.txt").write_text("mine")
    git(root, "add", "mine.txt")
    start(study, LIPS, command=stand_in("pass"))
    assert ended(study).status == "finished"
    assert git(root, "diff", "--cached", "--name-status").split() == ["A", "mine.txt"]
    assert (root / "src/heed/base/files.py").read_text() == "x = 1\n"


def test_dvc_s_list_that_was_cut_off_does_not_stop_the_next_run(study: Path) -> None:
    (study / ".dvc/tmp").mkdir()
    (study / ".dvc/tmp/rwlock").write_text('{"read": {"/work')
    start(study, LIPS, command=DVC)
    assert ended(study).status == "finished", state(study).message


def test_what_does_not_fit_starts_nothing(study: Path, tmp_path: Path) -> None:
    before = (study / "params.yaml").read_bytes()
    with pytest.raises(ParamsError, match="0 to 224"):
        start(study, DrawnRegion("Smiling", [1, 2, 3, 400], "Male"), command=stand_in(SLEEP))
    with pytest.raises(HeedError, match="no/such/command: found no such program"):
        start(study, LIPS, command=("no/such/command",))
    with pytest.raises(HeedError, match=r"params\.yaml: no such file"):
        start(tmp_path / "elsewhere", LIPS)
    assert (study / "params.yaml").read_bytes() == before
    assert state(study).status == "idle"


def test_files_that_are_damaged_are_none(study: Path) -> None:
    folder = RunFiles.of(study).folder
    folder.mkdir(parents=True)
    for content in ("", "[]", '{"run": 1}', json.dumps({"a": 1}), "null"):
        (folder / "started.json").write_text(content)
        assert state(study).status == "idle"
