import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from dvc.repo import Repo

from heed.base.files import StrangerError, refuse_strangers, write_text, written_whole
from heed.ledger.recoverable import _committed_objects
from heed.ledger.written import note
from heed.ledger.written import strangers as strangers_of

GIT = ["git", "-c", "user.name=test", "-c", "user.email=test@localhost"]


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty DVC repository, which is the current folder."""
    monkeypatch.chdir(tmp_path)
    subprocess.run([*GIT, "init", "-q"], check=True)
    Repo.init(".").close()
    return tmp_path


def strangers(target: str) -> list[Path]:
    return strangers_of(target)[target]


def write_folder(target: str, *names: str) -> None:
    with written_whole(target) as partial:
        for name in names:
            write_text(name, partial / name)


def test_what_heed_wrote_it_may_replace(repository: Path) -> None:
    write_text("one", "table.csv")
    write_text("two", "table.csv")
    write_folder("folder", "a", "below/b")
    write_folder("folder", "c")
    assert Path("table.csv").read_text() == "two"
    assert [path.name for path in Path("folder").iterdir()] == ["c"]


def test_a_strangers_file_is_never_replaced(repository: Path) -> None:
    Path("table.csv").write_text("years of work")
    with pytest.raises(StrangerError, match=r"table\.csv: found a file that Heed did not write"):
        write_text("result", "table.csv")
    assert Path("table.csv").read_text() == "years of work"
    assert not Path("table.csv.partial").exists()


@pytest.mark.parametrize("name", ["notes.txt", "below/notes.txt", ".hidden"])
def test_a_folder_with_a_strangers_file_is_never_replaced(repository: Path, name: str) -> None:
    write_folder("folder", "a", "below/b")
    Path("folder", name).write_text("years of work")
    with pytest.raises(StrangerError, match=f"folder: found what Heed did not write.*: {name}"):
        write_folder("folder", "a")
    assert Path("folder", name).read_text() == "years of work"
    assert Path("folder/below/b").exists()


def test_a_result_that_the_user_changed_is_not_replaced(repository: Path) -> None:
    write_folder("folder", "a")
    Path("folder/a").write_text("corrected by hand")
    assert strangers("folder") == [Path("folder/a")]


def test_a_link_to_a_folder_is_a_file_of_its_own(repository: Path) -> None:
    Path("elsewhere").mkdir()
    Path("elsewhere/photograph.jpg").write_text("photograph")
    Path("folder").symlink_to("elsewhere")
    assert strangers("folder") == [Path("folder")]
    Path("folder").unlink()
    write_folder("folder", "a")
    Path("folder/photographs").symlink_to(Path("elsewhere").resolve())
    assert strangers("folder") == [Path("folder/photographs")]


def test_what_operating_systems_leave_is_nobodys(repository: Path) -> None:
    write_folder("folder", "a")
    Path("folder/.DS_Store").write_bytes(b"\0")
    assert strangers("folder") == []


def test_a_file_of_the_user_is_changed_where_the_user_asks_for_it(repository: Path) -> None:
    Path("params.yaml").write_text("a: 1")
    write_text("a: 2", "params.yaml", guard=False)
    assert Path("params.yaml").read_text() == "a: 2"
    assert strangers("params.yaml") == [Path("params.yaml")], "it is the user's still"


def test_between_note_and_rename_either_version_is_heeds_own(repository: Path) -> None:
    """A kill may come at any moment: what is there then must not be refused."""
    write_text("old", "table.csv")
    Path("table.csv.partial").write_text("new, and longer")
    note("table.csv", "table.csv.partial")
    assert strangers("table.csv") == []
    os.replace("table.csv.partial", "table.csv")
    assert strangers("table.csv") == []


def test_two_stops_between_note_and_rename_lock_nothing_out(repository: Path) -> None:
    write_text("old", "table.csv")
    for content in ("second", "the third"):
        Path("table.csv.partial").write_text(content)
        note("table.csv", "table.csv.partial")
        assert strangers("table.csv") == []


def test_parts_of_a_folder_that_was_never_finished_are_heeds_own(repository: Path) -> None:
    """A stage may write a folder piece by piece, and be stopped in between."""
    write_text("a", "folder/a.csv")
    write_folder("folder/b.zarr", "chunk")
    assert strangers("folder") == []
    Path("folder/b.zarr/mine.txt").write_text("years of work")
    assert strangers("folder") == [Path("folder/b.zarr/mine.txt")]


def test_looking_adopts_nothing(repository: Path) -> None:
    """A file that only git has is a stranger again when the commit is undone."""
    write_folder("folder", "a")
    subprocess.run([*GIT, "commit", "-q", "--allow-empty", "-m", "Start"], check=True)
    Path("folder/mine.txt").write_text("years of work")
    subprocess.run([*GIT, "add", "folder/mine.txt"], check=True)
    subprocess.run([*GIT, "commit", "-q", "-m", "Mine"], check=True)
    assert strangers("folder") == []
    subprocess.run([*GIT, "reset", "-q", "HEAD~1"], check=True)
    subprocess.run([*GIT, "reflog", "expire", "--expire=now", "--all"], check=True)
    _committed_objects.cache_clear()  # of the process before
    assert strangers("folder") == [Path("folder/mine.txt")]


def test_what_an_older_commit_has_can_be_got_back(repository: Path) -> None:
    Path("table.csv").write_text("old")
    subprocess.run([*GIT, "add", "table.csv"], check=True)
    subprocess.run([*GIT, "commit", "-q", "-m", "Old"], check=True)
    Path("table.csv").write_text("new")
    subprocess.run([*GIT, "commit", "-q", "-am", "New"], check=True)
    subprocess.run([*GIT, "checkout", "-q", "HEAD~1", "--", "table.csv"], check=True)
    assert strangers("table.csv") == []


def test_what_git_has_is_known_in_a_pipeline_below_the_root(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("studies/mine").mkdir(parents=True)
    monkeypatch.chdir("studies/mine")
    Path("table.csv").write_text("committed")
    subprocess.run([*GIT, "add", "table.csv"], check=True)
    subprocess.run([*GIT, "commit", "-q", "-m", "Mine"], check=True)
    Path("notes.txt").write_text("not committed")
    _committed_objects.cache_clear()
    assert strangers("table.csv") == []
    assert strangers("notes.txt") == [Path("notes.txt")]


def test_without_a_commit_the_way_out_is_named(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path(".dvc").mkdir()
    Path("table.csv").write_text("came with Heed")
    with pytest.raises(StrangerError, match="git init && git add"):
        refuse_strangers({"table.csv": "Heed"})


def test_a_working_file_may_always_be_replaced(repository: Path) -> None:
    Path("cache.parquet").write_text("of an older Heed")
    write_text("new", "cache.parquet", guard=False)
    assert Path("cache.parquet").read_text() == "new"


def test_what_dvc_has_is_read_once(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("kept").write_text("1")
    subprocess.run([sys.executable, "-m", "dvc", "add", "-q", "kept"], check=True)
    assert strangers("kept") == []
    monkeypatch.setattr("hashlib.file_digest", None)
    assert strangers("kept") == []
    Path("kept").unlink()
    Path("kept").write_text("2")
    os.utime("kept", ns=(0, 0))
    with pytest.raises(TypeError):
        strangers("kept")


def test_a_damaged_ledger_is_no_error(repository: Path) -> None:
    write_text("one", "table.csv")
    (ledger,) = Path(".dvc/tmp/heed").iterdir()
    for content in ("", "[1]", "{}", '[{"table.csv": 3}]', json.dumps([{"a": ["b", "c"]}])):
        ledger.write_text(content)
        assert strangers("table.csv") == [Path("table.csv")]


def test_what_git_has_unchanged_can_be_got_back(repository: Path) -> None:
    Path("metrics").mkdir()
    Path("metrics/a.csv").write_text("a")
    Path("metrics/b.csv").write_text("b")
    subprocess.run([*GIT, "add", "metrics/a.csv"], check=True)
    subprocess.run([*GIT, "commit", "-q", "-m", "Start"], check=True)
    assert strangers("metrics") == [Path("metrics/b.csv")]
    assert strangers("metrics/a.csv") == []
    Path("metrics/a.csv").write_text("c")
    os.utime("metrics/a.csv", ns=(0, 0))
    assert strangers("metrics/a.csv") == [Path("metrics/a.csv")]


STAGES = """
stages:
  make:
    cmd: mkdir -p kept loose && echo 1 > kept/one && echo 2 > kept/two && echo 3 > loose/three && echo 4 > four
    outs: [kept, four: {cache: false}, loose: {cache: false}]
"""  # noqa: E501


def test_what_dvc_has_can_be_got_back(repository: Path) -> None:
    """In DVC's cache, or as its lock has it, whoever wrote it and whenever."""
    Path("dvc.yaml").write_text(STAGES)
    subprocess.run([sys.executable, "-m", "dvc", "repro", "-q"], check=True)
    outputs = ("kept", "kept/one", "loose", "four")
    for output in ("kept", "loose", "four"):
        assert strangers(output) == []
    shutil.rmtree(".dvc/tmp/heed")
    Path("dvc.lock").rename("lock")
    assert strangers("kept") == [], "its files are in the cache"
    assert strangers("loose") == [Path("loose/three")], "only the lock knew them"
    Path("lock").rename("dvc.lock")
    for output in outputs:
        path = Path(output, "mine.txt") if Path(output).is_dir() else Path(output)
        path.write_text("years of work")
        assert path in strangers(output)


def test_nothing_is_looked_at_outside_a_dvc_repository(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("old")
    refuse_strangers({path: "Heed"})
    write_text("new", path)
    assert path.read_text() == "new"
