import lightning
import numpy as np
import pytest
import torch
from torch import nn

from heed.audit.training import audit_settings
from heed.audit.training_settings import TrainParams
from heed.training.balancing import keep_probabilities
from heed.training.crops import Batches
from heed.training.losses import element_losses
from heed.training.module import AttributeTraining

SHARES = np.linspace(0.1, 0.9, 40)
LABELS = torch.from_numpy(
    np.where(np.random.default_rng(0).random((6, 40)) < SHARES, 1, -1).astype(np.int8)
)
CROPS = torch.from_numpy(np.random.default_rng(1).integers(0, 256, (6, 32, 32, 3), dtype=np.uint8))


class Seen(nn.Module):
    """A linear classifier of the mean colour that keeps what it was shown."""

    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(3, 40)
        self.norm = nn.BatchNorm1d(40)

    def forward(self, images):
        self.images = images
        return self.layer(images.mean(dim=(2, 3)))


def module(weighting="none", loss="bce", flip=False, seed=0, batches=400):
    torch.manual_seed(0)
    params = TrainParams(
        epochs=5, batch_size=6, learning_rate=0.01, weight_decay=0.1, flip=flip, seed=seed
    )
    built = AttributeTraining(
        Seen(),
        loss=loss,
        weighting=weighting,
        shares=SHARES,
        settings=audit_settings(params),
        training=Batches(6 * batches, 6),
        validation=Batches(6, 6),
    )
    built.log = lambda *_, **__: None  # outside a Trainer there is nowhere to log to
    return built


def test_network_sees_rgb_from_0_to_1():
    built = module()
    built(CROPS)
    expected = CROPS.numpy().transpose(0, 3, 1, 2) / 255
    np.testing.assert_allclose(built.network.images, expected, rtol=1e-6)


@pytest.mark.parametrize("loss", ["bce", "mse"])
def test_loss_is_the_weighted_mean_over_batch_and_attributes(loss):
    built = module("moon_expectation", loss)
    value = built.training_step((CROPS, LABELS), 0)
    losses = element_losses(built(CROPS), LABELS, loss).detach().numpy()
    keep = keep_probabilities(SHARES)
    total = sum(
        keep[int(label > 0), attribute] * losses[image, attribute]
        for image, row in enumerate(LABELS.tolist())
        for attribute, label in enumerate(row)
    )
    assert value.item() == pytest.approx(total / (6 * 40), rel=1e-5)


def test_without_weighting_all_count_alike():
    built = module("none")
    value = built.training_step((CROPS, LABELS), 0)
    assert value.item() == pytest.approx(
        element_losses(built(CROPS), LABELS, "bce").mean().item(), rel=1e-6
    )


def test_dropped_elements_have_no_gradient():
    built = module("moon_sampling")
    built.keep[:] = 0.0
    built.keep[1, 35] = 1.0  # only positives of attribute 35 are kept
    built.training_step((CROPS, LABELS), 0).backward()
    assert built.network.layer.bias.grad.nonzero().flatten().tolist() == [35]


def test_sampling_averages_to_the_expectation():
    sampling, expectation = module("moon_sampling"), module("moon_expectation")
    draws = [sampling.training_step((CROPS, LABELS), index).item() for index in range(400)]
    expected = expectation.training_step((CROPS, LABELS), 0).item()
    assert np.mean(draws) == pytest.approx(expected, abs=4 * np.std(draws) / np.sqrt(400))
    assert np.std(draws) > 0


@pytest.mark.parametrize("weighting", ["none", "moon_expectation", "moon_sampling"])
def test_the_validation_loss_takes_the_expectation_and_draws_nothing(weighting):
    built = module(weighting)
    built.trainer = lightning.Trainer(
        accelerator="cpu", devices=1, logger=False, enable_checkpointing=False
    )
    logged = {}
    built.log = lambda name, value: logged.update({name: float(value)})
    built.validation_step((CROPS, LABELS), 0)
    built.on_validation_epoch_end()
    losses = element_losses(built(CROPS), LABELS, "bce").detach().numpy()
    keep = keep_probabilities(SHARES) if weighting != "none" else np.ones((2, 40))
    weights = np.where(LABELS.numpy() > 0, keep[1], keep[0])
    assert logged["validation/loss"] == pytest.approx((weights * losses).mean(), rel=1e-5)
    wrong = (built(CROPS).detach().numpy() >= 0) != (LABELS.numpy() > 0)
    assert logged["validation/error_rate"] == pytest.approx(wrong.mean())  # errors are not weighted


def test_images_are_mirrored_or_not():
    built = module(flip=True)
    flipped = 0
    for index in range(50):
        built.training_step((CROPS, LABELS), index)
        seen = (built.network.images * 255).round().byte().permute(0, 2, 3, 1)
        for image, original in zip(seen, CROPS, strict=True):
            mirrored = torch.equal(image, original.flip(1))
            assert mirrored or torch.equal(image, original)
            flipped += mirrored
    assert 115 < flipped < 185  # 300 tosses, four standard deviations


def test_flips_repeat_with_seed_epoch_and_batch():
    def first(seed, index):
        built = module(flip=True, seed=seed)
        seen = []
        for batch in range(index, index + 8):
            built.training_step((CROPS, LABELS), batch)
            seen.append(built.network.images)
        return torch.cat(seen)

    assert torch.equal(first(0, 0), first(0, 0))
    assert not torch.equal(first(0, 0), first(1, 0))
    assert not torch.equal(first(0, 0), first(0, 8))


def test_only_matrices_decay():
    optimizer = module().configure_optimizers()["optimizer"]
    decays = {
        parameter.ndim: group["weight_decay"]
        for group in optimizer.param_groups
        for parameter in group["params"]
    }
    assert decays == {2: 0.1, 1: 0.0}


def test_rate_rises_to_its_peak_and_falls_over_the_whole_training():
    setup = module(batches=4).configure_optimizers()
    optimizer, schedule = setup["optimizer"], setup["lr_scheduler"]["scheduler"]
    rates = []
    for _ in range(5 * 4):
        rates.append(schedule.get_last_lr()[0])
        optimizer.step()
        schedule.step()
    assert max(rates) == pytest.approx(0.01, rel=1e-3)
    assert 0 < rates.index(max(rates)) < 10
    assert rates[-1] < rates[0] < 0.001


def test_is_a_lightning_module_that_saves_weights_only():
    built = module("moon_sampling")
    assert isinstance(built, lightning.LightningModule)
    assert all(key.startswith("network.") for key in built.state_dict())
