"""Features against hooks and torchvision's extractor; they are the same however they come."""

import copy
import subprocess
import sys

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.overrides import _get_current_function_mode_stack
from torchvision import models
from torchvision.models.feature_extraction import create_feature_extractor

from heed.base.arrays import StoredImages, write_images
from heed.base.errors import InputError
from heed.explain.images import floating
from heed.layers.features import LayerFeatures
from heed.layers.listing import layers_of
from heed.layers.streaming import features_of
from heed.networks.catalogue import build
from heed.pls.blocks import FeatureBlocks, walk
from tests.layers.test_calls import hooks_of
from tests.layers.test_listing import Gated

N = 6
IMAGES = np.random.default_rng(0).integers(0, 256, (N, 32, 32, 3), dtype=np.uint8)


def pixels(images=IMAGES) -> torch.Tensor:
    return floating(torch.from_numpy(images))


def of_torchvision(name: str) -> nn.Module:
    torch.manual_seed(0)
    network = models.get_model(name, weights=None, num_classes=5)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):  # so that no two layers are alike
            nn.init.normal_(module.running_mean)
            nn.init.uniform_(module.bias)
    return network


@pytest.fixture(scope="module")
def resnet():
    network = of_torchvision("resnet50")
    return network, layers_of(network, IMAGES)


@pytest.fixture(scope="module")
def mobilenet():
    network = of_torchvision("mobilenet_v2")
    return network, layers_of(network, IMAGES)


def all_of(features: LayerFeatures) -> np.ndarray:
    """(n, p), from blocks that follow each other."""
    end, parts = 0, []
    for where, block in features.blocks():
        assert where.start == end
        assert block.shape == (features.samples, where.stop - where.start)
        assert block.dtype == np.float32
        parts.append(block.copy())
        end = where.stop
    assert end == features.features
    return np.concatenate(parts, axis=1)


def by_hooks(network: nn.Module, images: torch.Tensor) -> dict[str, list[torch.Tensor]]:
    """What each module puts out at each of its calls, before anything works on it in place."""
    network = copy.deepcopy(network).eval()
    found: dict[str, list[torch.Tensor]] = {}
    for name, module in network.named_modules():

        def note(_module, _inputs, output, name=name):
            found.setdefault(name, []).append(output.clone())

        module.register_forward_hook(note)
    with torch.no_grad():
        network(images)
    return found


@pytest.mark.parametrize("name", ["resnet", "mobilenet"])
def test_modules_put_out_what_forward_hooks_see(name, request):
    network, layers = request.getfixturevalue(name)
    expected = by_hooks(network, pixels())
    modules = [layer for layer in layers if layer.kind != "sum"]
    compared = 0
    for each in features_of(network, IMAGES, modules):
        path, _, number = each.layer.name.partition(":")
        if path not in expected:
            continue  # a function
        want = expected[path][int(number or 1) - 1]
        assert tuple(want.shape[1:]) == each.layer.shape
        np.testing.assert_allclose(
            all_of(each), want.flatten(1).numpy(), rtol=1e-4, atol=1e-4, err_msg=path
        )
        compared += 1
    # torchvision's MobileNetV2 pools by a function
    assert compared == len(modules) - (name == "mobilenet")


def test_sums_and_functions_are_those_of_torchvisions_extractor(resnet, mobilenet):
    for network, layers in (resnet, mobilenet):
        plain = copy.deepcopy(network).eval()
        for module in plain.modules():
            if isinstance(module, nn.ReLU | nn.ReLU6):
                module.inplace = False  # the extractor would show what was written over
        sums = layers.choose(kinds=["sum"])
        with torch.no_grad():
            extracted = create_feature_extractor(plain, [each.name for each in sums])(pixels())
        for each in features_of(network, IMAGES, sums):
            want = extracted[each.layer.name].flatten(1).numpy()
            np.testing.assert_allclose(all_of(each), want, rtol=1e-4, atol=1e-4)


