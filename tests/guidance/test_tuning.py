"""A fine-tuning by hand, beside the trainer of attributes, and of a network with two cues."""

from pathlib import Path

import numpy as np
import pytest
import torch
from lightning.pytorch.callbacks import ModelCheckpoint
from torch import Tensor, nn
from torch.nn import functional
from torchvision import models

from heed.base.errors import InputError
from heed.guidance.catalogue import map_loss
from heed.guidance.guided_images import GuidedImages
from heed.guidance.maps import guided_pass, scaled
from heed.guidance.settings import TuningSettings, Weights
from heed.guidance.tuning import fine_tune
from heed.networks.catalogue import build
from heed.networks.network import Head, Network
from heed.training.crops import LabelledCrops
from heed.training.trainer import train

RNG = np.random.default_rng(0)
UPPER = np.array([[[1.0, 1], [0, 0]]])


def images(count: int = 48, regions: np.ndarray = UPPER) -> GuidedImages:
    """Attribute 0 has two cues: red in the upper half and green in the lower; 1 has blue."""
    labels = RNG.random((count, 2)) < 0.5
    crops = RNG.integers(0, 180, (count, 64, 64, 3), dtype=np.uint8)
    crops[labels[:, 0], :32, :, 0] += 70
    crops[labels[:, 0], 32:, :, 1] += 70
    crops[labels[:, 1], :, :, 2] += 70
    return GuidedImages(LabelledCrops(crops, np.where(labels, 1, -1)), regions)


TRAINING, VALIDATION = images(), images(20)
WITHOUT = images(8)
"""Regions of those images alone that do not have the attribute."""
WITHOUT.regions = UPPER * (WITHOUT.labels[:, 0] < 0)[:, None, None, None]
COLUMN = GuidedImages(LabelledCrops(TRAINING.images.images, TRAINING.labels[:, :1]), UPPER)
BESIDE = GuidedImages(TRAINING.images, UPPER, 1 - UPPER[0])


def small(seed: int = 0) -> Network:
    """Four cells, no batch normalisation, no dropout: what one step does can be told by hand."""
    torch.manual_seed(seed)
    trunk = nn.Sequential(
        nn.Conv2d(3, 6, 8, stride=8), nn.ReLU(), nn.Conv2d(6, 8, 4, stride=4), nn.Tanh()
    )
    return Network("small", trunk, Head({"output": nn.Linear(8, 2)}))


@pytest.fixture(autouse=True)
def _one_thread_in_an_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def tuned(
    network: nn.Module, loss: str = "energy", some: GuidedImages = TRAINING,
    validation: GuidedImages = VALIDATION, **changes,
):  # fmt: skip
    told = {name: changes.pop(name) for name in
            ("outputs", "layer", "seed", "folder", "weighting", "attribute_loss", "reshape")
            if name in changes}  # fmt: skip
    settings = TuningSettings(**{"batch_size": 16} | changes)
    curves = fine_tune(
        network, some, validation, loss=map_loss(loss), settings=settings, loader_workers=0,
        **{"outputs": [0]} | told,
    )  # fmt: skip
    return weights_of(network), curves


def weights_of(network: nn.Module) -> bytes:
    return b"".join(tensor.numpy().tobytes() for tensor in network.state_dict().values())


@pytest.mark.parametrize("on", ["with_attribute", "predicted"])
@pytest.mark.parametrize("outputs", [[0], [1, 0]])
def test_one_step_is_what_it_is_by_hand(on: str, outputs: list[int]) -> None:
    regions = RNG.random((48, len(outputs), 2, 2)) * (RNG.random((48, len(outputs), 1, 1)) < 0.7)
    some = images(regions=regions)
    weights = Weights(attributes=0.7, maps=3.0)
    network, other = small(), small()
    validation = GuidedImages(VALIDATION.images, np.repeat(UPPER, len(outputs), axis=0))
    tuned(network, "energy", some, validation, outputs=outputs, batch_size=48, momentum=0.0,
          weights=weights, on=on, learning_rate=0.1)  # fmt: skip

    pixels = torch.from_numpy(some.images.images).permute(0, 3, 1, 2).float() / 255
    labels = torch.from_numpy(some.labels)
    features = other.features(pixels)
    logits = other.head(features)
    total = 0.7 * functional.binary_cross_entropy_with_logits(logits, (labels > 0).float())
    losses: list[Tensor] = []
    for number, output in enumerate(outputs):
        (gradient,) = torch.autograd.grad(logits[:, output].sum(), features, create_graph=True)
        maps = (gradient.mean((2, 3), keepdim=True) * features).sum(1)
        for row in range(48):
            region = torch.from_numpy(regions[row, number]).float()
            sign = 1.0
            if on == "predicted":
                sign = float(logits[row, output].detach().sign())
            elif labels[row, output] < 0:
                continue
            if region.sum() == 0:
                continue
            one = (sign * maps[row]).relu()
            low, high = float(one.detach().min()), float(one.detach().max())
            one = (one - low) / (1e-7 + high - low)
            losses.append(1 - (one * region).sum() / one.sum() if high > low else torch.tensor(1.0))
    (total + 3 * torch.stack(losses).mean()).backward()
    for name, parameter in other.named_parameters():
        assert parameter.grad is not None
        expected = parameter - 0.1 * parameter.grad
        found = network.get_parameter(name)
        torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-6)


