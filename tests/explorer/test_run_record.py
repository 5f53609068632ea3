"""What dvc.lock says of stored results, held against params.yaml and the files."""

import pytest
import yaml

from heed.explorer.run_record import lock_of, other_outputs, other_parameters, stamp_of
from tests.explorer.audit_folder import audit_folder


def written(root, stages):
    (root / "dvc.lock").write_text(yaml.safe_dump({"schema": "2.0", "stages": stages}))
    return lock_of(root)


@pytest.mark.parametrize("content", ["", "a: [", "stages: 3", "[]", "stages: {score@a: 3}", "\x00"])
def test_a_lock_that_cannot_be_read_says_nothing(tmp_path, content):
    assert lock_of(tmp_path) == {}
    (tmp_path / "dvc.lock").write_text(content)
    lock = lock_of(tmp_path)
    assert other_parameters(lock, {}) == []
    assert other_outputs(tmp_path, lock) == {}


def test_stages_that_are_not_shown_are_left_out(tmp_path):
    assert set(written(tmp_path, {"report": {}, "score@a": {}, "masks": {}})) == {
        "score@a",
        "masks",
    }


def test_parameters_are_compared_leaf_by_leaf():
    of_score = {"score": {"threshold": 0.5, "filled": "keep"}, "frontal.partition": "test"}
    of_cams = {"score": {"threshold": 0.5, "filled": "keep"}}
    lock = {
        "score@a": {"params": {"params.yaml": of_score}},
        "score@b": {"params": {"params.yaml": of_score}},
        "cams@a": {"params": {"params.yaml": of_cams}},
        "train@a": {"params": {"other.yaml": {"x": 1}}},
    }
    now = {
        "score": {"threshold": 0.25, "filled": "keep", "new": 1},
        "frontal": {"partition": "test"},
    }
    assert other_parameters(lock, now) == [
        "params.yaml has score.threshold: 0.25, but score and cams were made with 0.5; run "
        "`dvc repro`",
        "params.yaml has score.new: 1, but score and cams were made with nothing; run `dvc repro`",
    ]
    assert other_parameters(lock, {"score": 3}) == [
        "params.yaml has score: 3, but score and cams were made with {'threshold': 0.5, 'filled': "
        "'keep'}; run `dvc repro`",
        "params.yaml has frontal.partition: nothing, but score was made with test; run `dvc repro`",
    ]


def test_outputs_are_compared_by_files_and_bytes(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data/b").mkdir()
    (tmp_path / "data/b/1").write_bytes(b"12345")
    (tmp_path / "data/b/2").symlink_to(tmp_path / "data/b/1")  # as DVC's cache may be linked
    (tmp_path / "data/a").write_bytes(b"123")

    def found(*outs):
        return other_outputs(tmp_path, written(tmp_path, {"score@a": {"outs": list(outs)}}))

    one = {"path": "data/a", "size": 3}
    two = {"path": "data/b", "size": 10, "nfiles": 2}
    assert found(one, two) == {}
    assert (
        "found 3 bytes; dvc.lock has 4: these are results of" in found({**one, "size": 4})["data/a"]
    )
    assert "found 2 files; dvc.lock has 3" in found({**two, "nfiles": 3})["data/b"]
    assert "data/c: not there, though dvc.lock has it" in found({"path": "data/c"})["data/c"]
    (tmp_path / "data/a.partial").touch()
    assert "a.partial: half-written" in found(one)["data/a"]


def test_a_stamp_is_of_all_files_and_of_no_order(tmp_path):
    files = [tmp_path / name for name in "abc"]
    for file in files[:2]:
        file.write_text("x")
    stamp = stamp_of(files)
    assert stamp == stamp_of(files[::-1])
    assert stamp != stamp_of(files[:2])
    files[2].touch()
    assert stamp != (there := stamp_of(files))
    files[2].write_text("y")
    assert there != stamp_of(files)


def test_a_lock_that_is_half_written_is_none_or_less_of_one(tmp_path):
    """DVC writes it in place, while an explorer looks: wherever it is cut, nothing fails."""
    audit_folder(tmp_path / "audit", faces=2, models=["one"], replicates=1)
    file = tmp_path / "audit/dvc.lock"
    params, content = yaml.safe_load((tmp_path / "audit/params.yaml").read_text()), file.read_text()
    whole = set(lock_of(tmp_path / "audit"))
    assert whole
    for length in range(0, len(content), 3):
        file.write_text(content[:length])
        found = lock_of(tmp_path / "audit")
        assert set(found) <= whole
        other_parameters(found, params)
        other_outputs(tmp_path / "audit", found)