def test_a_sum_is_that_of_its_branches(resnet):
    network, layers = resnet
    names = ["layer2.0.bn3", "layer2.0.downsample.1", "layer2.0.add", "layer2.0.relu:3"]
    branch, skip, added, rectified = (
        all_of(each) for each in features_of(network, IMAGES, layers.choose(names))
    )
    np.testing.assert_allclose(added, branch + skip, rtol=1e-5, atol=1e-5)
    np.testing.assert_array_equal(rectified, np.maximum(added, 0))
    assert (branch < 0).any()
    assert (added < 0).any()


def test_what_works_in_place_does_not_overwrite_what_it_works_on():
    network = nn.Sequential(nn.BatchNorm2d(3), nn.ReLU(inplace=True), nn.Hardtanh(0, 0.25, True))
    expected = pixels().numpy().reshape(N, -1) - 0.5
    network[0].running_mean.fill_(0.5)
    network[0].eps = 0.0
    norm, relu, clipped = features_of(network, IMAGES, layers_of(network, IMAGES), memory=10)
    # They have been closed, and are computed anew one by one.
    np.testing.assert_allclose(all_of(norm), expected, atol=1e-6)
    np.testing.assert_allclose(all_of(relu), np.maximum(expected, 0), atol=1e-6)
    np.testing.assert_allclose(all_of(clipped), np.clip(expected, 0, 0.25), atol=1e-6)


def test_networks_of_heed_normalise_their_images():
    network = build("nano", 5)
    layers = layers_of(network, IMAGES)
    with LayerFeatures(network, IMAGES, layers[0]) as features, torch.no_grad():
        want = network.trunk.conv1((pixels() - 0.5) / 0.25).flatten(1).numpy()
        np.testing.assert_allclose(all_of(features), want, rtol=1e-4, atol=1e-5)
    with LayerFeatures(network, IMAGES, layers[-1]) as features, torch.no_grad():
        want = network.eval()(pixels()).numpy()
        np.testing.assert_allclose(all_of(features), want, rtol=1e-4, atol=1e-5)


SMALL = nn.Sequential(nn.Conv2d(3, 5, 3), nn.ReLU(inplace=True), nn.Conv2d(5, 4, 3, 2)).eval()
LAYERS = layers_of(SMALL, IMAGES)
BYTES = N * LAYERS[0].features * 4


@settings(max_examples=30)
@given(
    width=st.integers(1, 6000),
    memory=st.sampled_from([0.2, 0.5, 1.0, 10.0]),
    disk=st.sampled_from([0, 1]),
    batch_size=st.integers(1, 8),
    number=st.integers(0, 2),
)
def test_blocks_are_the_same_however_they_come(width, memory, disk, batch_size, number):
    layer = LAYERS[number]
    with torch.no_grad():
        want = SMALL[: number + 1](pixels()).flatten(1).numpy()
    features = LayerFeatures(
        SMALL, IMAGES, layer, memory=memory, disk=disk, width=width, batch_size=batch_size
    )
    columns = np.random.default_rng(width).integers(0, layer.features, 7)
    with features:
        before = features.columns(columns)
        np.testing.assert_allclose(all_of(features), want, rtol=1e-4, atol=1e-5)
        np.testing.assert_array_equal(all_of(features), all_of(features))
        np.testing.assert_allclose(before, want[:, columns], rtol=1e-4, atol=1e-5)
        np.testing.assert_array_equal(features.columns(columns), before)


def test_all_three_ways_give_the_same_bits():
    found = {}
    for memory, disk in ((10, 0), (0.1, 10), (0.1, 0)):
        with LayerFeatures(
            SMALL, IMAGES, LAYERS[0], memory=memory, disk=disk, width=500, batch_size=4
        ) as features:
            found[features.plan.way] = all_of(features)
    assert list(found) == ["memory", "disk", "again"]
    np.testing.assert_array_equal(found["memory"], found["disk"])
    np.testing.assert_array_equal(found["memory"], found["again"])