def test_no_step_is_longer_than_its_gradient_may_be() -> None:
    network, before = small(), small()
    tuned(network, batch_size=48, momentum=0.0, clip=0.01, learning_rate=0.5)
    step = torch.cat([
        (after - parameter).flatten()
        for after, parameter in zip(network.parameters(), before.parameters(), strict=True)
    ])  # fmt: skip
    assert float(step.detach().norm()) == pytest.approx(0.5 * 0.01, rel=1e-3)


@pytest.mark.parametrize("flip", [False, True])
def test_without_a_map_loss_it_is_the_training_of_attributes(flip: bool, tmp_path: Path) -> None:
    settings = TuningSettings(batch_size=16, epochs=2, flip=flip)
    torch.manual_seed(0)
    network = build("nano", 2)
    found, curves = tuned(
        network, "none", epochs=2, flip=flip, weighting="moon_expectation", seed=3
    )
    torch.manual_seed(0)
    other = build("nano", 2)
    expected = train(
        other, TRAINING.images, VALIDATION.images, loss="bce", weighting="moon_expectation",
        settings=settings.optimisation(3), folder=tmp_path / "train", loader_workers=0,
    )  # fmt: skip
    assert found == weights_of(other)
    assert curves == expected


def test_of_two_cues_it_takes_the_one_in_the_region() -> None:
    inside = {}
    for loss in ("none", "iou", "centre", "energy"):
        torch.manual_seed(0)
        network = build("nano", 2)
        settings = {"epochs": 4, "batch_size": 8, "weights": Weights(maps=1.0), "clip": 1.0}
        _, curves = tuned(network, loss, **settings)
        pixels = torch.from_numpy(VALIDATION.images.images).permute(0, 3, 1, 2).float() / 255
        with torch.no_grad():
            maps = scaled(guided_pass(network, pixels, [0]).maps)[VALIDATION.labels[:, 0] > 0, 0]
        inside[loss] = float(maps[:, 0].sum() / maps.sum())
        assert curves[-1]["validation/error_rate"] < 0.2, loss
        if loss == "none":
            assert "train/map_loss" not in curves[-1]
            continue
        assert curves[-1]["train/map_loss"] < curves[0]["train/map_loss"]
        assert curves[-1]["validation/map_loss"] < 0.5 * curves[0]["train/map_loss"]
        assert 0 <= curves[-1]["validation/empty_maps"] <= 1
        assert inside[loss] > max(0.9, inside["none"] + 0.1), inside


class StoppedError(Exception):
    pass


def test_a_resumed_tuning_ends_with_the_same_bytes(tmp_path: Path, monkeypatch) -> None:
    def made() -> Network:
        torch.manual_seed(0)
        return build("nano", 2)

    told = {"loss": "iou", "epochs": 3, "flip": True, "schedule": "one_cycle"}
    whole = tuned(made(), folder=tmp_path / "whole", **told)
    assert tuned(made(), folder=tmp_path / "again", **told) == whole
    assert tuned(made(), folder=None, **told) == whole
    assert tuned(made(), folder=None, **told | {"seed": 1}) != whole

    save = ModelCheckpoint.on_train_epoch_end

    def save_and_stop(self, trainer, module):
        save(self, trainer, module)
        if trainer.current_epoch + 1 == 2:
            raise StoppedError

    with monkeypatch.context() as patch:
        patch.setattr(ModelCheckpoint, "on_train_epoch_end", save_and_stop)
        with pytest.raises(StoppedError):
            tuned(made(), folder=tmp_path / "killed", **told)
    assert tuned(made(), folder=tmp_path / "killed", **told) == whole
    for name in ("train/map_loss", "validation/empty_maps"):
        file = f"curves/plots/metrics/{name}.tsv"
        expected = (tmp_path / "whole" / file).read_text()
        assert len(expected.splitlines()) == 4
        assert (tmp_path / "killed" / file).read_text() == expected


