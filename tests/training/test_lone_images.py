"""Batches of one image: real networks, on crops whose last grid has one cell and on larger ones."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from heed.networks.catalogue import build
from heed.training.crops import LabelledCrops
from heed.training.lone_images import batches_to_learn_from, learns_from_one
from heed.training.trainer import train
from tests.training.test_devices import settings


def crops(count: int, side: int) -> LabelledCrops:
    rng = np.random.default_rng(count)
    labels = np.where(rng.random((count, 40)) < 0.5, 1, -1)
    return LabelledCrops(rng.integers(0, 256, (count, side, side, 3), dtype=np.uint8), labels)


def trained(folder: Path, count: int, side: int, batch_size: int) -> nn.Module:
    torch.manual_seed(0)
    network = build("nano", 40)
    train(
        network,
        crops(count, side),
        crops(1, side),
        loss="bce",
        weighting="none",
        settings=settings(batch_size=batch_size),
        folder=folder,
    )
    return network


@pytest.mark.parametrize("side", [32, 64])
def test_a_last_batch_of_one_image_is_learnt_from(tmp_path: Path, side: int) -> None:
    network = trained(tmp_path, 9, side, 4)
    assert all(torch.isfinite(tensor).all() for tensor in network.state_dict().values())


def test_it_joins_the_batch_before_where_it_cannot_stand_alone() -> None:
    small = batches_to_learn_from(build("nano", 40), crops(9, 32), 4, 0)
    assert [len(batch.rows) for batch in small] == [4, 5]
    assert [small.whole(index) for index in range(len(small))] == [4, 5]
    assert sorted(row for batch in small for row in batch.rows) == list(range(9))
    # What could be learnt from before is left as it was.
    large = batches_to_learn_from(build("nano", 40), crops(9, 64), 4, 0)
    assert [len(batch.rows) for batch in large] == [4, 4, 1]
    plain = batches_to_learn_from(nn.Linear(1, 1), crops(9, 32), 4, 0)
    assert [len(batch.rows) for batch in plain] == [4, 4, 1]
    for count in (8, 10):
        batches = batches_to_learn_from(build("nano", 40), crops(count, 32), 4, 0)
        assert [len(batch.rows) for batch in batches][:2] == [4, 4]


def test_two_batches_of_processes_share_the_larger_one() -> None:
    batches = batches_to_learn_from(build("nano", 40), crops(9, 32), 4, 0)
    rows = []
    for rank in (0, 1):
        batches.share(rank, 2)
        rows += [row for batch in batches for row in batch.rows]
        assert batches.own(1) == (3, 2)[rank]
    assert sorted(rows) == list(range(9))


@pytest.mark.parametrize(
    ("count", "size", "found"), [(1, 4, "one training image"), (6, 1, "batches of one image")]
)
def test_nothing_but_single_images_of_one_cell_is_refused(
    tmp_path: Path, count: int, size: int, found: str
) -> None:
    with pytest.raises(ValueError, match=f"found {found} of 32 pixels; .* batch_size of 2"):
        trained(tmp_path, count, 32, size)


def test_single_images_of_more_cells_are_learnt_from(tmp_path: Path) -> None:
    trained(tmp_path / "one", 1, 64, 4)
    trained(tmp_path / "each", 3, 64, 1)


def test_trying_changes_neither_the_network_nor_the_random_numbers() -> None:
    network, images = build("nano", 40).eval(), crops(1, 64)
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    torch.manual_seed(3)
    expected = torch.rand(2)
    torch.manual_seed(3)
    assert learns_from_one(network, images)
    assert torch.equal(torch.rand(2), expected)
    assert not network.training
    for name, tensor in network.state_dict().items():
        assert torch.equal(tensor, before[name])