@pytest.mark.parametrize("memory", [10, 0.1])
def test_they_keep_to_what_probing_asks_of_features(memory):
    features = LayerFeatures(SMALL, IMAGES, LAYERS[0], memory=memory, width=999)
    assert isinstance(features, FeatureBlocks)
    assert [block.shape[1] for _, block in walk(features)] == [999] * 4 + [504]


def test_two_sets_of_samples_have_the_same_slices():
    few = LayerFeatures(SMALL, IMAGES, LAYERS[0], rows=[5, 0], memory=10, width=999)
    many = LayerFeatures(SMALL, IMAGES, LAYERS[0], memory=0.1, width=999)
    assert (few.plan.way, many.plan.way) == ("memory", "again")
    for (one, block), (other, of_all) in zip(few.blocks(), many.blocks(), strict=True):
        assert one == other
        np.testing.assert_allclose(block, of_all[[5, 0]], rtol=1e-5, atol=1e-6)


def test_stored_images_and_tensors(tmp_path):
    write_images(tmp_path / "images.npy", N, 32, lambda row: IMAGES[row], lambda count: None)
    want = all_of(LayerFeatures(SMALL, IMAGES, LAYERS[2], rows=[3, 1, 3]))
    for images in (StoredImages(tmp_path / "images.npy"), torch.from_numpy(IMAGES), pixels()):
        found = all_of(LayerFeatures(SMALL, images, LAYERS[2], rows=[3, 1, 3]))
        np.testing.assert_array_equal(found, want)


def test_nothing_stays_behind_an_error():
    network = nn.Sequential(nn.Conv2d(3, 5, 3), nn.Dropout(), nn.Conv2d(5, 4, 3)).train()
    network[1].eval()
    layers = layers_of(network, IMAGES)
    modes = [module.training for module in network.modules()]
    features = LayerFeatures(network, IMAGES, layers[-1], memory=10)
    network[0].weight.data[0, 0, 0, 0] = torch.nan
    with pytest.raises(ValueError, match=r"layer '2': found NaN or infinity .* of image 0"):
        next(features.blocks())
    assert [module.training for module in network.modules()] == modes
    assert hooks_of(network) == 0
    assert not _get_current_function_mode_stack()
    assert torch.is_grad_enabled()
    network[0].weight.data.zero_()
    next(features.blocks())  # as if nothing had been
    assert hooks_of(network) == 0
    assert [module.training for module in network.modules()] == modes


def test_blocks_that_are_left_halfway_leave_nothing_switched_on():
    for memory in (10, 0.05):
        features = LayerFeatures(SMALL, IMAGES, LAYERS[0], memory=memory, width=500)
        blocks = features.blocks()
        next(blocks)
        assert hooks_of(SMALL) == 0
        assert not _get_current_function_mode_stack()
        assert torch.is_grad_enabled()
        blocks.close()


def test_images_that_take_another_way_or_have_another_size_are_refused():
    network = Gated()
    images = np.stack([np.full((4, 4, 3), 255, np.uint8), np.zeros((4, 4, 3), np.uint8)])
    _, bright, _ = layers_of(network, images[:1])
    features = LayerFeatures(network, images, bright, batch_size=1)
    with pytest.raises(ValueError, match=r"'bright': images 1 to 1 do not come to it"):
        next(features.blocks())
    other = LayerFeatures(SMALL, np.zeros((2, 16, 16, 3), np.uint8), LAYERS[0])
    with pytest.raises(ValueError, match=r"found \(2, 5, 14, 14\) .* expected \(2, 5, 30, 30\)"):
        next(other.blocks())


