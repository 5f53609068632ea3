import copy

import numpy as np
import pytest
import torch
from pytorch_grad_cam import GradCAM, HiResCAM
from torch import nn

from heed.explain.catalogue import METHODS
from heed.explain.forward import Explainer, logits_of
from heed.explain.modes import evaluation_mode
from heed.explain.postprocess import normalise
from heed.explain.signs import target_signs
from heed.networks.catalogue import build
from heed.networks.network import NotAffineError

PACKAGE = {"gradcam": GradCAM, "hirescam": HiResCAM}
CHOSEN = {name: METHODS[name] for name in PACKAGE}


class Target:
    """The targets as the package wants them: a function of one image's logits."""

    def __init__(self, target, attribute, label):
        self.target, self.attribute, self.label = target, attribute, label

    def __call__(self, logits):
        z = logits[self.attribute]
        return {1: z, 2: z.abs(), 3: z.abs() * self.label, 4: z * self.label}[self.target]


def questions(name):
    """Batches of (image, attribute, target): each image of a batch has its own.

    The small network is asked about all 40 attributes with two targets each, the
    large ones about 12; the four batches of one go through all targets.
    """
    runs = 10 if name == "nano" else 1
    batches = [range(8 * run, 8 * run + 8) for run in range(runs)] + [[0], [41], [82], [123]]
    return [[(n % 8, n % 40, 1 + (n + n // 40) % 4) for n in batch] for batch in batches]


@pytest.fixture(scope="module")
def differentiable(random_network):
    """Networks whose gradient stops at the last layer of the trunk, to save the package's time."""

    def make(name):
        network = random_network(name)
        *frozen, last = network.trunk.parameters()
        for parameter in frozen:
            parameter.requires_grad_(False)
        assert last.requires_grad
        return network

    return make


@pytest.mark.parametrize("layer", ["before_relu", "after_relu"])
@pytest.mark.parametrize("name", ["nano", "resnet51", "affact"])
def test_equals_the_grad_cam_package(differentiable, images_for, as_pixels, name, layer):
    network, images = differentiable(name), images_for(name)
    target_layer = network.trunk if layer == "before_relu" else network.head.relu
    labels = np.random.default_rng(5).choice(np.array([-1, 1], np.int8), (8, 40))
    explainer = Explainer(network, CHOSEN, layer)
    met = set()
    for batch in questions(name):
        rows, attributes, targets = (list(column) for column in zip(*batch, strict=True))
        own = range(len(rows)), attributes  # each image's own attribute
        explained = explainer(images[rows], 8)
        signs = [
            target_signs(target, explained.logits, labels[rows])[i, attribute]
            for i, (attribute, target) in enumerate(zip(attributes, targets, strict=True))
        ]
        asked = [Target(n, a, int(labels[i, a])) for i, a, n in batch]
        met |= set(zip(targets, explained.logits[own] >= 0, strict=True))
        for method, maps in explained.maps.items():
            signed = np.array(signs, np.float32)[:, None, None] * maps[own]
            pixels = normalise(signed, images.shape[1])
            expected = PACKAGE[method](network, [target_layer])(as_pixels(images[rows]), asked)

            np.testing.assert_allclose(pixels, expected, rtol=0, atol=1e-5)
            np.testing.assert_array_equal(pixels > 0, expected > 0)
            if batch[0] == (0, 0, 1):  # the attribute that all cells speak against
                assert (signed[0] < 0).all()
                assert not expected[0].any()
    signs_of_z = (True, False)
    assert {target for target, _ in met} == {1, 2, 3, 4}
    assert {positive for _, positive in met} == set(signs_of_z)
    if name == "nano":
        assert met == {(target, positive) for target in (1, 2, 3, 4) for positive in signs_of_z}


@pytest.mark.parametrize("name", ["nano", "resnet51", "affact"])
def test_hirescam_sums_to_the_logit_without_its_bias(random_network, images_for, as_pixels, name):
    network, images = random_network(name), images_for(name)
    explained = Explainer(network, {"hirescam": METHODS["hirescam"]}, "before_relu")(images)
    sums = explained.maps["hirescam"].sum((2, 3), dtype=np.float64)

    # The head's own answer, in float64 and without the collapsed matrix.
    head = copy.deepcopy(network.head).double()
    with torch.no_grad():
        features = network.features(as_pixels(images)).double()
        exact = (head(features) - head(torch.zeros_like(features))).numpy()
    # Both are float32 sums of larger terms that cancel, so that a small one is off by more.
    np.testing.assert_allclose(sums, exact, rtol=1e-4, atol=1e-6 * exact.std())
    np.testing.assert_allclose(explained.contribution, exact, rtol=1e-4, atol=1e-5 * exact.std())


def test_logits_are_the_networks(random_network, images, as_pixels):
    network = random_network("nano")
    with torch.no_grad():
        expected = network(as_pixels(images)).numpy()
    explained = Explainer(network, CHOSEN, "before_relu")(images)
    np.testing.assert_allclose(explained.logits, expected, rtol=1e-6, atol=1e-6)
    _, bias = network.effective_head()
    np.testing.assert_allclose(
        explained.logits - explained.contribution, np.tile(bias, (8, 1)), atol=1e-6
    )


def test_batch_size_does_not_matter(random_network, images):
    explainer = Explainer(random_network("nano"), CHOSEN, "before_relu")
    whole, parts = explainer(images, 8), explainer(images, 3)
    np.testing.assert_allclose(parts.logits, whole.logits, atol=1e-5)
    np.testing.assert_allclose(parts.maps["gradcam"], whole.maps["gradcam"], atol=1e-6)


def test_modes_are_restored_even_after_an_error(random_network):
    network = copy.deepcopy(random_network("nano")).train()
    frozen = next(module for module in network.modules() if isinstance(module, nn.BatchNorm2d))
    frozen.eval()
    before = [module.training for module in network.modules()]

    def fail():
        with evaluation_mode(network):
            assert not any(module.training for module in network.modules())
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        fail()
    assert [module.training for module in network.modules()] == before


def test_training_mode_changes_nothing(random_network, images):
    network = copy.deepcopy(random_network("nano"))
    expected = Explainer(network, CHOSEN, "before_relu")(images).logits
    state = copy.deepcopy(network.state_dict())
    actual = Explainer(network.train(), CHOSEN, "before_relu")(images).logits
    np.testing.assert_array_equal(actual, expected)
    assert network.training
    for key, value in network.state_dict().items():  # batch norm counted nothing
        assert torch.equal(value, state[key]), key


@pytest.mark.parametrize(
    ("shape", "dtype", "message"),
    [
        ((1, 3, 224, 224), np.uint8, r"\(1, 3, 224, 224\); expected \(B, S, S, 3\)"),
        ((224, 224, 3), np.uint8, r"expected \(B, S, S, 3\)"),
        ((1, 224, 224, 3), np.float32, "float32; expected uint8"),
        ((0, 224, 224, 3), np.uint8, "B > 0"),
        ((1, 200, 200, 3), np.uint8, "multiple of 32"),
    ],
)
def test_images_of_another_kind_are_rejected(random_network, shape, dtype, message):
    explainer = Explainer(random_network("nano"), CHOSEN, "before_relu")
    with pytest.raises(ValueError, match=message):
        explainer(np.zeros(shape, dtype))


def test_logits_that_are_not_finite_are_rejected(random_network, images):
    network = copy.deepcopy(random_network("nano"))
    *_, last = network.trunk.parameters()
    with torch.no_grad():
        last.fill_(torch.inf)
    with pytest.raises(ValueError, match=r"logit of image 0 .* is not finite"):
        Explainer(network, CHOSEN, "before_relu")(images)


@pytest.mark.parametrize("layer", ["before_relu", "after_relu"])
@pytest.mark.parametrize("name", ["layercam", "gradcam_plusplus", "elementwise"])
def test_a_method_that_is_not_odd_has_the_maps_of_minus_z_beside_those_of_z(
    random_network, images, name, layer
):
    network, methods = random_network("nano"), {name: METHODS[name], **CHOSEN}
    found = Explainer(network, methods, layer)(images)
    assert list(found.maps) == [name, f"{name}.minus", *CHOSEN]

    # A network whose logits are those of this one with the sign changed.
    opposite = copy.deepcopy(network)
    for parameter in opposite.head.parameters():
        parameter.data.neg_()
    expected = Explainer(opposite, methods, layer)(images)
    np.testing.assert_array_equal(expected.logits, -found.logits)
    np.testing.assert_allclose(found.maps[f"{name}.minus"], expected.maps[name], atol=1e-6)
    np.testing.assert_allclose(found.maps[name], expected.maps[f"{name}.minus"], atol=1e-6)
    apart = np.abs(found.maps[f"{name}.minus"] + found.maps[name]).max()
    assert apart > 0.1 * np.abs(found.maps[name]).max()


def test_unknown_layer_and_methods_that_need_more_passes_are_rejected(random_network):
    network = random_network("nano")
    with pytest.raises(ValueError, match=r"infer\.layer: found 'relu'; expected before_relu or"):
        Explainer(network, CHOSEN, "relu")
    with pytest.raises(ValueError, match=r"infer\.methods: found none"):
        Explainer(network, {}, "before_relu")
    with pytest.raises(ValueError, match=r"scorecam needs more than .* heed\.explain computes it"):
        Explainer(network, {"scorecam": METHODS["scorecam"]}, "before_relu")


def test_head_that_is_not_affine_is_rejected(random_network):
    network = copy.deepcopy(random_network("resnet51"))
    network.head.fc51 = nn.Sequential(nn.ReLU(), network.head.fc51)
    with pytest.raises(NotAffineError):
        Explainer(network, CHOSEN, "before_relu")


@pytest.mark.parametrize("batch_size", [2, 64])
def test_logits_alone_are_those_of_the_explainer_and_the_mode_stays(batch_size: int) -> None:
    torch.manual_seed(0)
    network = build("nano", outputs=6).train()
    images = np.random.default_rng(0).integers(0, 256, (5, 64, 64, 3), dtype=np.uint8)
    expected = Explainer(network, {"gradcam": METHODS["gradcam"]}, "before_relu")(images).logits
    np.testing.assert_allclose(logits_of(network, images, batch_size), expected, atol=1e-5)
    assert network.training


def in_place(network):
    network.head.relu = nn.ReLU(inplace=True)
    return network


@pytest.mark.parametrize("layer", ["before_relu", "after_relu"])
@pytest.mark.parametrize(
    ("change", "within"),
    [
        (in_place, 0),
        (nn.DataParallel, 0),
        (lambda network: nn.DataParallel(nn.DataParallel(network)), 0),
        (lambda network: network.half(), 0.01),
        (lambda network: network.bfloat16(), 0.05),
    ],
    ids=["in-place ReLU", "DataParallel", "DataParallel twice", "half", "bfloat16"],
)
def test_networks_as_people_have_them(change, within, layer):
    torch.manual_seed(0)
    network, methods = build("nano", outputs=6), {"gradcam": METHODS["gradcam"]}
    images = np.random.default_rng(0).integers(0, 256, (2, 96, 96, 3), dtype=np.uint8)
    expected = Explainer(copy.deepcopy(network), methods, layer)(images)
    changed = change(network)
    if next(changed.parameters()).is_cuda:  # DataParallel moves a network to where there is a GPU
        within = 1e-4
    found = Explainer(changed, methods, layer)(images)
    assert found.logits.dtype == found.maps["gradcam"].dtype == np.float32
    for ours, theirs in (
        (found.logits, expected.logits),
        (found.maps["gradcam"], expected.maps["gradcam"]),
    ):
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=within * abs(theirs).max())


def test_what_is_no_network_of_heeds_and_weights_that_are_not_finite_are_named():
    methods = {"gradcam": METHODS["gradcam"]}
    with pytest.raises(ValueError, match=r"found Sequential; .* heed\.explain takes any"):
        Explainer(nn.Sequential(nn.Linear(1, 1)), methods, "before_relu")
    network = build("nano", outputs=6)
    network.head.get_submodule("attributes").weight.data[3] = float("nan")
    with pytest.raises(ValueError, match=r"weights of nano .* head\.attributes\.weight holds NaN"):
        Explainer(network, methods, "before_relu")
