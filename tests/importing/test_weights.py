import os
import sys
import types

import pytest
import torch
from safetensors.torch import save_file
from torch import nn
from torchvision.models import resnet50, resnet152

from heed.importing.weights import import_weights, read_tensors
from heed.networks.catalogue import build
from heed.networks.state import WeightsError
from heed.networks.weights import load_network, load_pretrained


@pytest.fixture(scope="module")
def state():
    torch.manual_seed(2)
    return build("nano", 40).published_state()


@pytest.fixture
def target(tmp_path):
    return tmp_path / "out" / "imported.safetensors"


def saved(content, tmp_path, zipped=True):
    path = tmp_path / "weights.pth"
    torch.save(content, path, _use_new_zipfile_serialization=zipped)
    return path


def assert_imported(target, state):
    found = load_network(target).published_state()
    assert found.keys() == state.keys()
    assert all(torch.equal(found[key], state[key]) for key in state)


def prefixed(state):
    return {f"module.{key}": tensor for key, tensor in state.items()}


@pytest.mark.parametrize(
    "wrap",
    [
        lambda state: state,
        prefixed,
        lambda state: {"state_dict": state, "epoch": 3, "optimizer": {"lr": 0.1}},
        lambda state: {"model_state_dict": prefixed(state), "optimizer_state_dict": {}},
        lambda state: {"model": {"state_dict": state}},
        lambda state: {
            key: nn.Parameter(tensor, tensor.is_floating_point())
            for key, tensor in state.items()
            if tensor.is_floating_point()
        },
    ],
    ids=["plain", "module.", "state_dict", "model_state_dict", "nested twice", "parameters"],
)
@pytest.mark.parametrize("zipped", [True, False], ids=["zip", "legacy"])
def test_state_dicts(state, tmp_path, target, wrap, zipped):
    count = import_weights(saved(wrap(state), tmp_path, zipped), "nano", target, 40)
    assert count == len(state)
    assert_imported(target, state)


def test_safetensors_without_metadata(state, tmp_path, target):
    source = tmp_path / "plain.safetensors"
    save_file({key: tensor.contiguous() for key, tensor in state.items()}, source)
    import_weights(source, "nano", target, 40)
    assert_imported(target, state)


def test_counters_that_converted_networks_lack(state, tmp_path, target):
    without = {key: value for key, value in state.items() if "num_batches" not in key}
    assert len(without) < len(state)
    import_weights(saved(without, tmp_path), "nano", target, 40)
    assert_imported(target, state)


def test_half_precision_becomes_single(state, tmp_path, target):
    half = {k: v.half() if v.is_floating_point() else v for k, v in state.items()}
    import_weights(saved(half, tmp_path), "nano", target, 40)
    found = load_network(target).published_state()
    assert found["conv1.weight"].dtype == torch.float32
    assert torch.equal(found["conv1.weight"], state["conv1.weight"].half().float())


class KitModel(nn.Module):
    """A converter's whole network: its layers under their names, in one class."""

    def __init__(self, layers):
        super().__init__()
        for name, layer in layers:
            self.add_module(name, layer)


@pytest.mark.filterwarnings("ignore:Couldn't retrieve source code")
def test_the_official_whole_network_of_a_class_that_is_gone(tmp_path, target, monkeypatch):
    network = build("affact", 40).eval()
    layers = [*network.trunk.named_children(), *network.head.named_children()]
    maker = types.ModuleType("converted_by_someone")
    maker.KitModel = KitModel
    monkeypatch.setattr(KitModel, "__module__", "converted_by_someone")
    monkeypatch.setitem(sys.modules, "converted_by_someone", maker)
    path = saved(KitModel(layers), tmp_path, zipped=False)  # the format of its time
    monkeypatch.delitem(sys.modules, "converted_by_someone")
    import_weights(path, "affact", target, 40)
    assert_imported(target, network.published_state())
    with pytest.raises(WeightsError, match="Repeat without --trust, which needs no classes"):
        import_weights(path, "affact", target, 40, trust=True)


class Runs:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.system, (f"touch {self.path}",)


def test_a_hostile_file_is_refused_and_says_how_to_go_on(state, tmp_path, target):
    marker = tmp_path / "marker"
    path = saved({"state_dict": state, "extra": Runs(marker)}, tmp_path)
    with pytest.raises(WeightsError) as caught:
        import_weights(path, "nano", target, 40)
    message = str(caught.value)
    assert message.startswith(f"{path}: cannot be read without running code from it")
    assert "it asks to call posix.system. Nothing was run" in message
    assert "repeat with --trust" in message
    assert not marker.exists()
    assert not target.exists()
    import_weights(path, "nano", target, 40, trust=True)
    assert marker.exists()
    assert_imported(target, state)


def test_missing_and_unexpected_keys_are_named(state, tmp_path, target):
    changed = {**state, "conv9.weight": torch.zeros(1)}
    del changed["conv1.weight"]
    with pytest.raises(WeightsError) as caught:
        import_weights(saved(changed, tmp_path), "nano", target, 40)
    assert "misses conv1.weight; has unexpected conv9.weight" in str(caught.value)
    assert (
        "--network can be affact, nano, nano_ext, resnet153, resnet51, resnet51_ext, resnet50"
        in str(caught.value)
    )
    assert not target.exists()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"epoch": 3, "loss": 0.1}, r"a mapping that holds epoch, loss; expected a state dict"),
        ([torch.zeros(1)], r"an object of type list; expected a state dict"),
        ({}, "a mapping that holds nothing"),
    ],
)
def test_a_file_without_weights(tmp_path, target, content, expected):
    with pytest.raises(WeightsError, match=expected):
        import_weights(saved(content, tmp_path), "nano", target, 40)