@pytest.mark.parametrize(
    ("given_as", "said"),
    [
        ({"rows": []}, "rows: found float64"),
        ({"rows": [0, N]}, "rows: found 0 to 6; expected 0 to 5"),
        ({"rows": [[0]]}, "expected whole numbers"),
        ({"width": 0}, "width: found 0"),
        ({"batch_size": 0}, "batch_size: found 0"),
        ({"memory": 0.01}, "memory: found 0 MiB for features"),
        ({"memory": float("nan")}, "memory: found nan; expected a finite number of MiB above 0"),
        ({"memory": float("inf")}, "memory: found inf"),
        ({"memory": "10"}, "memory: found '10'"),
        ({"disk": float("nan")}, "disk: found nan; expected a finite number of MiB from 0 on"),
        ({"disk": -1}, "disk: found -1"),
        ({"width": 10.5}, "width: found 10.5; expected a whole number"),
        ({"width": True}, "width: found True"),
        ({"batch_size": 2.5}, "batch_size: found 2.5; expected a whole number"),
        ({"folder": "/no/such/folder"}, "folder: found no folder '/no/such/folder'"),
        ({"folder": __file__}, "folder: found no folder"),
        ({"folder": 3}, "folder: found no folder '3'"),
    ],
)
def test_what_does_not_fit_is_refused(given_as, said):
    with pytest.raises(InputError, match=said):
        LayerFeatures(SMALL, IMAGES, LAYERS[0], **given_as)
    with pytest.raises(InputError, match=said):
        list(features_of(SMALL, IMAGES, LAYERS[:1], **given_as))


@pytest.mark.parametrize(
    ("images", "layer", "said"),
    [
        (3, LAYERS[0], "images: found int; expected one array or tensor"),
        (list(IMAGES), LAYERS[0], "images: found list"),
        (IMAGES, "0", r"layer: found '0' \(str\); expected one of heed.layers.listing.layers_of"),
    ],
)
def test_images_and_layers_that_are_none_are_refused(images, layer, said):
    with pytest.raises(InputError, match=said):
        LayerFeatures(SMALL, images, layer)
    with pytest.raises(InputError, match=said):
        next(features_of(SMALL, images, [layer]))


@pytest.mark.parametrize("width", [7, 100, 8192])
def test_columns_side_by_side_are_those_of_the_layer(width):
    layer = LAYERS[0]
    features = LayerFeatures(SMALL, IMAGES, layer, width=width)
    want = all_of(features)
    each = layer.features // layer.channels
    channels = np.concatenate([np.arange(c * each, (c + 1) * each) for c in (2, 0, 1)])
    for columns in (channels, channels[::-1], np.r_[channels, 5, 3, 4]):
        np.testing.assert_array_equal(features.columns(columns), want[:, columns])


def test_columns_that_are_not_there_are_refused():
    with pytest.raises(ValueError, match="layer '0': neurons: found 0 to 4500; expected 0 to 4499"):
        LayerFeatures(SMALL, IMAGES, LAYERS[0]).columns([0, 4500])


PEAK = """
import resource
import sys
import numpy as np
import torch
from torch import nn
from heed.layers.listing import layers_of
from heed.layers.features import LayerFeatures

def peak():  # KiB on Linux
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

torch.set_num_threads(1)
network = nn.Sequential(nn.Conv2d(3, 64, 3, padding=1), nn.ReLU(inplace=True))
images = np.random.default_rng(0).integers(0, 256, (64, 112, 112, 3), dtype=np.uint8)
layer = layers_of(network, images)[0]
for _ in LayerFeatures(network, images, layer, rows=range(2), memory=16, width=4096).blocks():
    break  # what torch loads at its first pass
before = peak()
disk = int(sys.argv[1])
with LayerFeatures(network, images, layer, memory=48, disk=disk, width=4096) as features:
    total = sum(block.sum(dtype=np.float64) for _, block in features.blocks())
print(features.plan.way, features.plan.size >> 20, round(peak() - before))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the peak is told in KiB on Linux alone")
@pytest.mark.parametrize(("disk", "way"), [(0, "again"), (200, "disk")])
def test_memory_is_bounded(disk, way, tmp_path):
    """196 MiB of features of a first convolution on 112 pixels, within 48 MiB."""
    done = subprocess.run(
        [sys.executable, "-c", PEAK, str(disk)], capture_output=True, text=True, check=True
    )
    found, size, grown = done.stdout.split()
    assert (found, int(size)) == (way, 196)
    assert int(grown) < 48 + 16  # what torch takes at work
