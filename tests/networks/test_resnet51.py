import pytest
import torch
from torchvision.models import resnet50
from torchvision.models.feature_extraction import create_feature_extractor

from heed.networks.resnet51 import IMAGENET_MEAN, IMAGENET_STD, resnet51
from heed.networks.state import WeightsError


@pytest.fixture(scope="module")
def oracle():
    """torchvision's own network, with batch norms that have seen something."""
    torch.manual_seed(0)
    network = resnet50(weights=None)
    for name, tensor in network.state_dict().items():
        if name.endswith("running_mean"):
            tensor.normal_(std=0.2)
        if name.endswith(("running_var", "bn3.weight", "bn1.weight", "bn2.weight")):
            tensor.uniform_(0.5, 1.5)
    return network.eval()


@pytest.fixture(scope="module")
def network(oracle):
    return resnet51(oracle.state_dict()).eval()


def normalized(images):
    mean, std = torch.tensor(IMAGENET_MEAN), torch.tensor(IMAGENET_STD)
    return (images - mean[:, None, None]) / std[:, None, None]


def test_features_and_imagenet_logits_equal_torchvisions(oracle, network):
    images = torch.rand(2, 3, 224, 224)
    with torch.inference_mode():
        extract = create_feature_extractor(oracle, {"layer4": "features", "fc": "logits"})
        expected = extract(normalized(images))
        features = network.features(images)
        imagenet = network.head.get_submodule("fc")(features.relu().mean(dim=(2, 3)))
    assert features.shape == (2, 2048, 7, 7)
    assert (features < 0).any()
    scale = float(expected["features"].abs().max())
    torch.testing.assert_close(features.relu(), expected["features"], rtol=1e-4, atol=1e-5 * scale)
    torch.testing.assert_close(imagenet, expected["logits"], rtol=1e-4, atol=1e-5 * scale)


def test_attributes_are_a_linear_map_of_the_imagenet_logits(oracle, network):
    images = torch.rand(1, 3, 64, 64)
    fc51 = network.head.get_submodule("fc51")
    with torch.inference_mode():
        expected = oracle(normalized(images)) @ fc51.weight.T + fc51.bias
        logits = network(images)
        weight, bias = network.effective_head()
        pooled = network.features(images).relu().mean(dim=(2, 3))
    torch.testing.assert_close(logits, expected, rtol=1e-4, atol=1e-3)
    torch.testing.assert_close(logits, pooled @ weight.T + bias, rtol=1e-4, atol=1e-4)
    assert weight.shape == (40, 2048)


def test_keys_are_torchvisions_and_the_new_layer(oracle, network):
    new = {"fc51.weight", "fc51.bias"}
    assert set(network.published_state()) == set(oracle.state_dict()) | new


def test_the_new_layer_starts_small():
    fc51 = resnet51().head.get_submodule("fc51")
    bound = 1000**-0.5
    for values in (fc51.weight, fc51.bias):
        assert values.abs().max() <= bound
    assert fc51.weight.std().item() == pytest.approx(bound / 3**0.5, rel=0.02)


def test_pretrained_weights_of_another_network_are_refused(oracle):
    state = dict(oracle.state_dict())
    del state["layer1.0.conv1.weight"]
    state["fc.weight"] = state["fc.weight"][:10]
    state["extra"] = torch.zeros(1)
    with pytest.raises(WeightsError) as caught:
        resnet51(state)
    message = str(caught.value)
    assert "misses layer1.0.conv1.weight" in message
    assert "has unexpected extra" in message
    assert "fc.weight (found 10x2048, expected 1000x2048)" in message
    assert "heed import-weights FILE --network resnet50" in message