class Stranger(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.front = nn.Sequential(nn.Conv2d(3, 6, 16, stride=16), nn.BatchNorm2d(6), nn.ReLU())
        self.middle = nn.Sequential(nn.Conv2d(6, 8, 2, stride=2), nn.ReLU(inplace=True))
        self.back = nn.Sequential(nn.Conv2d(8, 8, 1), nn.BatchNorm2d(8), nn.ReLU())
        self.last = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 2))

    def forward(self, pixels: Tensor) -> Tensor:
        return self.last(self.back(self.middle(self.front(pixels))))


def test_any_network_is_tuned_at_any_layer_and_keeps_statistics_behind_it() -> None:
    torch.manual_seed(0)
    network = Stranger()
    tuned(network, "none", epochs=12, learning_rate=0.05)
    before = {name: tensor.clone() for name, tensor in network.named_buffers()}
    told = {"epochs": 3, "clip": 1.0, "weights": Weights(maps=1.0)}
    _, curves = tuned(network, "energy", layer="middle.0", **told)
    assert torch.equal(network.back[1].running_mean, before["back.1.running_mean"])
    assert not torch.equal(network.front[1].running_mean, before["front.1.running_mean"])
    assert curves[-1]["train/map_loss"] < 0.5 * curves[0]["train/map_loss"]
    assert not any(module.training for module in network.modules())
    tuned(network, "iou")  # auto: the last layer with a grid
    assert not torch.equal(network.back[1].running_mean, before["back.1.running_mean"])


def test_a_layer_that_no_answer_depends_on_by_its_grid_is_named() -> None:
    network = models.VisionTransformer(64, 32, 2, 2, 16, 32, num_classes=2)
    nn.init.normal_(network.heads.head.weight)
    with pytest.warns(UserWarning, match="maps of the first images are 0 everywhere"):
        tuned(network, layer="encoder.layers.encoder_layer_1.ln_2")
    _, curves = tuned(network, layer="encoder.layers.encoder_layer_1.ln_1")
    assert curves[0]["train/empty_maps"] < 1


def test_in_bfloat16_it_does_nearly_the_same() -> None:
    found = {}
    for precision in ("32-true", "bf16-mixed"):
        for layer in (None, "trunk.2"):
            network = small()
            *_, point = tuned(network, "iou", precision=precision, layer=layer, learning_rate=1e-5)[
                1
            ]
            found[precision, layer] = point["validation/map_loss"]
            assert next(network.parameters()).dtype == torch.float32
    for layer in (None, "trunk.2"):
        assert found["bf16-mixed", layer] == pytest.approx(found["32-true", layer], rel=0.05)


def test_a_region_counts_for_the_attribute_of_its_own_output() -> None:
    """Each image has one of two attributes, and a region for the other."""
    labels = np.array([[1, -1], [-1, 1]] * 4)
    regions = np.ones((8, 2, 2, 2)) * (labels < 0)[..., None, None]
    some = GuidedImages(LabelledCrops(images(8).images.images, labels), regions)
    with pytest.raises(InputError, match="no training image has a map that the loss is on"):
        tuned(small(), some=some, validation=some, outputs=[0, 1])
    tuned(small(), some=some, validation=some, outputs=[0, 1], on="predicted")


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"some": images(8, np.zeros((1, 3, 3)) + 1)}, r"regions of the training images: found"),
        ({"some": images(8, np.zeros((8, 1, 2, 2)))}, "no training image has a map that the loss"),
        ({"some": WITHOUT}, "no training image has a map that the loss"),
        ({"outputs": [2]}, "outputs: found"),
        ({"outputs": [0, 1]}, r"expected \(2, 2, 2\): one region for each of the 2 outputs"),
        ({"layer": "trunk.9"}, "no such layer"),
        ({"weighting": "moon_sampling"}, "weighting: found 'moon_sampling'"),
        ({"weighting": "moon"}, "weighting: found 'moon'; a fine-tuning has 'none' or"),
        ({"attribute_loss": "bec"}, "attribute_loss: found 'bec'; expected 'bce' or 'mse'"),
        ({"outputs": 0}, "outputs: found 0"),
        ({"loss": "none", "outputs": [2]}, "outputs: found"),
        ({"loss": "none", "layer": "trunk.9"}, "no such layer"),
        ({"loss": "none", "weights": {"attributes": 0}}, "found attributes 0 with a loss that"),
        ({"some": COLUMN}, "labels of the training images: found 1 a row; expected 2"),
        ({"validation": COLUMN}, "labels of the validation images: found 1 a row; expected 2"),
        ({"loss": "none", "some": COLUMN}, "labels of the training images: found 1 a row"),
        ({"some": TRAINING.images}, "images: found LabelledCrops; expected GuidedImages"),
        ({"some": BESIDE}, "no training image has a map .* in cells of weights above 0"),
        ({"some": images(9, np.ones((9, 2, 2)))}, r"found \(9, 2, 2\); .*regions\[:, None\]"),
    ],
)
def test_what_does_not_fit_is_refused_before_anything_is_trained(told, message: str) -> None:
    network = small()
    before = weights_of(network)
    with pytest.raises(InputError, match=message):
        tuned(network, **told)
    assert weights_of(network) == before


