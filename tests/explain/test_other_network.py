"""Maps of networks that Heed does not build itself, held against heed.explain and autograd."""

import numpy as np
import pytest
import torch
from torch import nn

import heed
from heed.base.errors import InputError
from heed.explain.catalogue import METHODS
from heed.explain.names import STORED_METHODS, of_minus
from heed.explain.other_network import LayerError, OtherExplainer, as_grid
from heed.explain.placement import Placement, PlacementError
from heed.networks.other import OtherNetwork
from heed.networks.settings import MeanAndStd

NAME = "python:mine:make"
IMAGES = np.random.default_rng(0).integers(0, 256, (5, 32, 32, 3), dtype=np.uint8)
NORMALISE = MeanAndStd(mean=(0.4, 0.5, 0.6), std=(0.2, 0.3, 0.4))


class Hidden(nn.Module):
    """A grid of 8 x 8 cells, and a head with a hidden layer; it answers with a dictionary."""

    def __init__(self, affine: bool = False) -> None:
        super().__init__()
        self.trunk = nn.Sequential(nn.Conv2d(3, 6, 5, 4, 2), nn.BatchNorm2d(6), nn.ReLU())
        self.head = nn.Sequential(
            nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(6, 7),
            nn.Identity() if affine else nn.Tanh(), nn.Linear(7, 4),
        )  # fmt: skip

    def forward(self, images):
        return {"logits": self.head(self.trunk(images))}


class Tokens(nn.Module):
    """A grid of 4 x 4 tokens behind a token of its own, which alone makes the logits."""

    def __init__(self) -> None:
        super().__init__()
        self.patches, self.mix, self.out = nn.Conv2d(3, 8, 8, 8), nn.Linear(8, 8), nn.Linear(8, 4)

    def forward(self, images):
        tokens = self.patches(images).flatten(2).transpose(1, 2)
        tokens = self.mix(torch.cat([tokens[:, :1] * 0, tokens], dim=1))
        return self.out((tokens[:, :1] + tokens.softmax(1).tanh()).mean(1))


def explained(network: nn.Module, layer: str = "auto", methods=STORED_METHODS, **changed):
    torch.manual_seed(0)
    other = OtherNetwork(NAME, network, layer, NORMALISE)
    chosen = {name: METHODS[name] for name in methods}
    return OtherExplainer(other, chosen, IMAGES[:1], **{"outputs": 4, **changed})


@pytest.fixture(params=[False, True], ids=["hidden layer", "affine"])
def network(request):
    torch.manual_seed(3)
    return Hidden(affine=request.param)


def test_maps_of_all_methods_are_those_of_heed_explain(network):
    methods = [name for name in STORED_METHODS if name != "cam"]
    explainer = explained(network, methods=methods)
    found = explainer(IMAGES, batch_size=2)
    assert (explainer.layer, explainer.cells) == ("trunk", 8)
    expected_names = {*methods, *map(of_minus, ("elementwise", "gradcam_plusplus", "layercam"))}
    assert set(found.maps) == expected_names
    preprocess = OtherNetwork(NAME, network, normalise=NORMALISE).normalised
    for name in methods:
        expected = heed.explain(network, IMAGES, name, preprocess=preprocess)
        np.testing.assert_allclose(found.maps[name], expected.maps, rtol=1e-4, atol=1e-7)
        if of_minus(name) in found.maps:
            minus = found.maps[of_minus(name)]
            np.testing.assert_allclose(minus, expected.negative_maps, rtol=1e-4, atol=1e-7)
        np.testing.assert_allclose(found.logits, expected.logits, rtol=1e-5, atol=1e-6)
        if expected.contribution is None:
            assert np.isnan(found.contribution).all()
        else:
            np.testing.assert_allclose(found.contribution, expected.contribution, atol=1e-6)


def test_hirescam_is_the_gradient_times_the_features(network):
    found = explained(network, "trunk.0", ["hirescam"])(IMAGES[:2]).maps["hirescam"]
    other = OtherNetwork(NAME, network, normalise=NORMALISE).eval()
    pixels = torch.from_numpy(IMAGES[:2]).permute(0, 3, 1, 2) / 255
    features = network.trunk[0](other.normalised(pixels)).detach().requires_grad_()
    logits = network.head(network.trunk[2](network.trunk[1](features)))
    for j in range(4):
        (gradient,) = torch.autograd.grad(logits[:, j].sum(), features, retain_graph=True)
        expected = (gradient * features).sum(1).detach().numpy()
        np.testing.assert_allclose(found[:, j], expected, rtol=1e-4, atol=1e-7)


