from typing import NamedTuple

import pytest
import torch
from torch import Tensor
from torchvision.models import ResNet, ResNet152_Weights, resnet50, resnet152
from torchvision.models.feature_extraction import create_feature_extractor

from heed.networks.architectures.resnet51 import resnet51
from heed.networks.architectures.resnet153 import resnet153
from heed.networks.catalogue import build
from heed.networks.network import Network
from heed.networks.resnets import IMAGENET_FILES, IMAGENET_MEAN, IMAGENET_STD
from heed.networks.state import WeightsError


class Pair(NamedTuple):
    """torchvision's own network, and ours with its weights."""

    oracle: ResNet
    network: Network
    new_layer: str
    size: int

    def layer(self) -> tuple[Tensor, Tensor]:
        layer = self.network.head.get_submodule(self.new_layer)
        return layer.weight, layer.bias


@pytest.fixture(scope="module", params=["resnet51", "resnet153"])
def pair(request):
    """With batch norms that have seen something."""
    torch.manual_seed(0)
    deep = request.param == "resnet153"
    oracle = (resnet152 if deep else resnet50)(weights=None).eval()
    # The deep one's random residuals would outgrow float32's precision over its 50 blocks.
    scales = (0.1, 0.3) if deep else (0.5, 1.5)
    for name, tensor in oracle.state_dict().items():
        if name.endswith("running_mean"):
            tensor.normal_(std=0.2)
        if name.endswith(("running_var", "bn1.weight", "bn2.weight")):
            tensor.uniform_(0.5, 1.5)
        if name.endswith("bn3.weight"):
            tensor.uniform_(*scales)
    network = build(request.param, 40, oracle.state_dict()).eval()
    return Pair(oracle, network, "fc153" if deep else "fc51", 96 if deep else 224)


def normalized(images):
    mean, std = torch.tensor(IMAGENET_MEAN), torch.tensor(IMAGENET_STD)
    return (images - mean[:, None, None]) / std[:, None, None]


def test_features_and_imagenet_logits_equal_torchvisions(pair):
    images = torch.rand(2, 3, pair.size, pair.size)
    with torch.inference_mode():
        extract = create_feature_extractor(pair.oracle, {"layer4": "features", "fc": "logits"})
        expected = extract(normalized(images))
        features = pair.network.features(images)
        imagenet = pair.network.head.get_submodule("fc")(features.relu().mean(dim=(2, 3)))
    assert features.shape == (2, 2048, pair.size // 32, pair.size // 32)
    assert (features < 0).any()
    scale = float(expected["features"].abs().max())
    torch.testing.assert_close(features.relu(), expected["features"], rtol=1e-4, atol=1e-5 * scale)
    torch.testing.assert_close(imagenet, expected["logits"], rtol=1e-4, atol=1e-5 * scale)


def test_attributes_are_a_linear_map_of_the_imagenet_logits(pair):
    images = torch.rand(1, 3, 64, 64)
    new_weight, new_bias = pair.layer()
    with torch.inference_mode():
        expected = pair.oracle(normalized(images)) @ new_weight.T + new_bias
        logits = pair.network(images)
        weight, bias = pair.network.effective_head()
        pooled = pair.network.features(images).relu().mean(dim=(2, 3))
    torch.testing.assert_close(logits, expected, rtol=1e-4, atol=1e-3)
    torch.testing.assert_close(logits, pooled @ weight.T + bias, rtol=1e-4, atol=1e-4)
    assert weight.shape == (40, 2048)


def test_keys_and_shapes_are_torchvisions_and_the_new_layer(pair):
    expected = {key: tensor.shape for key, tensor in pair.oracle.state_dict().items()}
    found = {key: tensor.shape for key, tensor in pair.network.published_state().items()}
    assert found.pop(f"{pair.new_layer}.weight") == (40, 1000)
    assert found.pop(f"{pair.new_layer}.bias") == (40,)
    assert found == expected


def test_the_new_layer_starts_small(pair):
    bound = 1000**-0.5
    weight, bias = pair.layer()
    assert weight.abs().max() <= bound
    assert bias.abs().max() <= bound
    assert weight.std().item() == pytest.approx(bound / 3**0.5, rel=0.02)


def test_an_extension_starts_from_imagenet_weights():
    with torch.device("meta"):
        names = resnet50(weights=None).state_dict()
    state = {key: torch.full(tensor.shape, 0.5) for key, tensor in names.items()}
    published = build("resnet51_ext", 40, state).published_state()
    assert set(published) - set(state) == {
        f"fc5{n}.{kind}" for n in "12" for kind in ("weight", "bias")
    }
    assert all((published[key] == state[key].to(published[key].dtype)).all() for key in state)


def test_pretrained_weights_of_another_network_are_refused():
    state = dict(resnet50(weights=None).state_dict())
    del state["layer1.0.conv1.weight"]
    state["fc.weight"] = state["fc.weight"][:10]
    state["extra"] = torch.zeros(1)
    with pytest.raises(WeightsError) as caught:
        resnet51(40, state)
    message = str(caught.value)
    assert "misses layer1.0.conv1.weight" in message
    assert "has unexpected extra" in message
    assert "fc.weight (found 10x2048, expected 1000x2048)" in message
    assert "heed import-weights FILE --network resnet50" in message


def test_a_resnet50_is_no_resnet152():
    with torch.device("meta"):
        state = {key: torch.zeros(1, device="cpu") for key in resnet50(weights=None).state_dict()}
        with pytest.raises(
            WeightsError, match=r"misses layer2\.4\.conv1\.weight.*resnet152-394f9c45"
        ):
            resnet153(40, state)


def test_torchvision_publishes_the_named_file():
    assert ResNet152_Weights.IMAGENET1K_V1.url.endswith(f"/{IMAGENET_FILES['resnet152']}")