def test_a_torchvision_resnet50_is_a_starting_point(tmp_path, target):
    expected = resnet50(weights=None).state_dict()
    import_weights(saved(expected, tmp_path), "resnet50", target, 40)
    published = build("resnet51", 40, load_pretrained(target)).published_state()
    assert all(torch.equal(published[key], expected[key]) for key in expected)


def test_a_torchvision_resnet50_is_no_resnet51(tmp_path, target):
    path = saved({"fc.weight": torch.zeros(1000, 2048)}, tmp_path)
    with pytest.raises(WeightsError, match=r"--network resnet50 and .* models\.<name>\.pretrained"):
        import_weights(path, "resnet51", target, 40)


def test_a_resnet51_is_no_starting_point(tmp_path, target):
    path = saved({"fc.weight": torch.zeros(1), "fc51.weight": torch.zeros(1)}, tmp_path)
    with pytest.raises(WeightsError, match="import it with --network resnet51"):
        import_weights(path, "resnet50", target, 40)


def names_alone(network):
    """A state dict of the right names with hardly any values: names tell relatives apart."""
    with torch.device("meta"):
        made = build(network, 40) if isinstance(network, str) else network(weights=None)
    state = made.published_state() if isinstance(network, str) else made.state_dict()
    return {name: torch.zeros(1) for name in state}


@pytest.mark.parametrize(
    ("held", "network", "expected"),
    [
        (
            resnet152,
            "resnet153",
            r"holds torchvision's resnet152, without fc153.* --network resnet1",
        ),
        (
            resnet50,
            "resnet51_ext",
            r"holds torchvision's resnet50, without fc51, fc52, .*pretrained",
        ),
        ("resnet153", "resnet152", r"a resnet153, with fc153; import it with --network resnet153"),
        ("resnet51_ext", "resnet50", r"a resnet51_ext, with fc51, fc52; .* --network resnet51_ext"),
        ("resnet51_ext", "resnet51", r"a resnet51_ext, with fc52; .* --network resnet51_ext"),
        ("resnet51", "resnet51_ext", r"a resnet51, without fc52; .* --network resnet51\. .* start"),
        ("nano", "nano_ext", r"a nano, without fc52; import it with --network nano\."),
        (
            resnet152,
            "resnet50",
            r"has unexpected layer2\.4\.conv1\.weight.* the weights of resnet50",
        ),
        ("nano", "affact", r"misses conv1\.bias"),
    ],
)
def test_a_relative_is_called_by_its_name(tmp_path, target, held, network, expected):
    with pytest.raises(WeightsError, match=expected):
        import_weights(saved(names_alone(held), tmp_path), network, target, 40)
    assert not target.exists()


def test_an_extension_is_imported(tmp_path, target):
    expected = build("nano_ext", 40).published_state()
    import_weights(saved(expected, tmp_path), "nano_ext", target, 40)
    assert_imported(target, expected)


def test_a_torchvision_resnet152_is_a_starting_point(tmp_path, target):
    with torch.device("meta"):
        shapes = {key: tensor.shape for key, tensor in resnet152(weights=None).state_dict().items()}
    # One number per tensor: 60 million would take their time.
    numbered = enumerate(shapes.items())
    state = {key: torch.tensor(float(n)).expand(shape) for n, (key, shape) in numbered}
    count = import_weights(saved(state, tmp_path), "resnet152", target, 40)
    found = load_pretrained(target, "resnet153")
    target.unlink()
    assert count == len(found) == len(shapes)
    for key, tensor in found.items():
        assert tensor.shape == shapes[key]
        assert tensor.min() == tensor.max() == state[key].flatten()[0]


def test_a_missing_file(tmp_path):
    with pytest.raises(WeightsError, match=r"none\.pth: no such file"):
        read_tensors(tmp_path / "none.pth")


def test_an_empty_file(tmp_path):
    path = tmp_path / "empty.pth"
    path.touch()
    with pytest.raises(WeightsError, match=r"empty\.pth: is empty"):
        read_tensors(path)


@pytest.mark.parametrize("zipped", [True, False], ids=["zip", "legacy"])
@pytest.mark.parametrize("share", [0.001, 0.5, 0.999])
def test_a_file_cut_off(state, tmp_path, zipped, share):
    path = saved(state, tmp_path, zipped)
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(WeightsError, match=r"weights\.pth: cannot be read .* damaged or cut off"):
        read_tensors(path)


def test_a_page_in_the_place_of_weights(tmp_path):
    path = tmp_path / "weights.pth"
    path.write_text("<!DOCTYPE html><html>Sign in to download</html>")
    with pytest.raises(WeightsError, match=r"weights\.pth: .*begin with b'<!DOCTYPE html"):
        read_tensors(path)


def test_an_unknown_network(tmp_path, target):
    with pytest.raises(
        WeightsError, match=r"'vgg'; there are affact, .*, resnet51_ext, resnet50, resnet1"
    ):
        import_weights(tmp_path / "x.pth", "vgg", target, 40)