def test_contribution_is_told_where_the_head_is_affine_alone():
    assert explained(Hidden(affine=True), methods=["cam", "hirescam"]).affine
    found = explained(Hidden(affine=True), methods=["hirescam"])(IMAGES)
    np.testing.assert_allclose(found.maps["hirescam"].sum((2, 3)), found.contribution, atol=1e-5)
    explainer = explained(Hidden(), methods=["hirescam"])
    assert not explainer.affine
    with pytest.raises(
        InputError, match=r"infer\.methods: the maps of python:mine:make at trunk: "
    ):
        explained(Hidden(), methods=["cam"])


def test_batches_training_mode_and_what_is_left_behind(network):
    network.train()
    explainer = explained(network, methods=["gradcam"])
    whole, parts = explainer(IMAGES, 5), explainer(IMAGES, 2)
    np.testing.assert_allclose(parts.maps["gradcam"], whole.maps["gradcam"], rtol=1e-4, atol=1e-7)
    assert all(module.training for module in network.modules())
    assert not any(module._forward_hooks for module in network.modules())
    assert all(parameter.grad is None for parameter in network.parameters())


def test_tokens_of_a_named_layer_are_a_square_grid():
    torch.manual_seed(0)
    network = Tokens()
    explainer = explained(network, "mix", ["gradcam"])
    assert explainer.cells == 4
    preprocess = OtherNetwork(NAME, network, normalise=NORMALISE).normalised
    expected = heed.explain(network, IMAGES, layer="mix", reshape="tokens", preprocess=preprocess)
    assert np.abs(expected.maps).max() > 0
    np.testing.assert_allclose(explainer(IMAGES).maps["gradcam"], expected.maps, atol=1e-7)
    assert explained(network, "auto", ["gradcam"]).layer == "patches"
    assert as_grid(torch.zeros(1, 2, 3, 3)).shape == (1, 2, 3, 3)


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        ("trunk.9", r"python:mine:make: layer 'trunk\.9': Hidden has no such layer; did you mean"),
        ("head.2", r"layer 'head\.2' puts out no grid"),
        ("head.0", r"the maps of head\.0 have 1 x 1 cells for 32 x 32 pixels; expected a square"),
    ],
)
def test_a_layer_that_does_not_serve_is_named(layer, message):
    with pytest.raises(LayerError, match=message):
        explained(Hidden(), layer, ["gradcam"])


def test_other_outputs_methods_and_images_are_refused():
    with pytest.raises(InputError, match=r"found logits \(1, 4\) of one image; expected \(1, 40\)"):
        explained(Hidden(), outputs=40)
    with pytest.raises(InputError, match=r"infer\.methods: scorecam needs more"):
        explained(Hidden(), methods=["scorecam"])
    with pytest.raises(InputError, match=r"infer\.methods: found none"):
        explained(Hidden(), methods=[])
    with pytest.raises(InputError, match=r"images are float32 .*expected uint8"):
        explained(Hidden(), methods=["gradcam"])(IMAGES.astype(np.float32))


def test_the_placement_is_found_once_for_all_weights_of_a_network(monkeypatch):
    places: dict[str, Placement] = {}
    first = explained(Hidden(), methods=["gradcam"], places=places)
    assert first.placement().x == (4, 0)  # kernel 5, stride 4, padding 2
    assert places == {"trunk": first.placement()}
    monkeypatch.setattr("heed.explain.other_network.looked_at", None)
    second = explained(Hidden(), methods=["gradcam"], places=places)
    assert second.placement() == first.placement()


def test_cells_that_see_everything_have_no_place():
    network = Hidden()
    network.everywhere = nn.Sequential(
        nn.Flatten(), nn.Linear(6 * 64, 6 * 64), nn.Unflatten(1, (6, 8, 8))
    )
    network.head.insert(0, network.everywhere)
    with pytest.raises(PlacementError):
        explained(network, "everywhere", ["gradcam"]).placement()
