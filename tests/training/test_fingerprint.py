import torch
from torch import nn

from heed.audit.models import ModelParams
from heed.audit.training import TrainParams, audit_settings
from heed.training.fingerprint import fingerprint

MODEL = ModelParams(network="nano", weights="train", pretrained=None, loss="bce", weighting="none")
TRAIN = TrainParams(epochs=2, batch_size=4, learning_rate=1e-3, weight_decay=0.0, flip=True, seed=0)


def linear(seed=0):
    torch.manual_seed(seed)
    return nn.Linear(2, 2)


def test_everything_a_training_depends_on_counts(tmp_path):
    table, crops = tmp_path / "faces.parquet", tmp_path / "crops"
    table.write_bytes(b"labels")
    crops.mkdir()
    (crops / "shard").write_bytes(b"pixels")

    def now(network=None, model=MODEL, train=TRAIN):
        return fingerprint(network or linear(), model, train, table, crops)

    first = now()
    assert now() == first
    seen = {
        first,
        now(network=linear(seed=1)),
        now(model=MODEL.model_copy(update={"loss": "mse"})),
        now(train=TRAIN.model_copy(update={"epochs": 3})),
    }
    table.write_bytes(b"LABELS")
    seen.add(now())
    (crops / "shard").write_bytes(b"more pixels")
    seen.add(now())
    assert len(seen) == 6


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
