"""Where cells look by arithmetic, held to the gradient of one cell by the pixels."""

import numpy as np
import pytest
import torch
import torchvision
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional

from heed.explain.placement import AxisPlacement, Placement, PlacementError
from heed.explain.receptive_field import receptive_field
from heed.networks.catalogue import build


def gradient_mass(trunk: nn.Module, images: torch.Tensor, cell: tuple[int, int]) -> np.ndarray:
    """How much each pixel moves one cell's features, (H, W): squared derivatives, summed."""
    images.requires_grad_(True)
    features = trunk(images)[:, :, cell[0], cell[1]]
    weights = torch.randn(features.shape, generator=torch.Generator().manual_seed(1))
    (gradient,) = torch.autograd.grad((features * weights).sum(), images)
    return gradient.double().square().sum((0, 1)).numpy()


def centre_of(mass: np.ndarray) -> tuple[float, float]:
    """The centre of mass, y and x."""
    pixels = np.arange(len(mass))
    return (pixels @ mass.sum(1)) / mass.sum(), (pixels @ mass.sum(0)) / mass.sum()


NETWORKS = {
    "nano": 0, "nano_ext": 0, "affact": 2, "resnet18": 0, "resnet51": 0, "resnet51_ext": 0,
    "resnet153": 0, "nano_ext_leaky": 0, "resnet51_ext_leaky": 0,
}  # fmt: skip
"""The offset of each network's cells, whose stride is 32."""


def all_positive(network: nn.Module) -> None:
    """Weights of 1 / inputs: then no two paths to a pixel cancel, and no ReLU shuts any off."""
    with torch.no_grad():
        for layer in network.modules():
            if isinstance(layer, nn.Conv2d):
                layer.weight.fill_(1 / layer.weight[0].numel())


@pytest.mark.parametrize("name", NETWORKS)
def test_offset_is_the_centre_of_all_paths(name: str) -> None:
    """The gradient of one cell where all paths through the network add up, on noise."""
    torch.manual_seed(0)
    network = build(name, 3).eval()
    placement = receptive_field(network.trunk)
    assert placement == Placement(*[AxisPlacement(32, NETWORKS[name])] * 2)
    all_positive(network)
    size, cell = 320, 5
    mass = gradient_mass(network.trunk, torch.rand(1, 3, size, size), (cell, cell))
    # pixels beyond the image are missing on one side more than on the other: what both sides have
    near = min(32 * cell + NETWORKS[name], size - 1 - 32 * cell - NETWORKS[name])
    seen = slice(32 * cell + NETWORKS[name] - near, 32 * cell + NETWORKS[name] + near + 1)
    centre = np.array(centre_of(mass[seen, seen])) + seen.start
    np.testing.assert_allclose(centre, 32 * cell + NETWORKS[name], atol=1)


def test_offset_is_the_centre_of_the_gradient_with_random_weights() -> None:
    """Within one pixel for nano, whose cells see 79 pixels.

    Of the deep networks, which see all of the image, random paths cancel at random: the centre of
    a single draw of weights scatters by 1 to 2 pixels, so that they are held to the sum of all
    paths alone.
    """
    torch.manual_seed(1)
    network = build("nano", 3).eval()
    size, cell = 448, 7
    mass = sum(
        gradient_mass(network.features, torch.rand(2, 3, size, size), (cell, cell))
        for _ in range(4)
    )
    np.testing.assert_allclose(centre_of(mass), 32 * cell, atol=1)
    assert np.abs(np.array(centre_of(mass)) - 32 * cell - 15.5).min() > 12  # the half-pixel rule


LAYERS = st.tuples(
    st.sampled_from(["convolution", "maximum", "average"]),
    st.integers(1, 4),
    st.integers(1, 3),
    st.integers(0, 3),
    st.integers(1, 2),
)