@pytest.mark.parametrize("name", ["loss", "settings"])
def test_a_name_or_a_dict_in_the_place_of_another_kind_is_refused(name: str) -> None:
    told = {"loss": map_loss("iou"), "settings": TuningSettings()} | {name: {"name": "iou"}}
    with pytest.raises(InputError, match=f"{name}: found dict; expected"):
        fine_tune(small(), TRAINING, VALIDATION, outputs=[0], **told)


@pytest.mark.parametrize("loss", ["none", "iou"])
def test_a_network_that_cannot_learn_or_refuses_the_images_is_told(loss: str) -> None:
    frozen = small().requires_grad_(False)
    with pytest.raises(InputError, match="network: found no weight that requires a gradient"):
        tuned(frozen, loss)
    with pytest.raises(InputError, match=r"RuntimeError: .*; expected one of float32 weights"):
        tuned(Stranger().half(), loss, layer="middle.0")
    transformer = models.VisionTransformer(32, 16, 2, 2, 16, 32, num_classes=2)
    layer = "encoder.layers.encoder_layer_1.ln_1"
    with pytest.raises(InputError, match=r"refuses the first .*Expected 32 but got 64"):
        tuned(transformer, loss, layer=layer)
    with pytest.raises(InputError, match="maps have a single cell, which lies nowhere else"):
        tuned(small(), some=images(8, np.ones((1, 1, 1))), layer="head.output", reshape=as_one_cell)


def as_one_cell(logits: Tensor) -> Tensor:
    return logits[..., None, None]


def test_the_control_is_trained_alike_but_for_the_map_loss() -> None:
    """With batch normalisation behind the layer, and a map loss without weight."""
    found = {}
    for loss in ("none", "iou"):
        torch.manual_seed(0)
        network = Stranger()
        before = network.back[1].running_mean.clone()
        found[loss], _ = tuned(network, loss, layer="middle.0", weights=Weights(maps=0))
        assert torch.equal(network.back[1].running_mean, before)
    assert found["none"] == found["iou"]


class InADict(Stranger):
    def forward(self, pixels: Tensor) -> dict[str, Tensor]:
        return {"logits": super().forward(pixels), "other": pixels}


class Squeezed(Stranger):
    def forward(self, pixels: Tensor) -> Tensor:
        return super().forward(pixels)[:, 0]


@pytest.mark.parametrize("loss", ["none", "iou"])
def test_answers_are_read_alike_with_and_without_a_map_loss(loss: str) -> None:
    def trained(kind: type[Stranger], some: GuidedImages) -> bytes:
        torch.manual_seed(0)
        weights, _ = tuned(kind(), loss, some, some, layer="middle.0")
        return weights

    assert trained(InADict, TRAINING) == trained(Stranger, TRAINING)
    trained(Squeezed, COLUMN)


def test_the_folder_may_be_a_string_and_the_layer_a_module(tmp_path: Path) -> None:
    found = []
    for layer in ("trunk.2", 2):
        network = small()
        chosen = network.trunk[layer] if isinstance(layer, int) else layer
        found.append(tuned(network, layer=chosen, folder=str(tmp_path / str(layer)))[0])
    assert found[0] == found[1]
    assert (tmp_path / "2" / "last.ckpt").exists()
