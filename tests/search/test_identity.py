import pytest

from heed.search.identity import identity
from heed.training import fingerprint


def test_a_search_is_named_by_what_its_trials_depend_on(make_params, space_values) -> None:
    named = identity(make_params(), b"faces")
    assert identity(make_params(trials=99, workers=4), b"faces") == named
    others = [
        identity(make_params(seed=1), b"faces"),
        identity(make_params(sampler="gp"), b"faces"),
        identity(make_params(space=space_values | {"batch_size": [16]}), b"faces"),
        identity(make_params(), b"other faces"),
        identity(make_params(), b"faces", b""),
        identity(make_params(), make_params().space, b"faces"),
    ]
    assert len({named, *others}) == 7


def test_trainings_of_another_format_do_not_compare(
    make_params, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = identity(make_params(), b"faces")
    monkeypatch.setattr(fingerprint, "FORMAT", fingerprint.FORMAT + 1)
    assert identity(make_params(), b"faces") != before
