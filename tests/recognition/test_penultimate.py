"""Features before the last layer, of any network of Heed's files."""

import numpy as np
import pytest
import torch
from torch import nn
from torchvision import models

from heed.base.errors import InputError
from heed.networks.catalogue import build
from heed.networks.weights import save_weights
from heed.networks.weights_file import save_state
from heed.recognition.images import Draws, FaceImages
from heed.recognition.networks import new_face_network, save_face_network
from heed.recognition.penultimate import (
    features_of,
    identification_accuracy,
    last_linear,
    load_any,
    penultimate,
)
from heed.recognition.settings import FaceNetworkParams
from tests.recognition.persons import folder_of_persons

PARAMS = FaceNetworkParams(plan="small_residual", width=4, depth=1)


def test_of_a_face_network_they_are_its_own_features(tmp_path):
    save_face_network(new_face_network(PARAMS, 3), tmp_path / "face.safetensors")
    network = load_any(tmp_path / "face.safetensors")
    images = torch.rand(2, 3, 112, 112)
    features, logits = penultimate(network, images)
    torch.testing.assert_close(features, network.features(images))
    torch.testing.assert_close(logits, network(images))


def test_of_the_audits_network_they_are_its_pooled_features(tmp_path):
    save_weights(build("nano", outputs=40), tmp_path / "nano.safetensors")
    network = load_any(tmp_path / "nano.safetensors")
    images = torch.rand(2, 3, 96, 96)
    features, logits = penultimate(network, images)
    expected = torch.relu(network.features(images)).mean(dim=(2, 3))
    torch.testing.assert_close(features, expected)
    weight, bias = network.effective_head()
    torch.testing.assert_close(logits, features @ weight.T + bias, rtol=1e-4, atol=1e-5)


def test_of_imagenets_they_are_what_the_classes_are_made_of(tmp_path):
    save_state(models.resnet18().state_dict(), "torchvision:resnet18", tmp_path / "r.safetensors")
    network = load_any(tmp_path / "r.safetensors")
    features, logits = penultimate(network, torch.rand(1, 3, 64, 64))
    assert features.shape == (1, 512)
    torch.testing.assert_close(logits, network.network.fc(features))


def test_no_hook_stays_even_after_an_error():
    network = nn.Sequential(nn.Flatten(), nn.Linear(12, 2))
    with pytest.raises(RuntimeError):
        penultimate(network, torch.zeros(1, 3, 4, 4))
    assert not last_linear(network)._forward_pre_hooks


def test_networks_without_such_a_layer_are_refused():
    with pytest.raises(InputError, match="found no linear layer in Conv2d"):
        last_linear(nn.Conv2d(3, 2, 1))


def test_batches_change_nothing_and_answers_are_the_highest_logits(tmp_path):
    root = folder_of_persons(tmp_path, each=2)
    images = FaceImages(sorted(root.glob("*/*.jpg")), np.zeros(8), side=32, crop=32)
    torch.manual_seed(0)
    network = new_face_network(PARAMS, 4).train()
    features, answers = features_of(network, images, batch_size=3)
    whole, _ = images[Draws(0, 0, list(range(8)))]
    pixels = torch.from_numpy(whole).permute(0, 3, 1, 2) / 255
    with torch.no_grad():
        np.testing.assert_allclose(features, network.features(pixels), rtol=1e-4, atol=1e-5)
        np.testing.assert_array_equal(answers, network(pixels).argmax(1))
    assert identification_accuracy(answers, answers) == 1.0
    assert identification_accuracy(answers, answers + 1) == 0.0


def test_a_network_of_nan_takes_nobody_for_the_first_person(tmp_path):
    root = folder_of_persons(tmp_path, each=1)
    images = FaceImages(sorted(root.glob("*/*.jpg")), np.zeros(4), side=32, crop=32)
    network = new_face_network(PARAMS, 4)
    nn.init.constant_(network.head.weight, float("nan"))
    with pytest.raises(InputError, match="FaceNetwork: found NaN or infinity"):
        features_of(network, images)


def test_features_of_nothing_are_refused():
    with pytest.raises(InputError, match="images: found none"):
        features_of(new_face_network(PARAMS, 4), FaceImages([], [], side=32, crop=32))


class Frozen(nn.Module):
    """A linear layer whose weights are no parameters, beside none that is one."""

    def __init__(self, buffers: bool) -> None:
        super().__init__()
        self.linear = nn.Linear(3 * 32 * 32, 2)
        weight, bias = self.linear.weight.data, self.linear.bias.data
        del self.linear.weight, self.linear.bias
        if buffers:
            self.linear.register_buffer("weight", weight)
            self.linear.register_buffer("bias", bias)
        else:
            self.linear.weight, self.linear.bias = weight, bias

    def forward(self, images):
        return self.linear(images.flatten(1))


class InATuple(Frozen):
    def forward(self, images):
        return (super().forward(images),)


@pytest.fixture
def four(tmp_path):
    root = folder_of_persons(tmp_path, each=1)
    return FaceImages(sorted(root.glob("*/*.jpg")), np.zeros(4), side=32, crop=32)


@pytest.mark.parametrize("precision", [torch.float16, torch.bfloat16, torch.float64])
def test_networks_in_another_precision_see_images_in_theirs(four, precision):
    torch.manual_seed(0)
    network = new_face_network(PARAMS, 4)
    whole, answers = features_of(network, four)
    features, found = features_of(network.to(precision), four)
    assert features.dtype == np.float32
    coarse = 1e-5 if precision == torch.float64 else 0.05
    np.testing.assert_allclose(features, whole, atol=coarse * np.abs(whole).max())
    if precision == torch.float64:
        assert found.tolist() == answers.tolist()


@pytest.mark.parametrize("buffers", [True, False])
def test_networks_without_parameters_have_features(four, buffers):
    features, _ = features_of(Frozen(buffers), four)
    pixels, _ = four[Draws(0, 0, [0, 1, 2, 3])]
    expected = pixels.transpose(0, 3, 1, 2).reshape(4, -1) / np.float32(255)
    np.testing.assert_allclose(features, expected, rtol=1e-6)


@pytest.mark.parametrize(
    ("network", "given", "said"),
    [
        (nn.Flatten(), {}, "found no linear layer in Flatten"),
        (3, {}, "network: found int; expected a torch.nn.Module"),
        (nn.Linear(3, 2, device="meta"), {}, "weights of Linear lie on the device meta"),
        (InATuple(buffers=True), {}, r"InATuple puts out tuple; expected logits \(B, A\)"),
        (nn.Linear(32, 2), {}, r"Linear puts out \(4, 3, 32, 2\); expected logits"),
        (Frozen(buffers=True), {"batch_size": 0}, "batch_size: found 0"),
        (Frozen(buffers=True), {"batch_size": 2.5}, "batch_size: found 2.5"),
        (Frozen(buffers=True), {"workers": -1}, "workers: found -1"),
    ],
)
def test_what_has_no_features_is_refused(four, network, given, said):
    with pytest.raises(InputError, match=said):
        features_of(network, four, **given)


@pytest.mark.parametrize("truth", [[[0], [1], [1]], [0, 1], []])
def test_answers_of_other_shapes_are_refused(truth):
    """(N,) and (N, 1) would be compared all with all."""
    with pytest.raises(InputError, match=r"answers: found \(3,\)"):
        identification_accuracy([0, 1, 1], np.array(truth))