def layer_of(kind: str, kernel: int, stride: int, padding: int, dilation: int) -> nn.Module:
    if kind == "average":
        return nn.AvgPool2d(kernel, stride, min(padding, kernel // 2))
    if kind == "maximum":
        return nn.MaxPool2d((kernel, 1), stride, (min(padding, kernel // 2), 0))
    convolution = nn.Conv2d(1, 1, (kernel, 1), stride, (padding, 0), (dilation, 1), bias=False)
    nn.init.ones_(convolution.weight)
    return convolution


@settings(max_examples=60, deadline=None)
@given(st.lists(LAYERS, min_size=1, max_size=4))
def test_the_field_is_what_moves_the_output(layers: list[tuple[str, int, int, int, int]]) -> None:
    """Along y, any stack of layers: the first and last pixel that the cell depends on."""
    trunk = nn.Sequential(*(layer_of(*layer) for layer in layers)).double()
    axis = receptive_field(trunk).y
    size = 400
    # rising along y: the maximum is the last pixel of its window, falling: the first
    rising = torch.arange(1.0, size + 1, dtype=torch.float64).expand(1, 1, size, size).mT
    cell = trunk(rising).shape[2] // 2
    rows = []
    for images in (rising, rising.flip(2)):
        images = images.clone().requires_grad_(True)
        (gradient,) = torch.autograd.grad(trunk(images)[0, 0, cell, 0], images)
        rows.append(np.flatnonzero(gradient[0, 0].abs().sum(1).numpy()))
    first, last = min(r.min() for r in rows), max(r.max() for r in rows)
    assert axis.stride * cell + axis.offset == (first + last) / 2


@pytest.mark.parametrize(
    ("name", "offset"), [("mobilenet_v2", 0), ("vgg11_bn", 15.5), ("densenet121", 14)]
)
def test_other_networks(name: str, offset: float) -> None:
    """The centres of measured gradients of these are 0.7, 15.4 and 13.1 pixels off 32 i."""
    trunk = torchvision.models.get_model(name, weights=None).features
    assert receptive_field(trunk).x == AxisPlacement(32, offset)
    assert (receptive_field(trunk).x == Placement.half_pixel(224, 7).x) == (name == "vgg11_bn")


def test_padding_by_itself_by_name_and_on_one_side() -> None:
    assert receptive_field(nn.Sequential(nn.ZeroPad2d((3, 0, 1, 0)))) == Placement(
        AxisPlacement(1, -1), AxisPlacement(1, -3)
    )
    same = nn.Conv2d(
        1, 1, (4, 5), padding="same"
    )  # torch pads an even kernel by one more at the end
    assert receptive_field(nn.Sequential(same)) == Placement(
        AxisPlacement(1, 0.5), AxisPlacement(1, 0)
    )
    assert receptive_field(nn.Sequential(nn.Conv2d(1, 1, 3, padding="valid"))).x == AxisPlacement(
        1, 1
    )


class Branches(nn.Module):
    def __init__(self, one: nn.Module, other: nn.Module) -> None:
        super().__init__()
        self.one, self.other = one, other

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return functional.relu(self.one(images)) + self.other(images)


def test_branches_that_meet_see_what_either_sees() -> None:
    wide, narrow = nn.Conv2d(1, 1, 5, stride=2, padding=2), nn.Conv2d(1, 1, 1, stride=2)
    assert receptive_field(Branches(wide, narrow)).x == AxisPlacement(2, 0)
    late = nn.Conv2d(1, 1, 3, stride=2)  # sees pixels 0 to 2, the other -2 to 2
    assert receptive_field(Branches(wide, late)).x == AxisPlacement(2, 0)
    assert receptive_field(Branches(narrow, late)).x == AxisPlacement(2, 1)


@pytest.mark.parametrize(
    ("trunk", "says"),
    [
        (
            nn.Sequential(nn.AdaptiveAvgPool2d(7)),
            "Sequential: 0: found AdaptiveAvgPool2d; expected",
        ),
        (Branches(nn.Conv2d(1, 1, 1), nn.Conv2d(1, 1, 1, 2)), "branches of strides 1 and 2 meet"),
    ],
)
def test_what_has_no_one_field_is_refused(trunk: nn.Module, says: str) -> None:
    with pytest.raises(PlacementError, match=says):
        receptive_field(trunk)


def test_a_trunk_that_torch_cannot_follow_is_refused() -> None:
    class Deciding(nn.Module):
        def forward(self, images: torch.Tensor) -> torch.Tensor:
            return images if images.sum() > 0 else -images

    with pytest.raises(PlacementError, match=r"field of Deciding: torch\.fx cannot follow"):
        receptive_field(Deciding())


@pytest.mark.parametrize(
    ("name", "layer", "offset"),
    [
        ("resnet18", "layer4", 0),
        ("mobilenet_v3_small", "features", 0),  # with squeeze and excitation
        ("densenet121", "features", 14),
        ("vgg11_bn", "features", 15.5),
    ],
)
def test_a_layer_of_a_whole_network(name, layer, offset):
    with torch.device("meta"):
        network = getattr(torchvision.models, name)(weights=None)
    expected = AxisPlacement(32, offset)
    assert receptive_field(network, layer) == Placement(expected, expected)


@pytest.mark.parametrize("name", ["nano", "affact"])
def test_a_network_of_heeds_own_is_followed_from_its_images_on(name):
    network = build(name, outputs=5)
    assert receptive_field(network, "head.relu") == receptive_field(network.trunk)


def test_a_layer_that_has_no_place_is_refused():
    with torch.device("meta"):
        network = torchvision.models.resnet18(weights=None)
    with pytest.raises(PlacementError, match="avgpool has one cell for the whole image"):
        receptive_field(network, "avgpool")
    with pytest.raises(PlacementError, match="does not meet layer5"):
        receptive_field(network, "layer5")
