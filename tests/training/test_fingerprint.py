import sys
import tracemalloc
from pathlib import Path

import pytest
import torch
from torch import nn

from heed.audit.models import ModelParams
from heed.audit.training import audit_settings
from heed.audit.training_settings import TrainParams
from heed.training import fingerprint as module
from heed.training.fingerprint import digest, fingerprint

MODEL = ModelParams(network="nano", weights="train", pretrained=None, loss="bce", weighting="none")
TRAIN = TrainParams(epochs=2, batch_size=4, learning_rate=1e-3, weight_decay=0.0, flip=True, seed=0)


def linear(seed=0):
    torch.manual_seed(seed)
    return nn.Linear(2, 2)


def test_everything_a_training_depends_on_counts(tmp_path, monkeypatch):
    table, crops = tmp_path / "faces.parquet", tmp_path / "crops"
    table.write_bytes(b"labels")
    crops.mkdir()
    (crops / "shard").write_bytes(b"pixels")

    def now(network=None, model=MODEL, train=TRAIN):
        return fingerprint(network or linear(), model, train, table, crops)

    first = now()
    assert now() == first
    seen = [
        first,
        now(network=linear(seed=1)),
        now(model=MODEL.model_copy(update={"loss": "mse"})),
        now(train=TRAIN.model_copy(update={"epochs": 3})),
    ]
    table.write_bytes(b"LABELS")
    seen.append(now())
    (crops / "shard").write_bytes(b"PIXELS")  # as large as before
    seen.append(now())
    (crops / "shard").rename(crops / "another")
    seen.append(now())
    monkeypatch.setattr(torch, "__version__", "0.4")
    seen.append(now())
    monkeypatch.setattr(module, "FORMAT", module.FORMAT + 1)
    seen.append(now())
    assert len(set(seen)) == 9


def test_a_file_counts_by_its_content_wherever_it_lies(tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    for path in (one, other):
        path.write_bytes(b"pixels")
    assert digest(one) == digest(other)


opened: list[Path] | None = None


def note_what_is_opened(event: str, arguments: tuple) -> None:
    if event == "open" and opened is not None and isinstance(arguments[0], str):
        opened.append(Path(arguments[0]))


@pytest.fixture
def files():
    """The files that are opened."""
    global opened
    sys.addaudithook(note_what_is_opened)
    opened = []
    yield opened
    opened = None


def test_no_code_is_read(tmp_path, files):
    (tmp_path / "labels").write_bytes(b"labels")
    network = linear()
    files.clear()
    fingerprint(network, MODEL, TRAIN, tmp_path / "labels")
    assert files == [tmp_path / "labels"]


def test_a_file_may_be_larger_than_the_memory(tmp_path):
    size = 64 * 2**20
    with (tmp_path / "crops.npy").open("wb") as file:
        file.truncate(size)
    tracemalloc.start()
    digest(tmp_path / "crops.npy")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < size / 16


def test_other_parts_count_in_their_order():
    parts = [
        (),
        (b"ab",),
        (b"a", b"b"),
        (b"b", b"a"),
        (MODEL,),
        (TRAIN,),
        (audit_settings(TRAIN),),
        (TRAIN, MODEL),
        (MODEL, TRAIN),
    ]
    seen = [fingerprint(linear(), *each) for each in parts]
    assert seen == [fingerprint(linear(), *each) for each in parts]
    assert len(set(seen)) == len(parts)


def test_reading_the_weights_leaves_the_random_numbers_alone():
    network = linear()
    state = torch.get_rng_state()
    fingerprint(network, MODEL, TRAIN)
    assert torch.equal(torch.get_rng_state(), state)
