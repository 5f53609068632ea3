from itertools import chain

import numpy as np
import pytest

from heed.base.arrays import StoredImages
from heed.training.crops import Batch, Batches, LabelledCrops


@pytest.fixture
def crops(tmp_path):
    """Crops on disk as the pipeline stores them."""
    images = np.random.default_rng(0).integers(0, 256, (10, 32, 32, 3), dtype=np.uint8)
    np.save(tmp_path / "train.npy", images)
    return StoredImages(tmp_path / "train.npy")


LABELS = np.where(np.random.default_rng(1).random((10, 40)) < 0.5, 1, -1)


def test_a_batch_is_its_rows(crops):
    images, labels = LabelledCrops(crops, LABELS)[Batch(0, [7, 0, 3])]
    assert np.array_equal(images, crops[:][[7, 0, 3]])
    assert np.array_equal(labels, LABELS[[7, 0, 3]])
    assert images.dtype == np.uint8
    assert labels.dtype == np.int8


def test_labels_have_a_row_per_crop(crops):
    with pytest.raises(ValueError, match=r"\(9, 40\) for 10 crops"):
        LabelledCrops(crops, LABELS[:9])


def test_labels_are_signs(crops):
    with pytest.raises(ValueError, match="other than -1 and"):
        LabelledCrops(crops, np.maximum(LABELS, 0))


def test_crops_are_bytes(crops):
    with pytest.raises(ValueError, match="found float32"):
        LabelledCrops(crops[:].astype(np.float32), LABELS)


@pytest.mark.parametrize(("count", "size"), [(10, 4), (12, 4), (3, 8)])
def test_every_row_once_per_epoch(count, size):
    batches = Batches(count, size, seed=0)
    rows = [batch.rows for batch in batches]
    assert len(rows) == len(batches)
    assert sorted(chain(*rows)) == list(range(count))
    assert all(len(batch) == size for batch in rows[:-1])


@pytest.mark.parametrize(("count", "size", "ranks"), [(21, 5, 2), (22, 5, 3), (12, 4, 4)])
def test_processes_share_each_batch(count, size, ranks):
    alone = Batches(count, size, seed=0)
    alone.set_epoch(2)
    shares = []
    for rank in range(ranks):
        batches = Batches(count, size, seed=0)
        batches.set_epoch(2)
        batches.share(rank, ranks)
        shares.append((batches, list(batches)))
    values = np.random.default_rng(1).random(count)
    for index, whole in enumerate(alone):
        rows, means = [], []
        for batches, read in shares:
            batch = read[index]
            assert batch.epoch == 2
            assert len(batch.rows) >= 1
            assert [whole.rows[position] for position in batches.positions(index)] == batch.rows
            assert batches.whole(index) == len(whole.rows)
            rows += batch.rows[: batches.own(index)]
            means.append(values[batch.rows].mean() * batches.weight(index))
        assert sorted(rows) == sorted(whole.rows)
        assert np.mean(means) == pytest.approx(values[whole.rows].mean())


def test_one_process_weighs_nothing():
    batches = Batches(11, 4)
    assert [batches.weight(index) for index in range(3)] == [1.0, 1.0, 1.0]


def test_order_follows_from_seed_and_epoch():
    def order(seed, epoch):
        batches = Batches(50, 8, seed)
        batches.set_epoch(epoch)
        return [batch.rows for batch in batches]

    assert order(0, 3) == order(0, 3)
    assert order(0, 3) != order(0, 4)
    assert order(0, 3) != order(1, 3)
    assert list(chain(*order(None, 3))) == list(range(50))
