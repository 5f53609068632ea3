"""What a training leaves behind it: the network at rest, switches as they were, one checkpoint."""

import lightning
import pytest
import torch
from torch import Tensor, nn
from torch.utils.data import TensorDataset

from heed.base.errors import InputError
from heed.fitting.fit import fit
from heed.training.crops import Batches
from heed.training.settings import Optimisation

SETTINGS = Optimisation(
    epochs=2, batch_size=4, optimizer="sgd", learning_rate=0.1, momentum=0.0, weight_decay=0.0,
    schedule="constant", precision="32-true",
)  # fmt: skip


class Points(TensorDataset):
    """Points (N, 3) on a plane."""

    def __init__(self, count: int) -> None:
        points = torch.randn(count, 3, generator=torch.Generator().manual_seed(count))
        super().__init__(points, points @ torch.tensor([[1.0], [2], [3]]))

    def __getitem__(self, batch) -> tuple[Tensor, ...]:
        return super().__getitem__(batch.rows)


class Plane(lightning.LightningModule):
    def __init__(self) -> None:
        super().__init__()
        self.network = nn.Sequential(nn.Linear(3, 1))
        nn.init.zeros_(self.network[0].weight)
        nn.init.zeros_(self.network[0].bias)
        self.steps = 0

    def loss(self, batch: tuple[Tensor, Tensor]) -> Tensor:
        return (self.network(batch[0]) - batch[1]).square().mean()

    def training_step(self, batch, index: int) -> Tensor:
        self.steps += 1
        loss = self.loss(batch)
        self.log("train/loss", loss, batch_size=len(batch[0]))
        return loss

    def validation_step(self, batch, index: int) -> None:
        self.log("validation/loss", self.loss(batch), batch_size=len(batch[0]))

    def configure_optimizers(self) -> torch.optim.Optimizer:
        return torch.optim.SGD(self.network.parameters(), lr=0.1)


def run(module: Plane, folder, **changes) -> Plane:
    training, validation = Points(22), Points(5)
    fit(
        module, training, Batches(22, 4, seed=0), validation, Batches(5, 4), callbacks=[],
        settings=SETTINGS.model_copy(update=changes), checkpoint=folder / "run/last.ckpt",
        title="plane", next_run="the next run", loader_workers=0,
    )  # fmt: skip
    return module


def test_the_network_learns_and_is_at_rest_afterwards(tmp_path) -> None:
    before = torch.are_deterministic_algorithms_enabled()
    module = run(Plane(), tmp_path)
    assert module.steps == 2 * 6
    with torch.no_grad():
        assert float(module.loss(Points(50)[next(iter(Batches(50, 50)))])) < 1
    assert not module.network.training
    assert module.network[0].weight.device.type == "cpu"
    assert torch.are_deterministic_algorithms_enabled() == before
    assert [path.name for path in (tmp_path / "run").iterdir()] == ["last.ckpt"]


def test_what_has_been_trained_is_not_trained_again(tmp_path) -> None:
    first, second = run(Plane(), tmp_path), run(Plane(), tmp_path)
    assert (first.steps, second.steps) == (12, 0)
    assert torch.equal(first.network[0].weight, second.network[0].weight)
    longer = run(Plane(), tmp_path, epochs=3)
    assert longer.steps == 6


def test_half_precision_without_a_gpu_is_refused(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(InputError, match="16-mixed, but there is no GPU"):
        run(Plane(), tmp_path, precision="16-mixed")


def test_a_checkpoint_of_another_network_or_none_is_refused_with_its_name(tmp_path) -> None:
    run(Plane(), tmp_path)
    other = Plane()
    other.network = nn.Sequential(nn.Linear(3, 1, bias=False), nn.Linear(1, 1))
    with pytest.raises(
        InputError,
        match=r"last\.ckpt: found network.0.bias \(1,\); expected no network.0.bias.* of another",
    ):
        run(other, tmp_path)
    other.network = nn.Sequential(nn.Linear(3, 2))
    with pytest.raises(InputError, match=r"network.0.bias \(1,\); expected network.0.bias \(2,\)"):
        run(other, tmp_path)
    for content in (b"", b"no checkpoint", (tmp_path / "run/last.ckpt").read_bytes()[:500]):
        (tmp_path / "run/last.ckpt").write_bytes(content)
        with pytest.raises(InputError, match=r"last\.ckpt: found no checkpoint of a training"):
            run(Plane(), tmp_path)
