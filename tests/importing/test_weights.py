import os
import sys
import types
import zipfile
from argparse import Namespace
from collections import Counter, defaultdict
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save, save_file
from torch import nn
from torchvision import models
from torchvision.models import resnet18, resnet50, resnet152

from heed.importing.weights import import_weights, read_leaves
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
        lambda state: {**state, "epoch": 3},
        lambda state: {"state_dict": {f"model.{k}": v for k, v in state.items()}, "epoch": 3},
        lambda state: {f"_orig_mod.module.{k}": v for k, v in state.items()},
        lambda state: [3, {"net": state}],
        lambda state: {"best_acc": np.float64(0.9), "state_dict": state},
        lambda state: {"state_dict": state, "out_dir": Path("runs"), "when": datetime(2026, 1, 1)},
        lambda state: {"stats": defaultdict(list, loss=[1.0]), "state_dict": state},
        lambda state: {"args": Namespace(lr=0.1), "counts": Counter("aab"), "state_dict": state},
        lambda state: defaultdict(list, state),
        lambda state: {"teacher": state, "student": {k: v.clone() for k, v in state.items()}},
        lambda state: {
            key: nn.Parameter(tensor, tensor.is_floating_point())
            for key, tensor in state.items()
            if tensor.is_floating_point()
        },
    ],
    ids=[
        "plain",
        "module.",
        "state_dict",
        "model_state_dict",
        "nested twice",
        "epoch beside",
        "Lightning",
        "compiled",
        "list",
        "numpy number",
        "path and date",
        "defaultdict beside",
        "namespace and counter",
        "defaultdict",
        "equal copies",
        "parameters",
    ],
)
@pytest.mark.parametrize("zipped", [True, False], ids=["zip", "legacy"])
def test_state_dicts(state, tmp_path, target, wrap, zipped):
    found = import_weights(saved(wrap(state), tmp_path, zipped), "nano", target, 40)
    assert found.tensors == len(state)
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


def test_what_a_hostile_file_asks_for_is_not_run(state, tmp_path, target):
    marker = tmp_path / "marker"
    path = saved({"state_dict": state, "extra": Runs(marker)}, tmp_path)
    found = import_weights(path, "nano", target, 40)
    assert found.left_out == ("extra",)
    assert_imported(target, state)
    assert not marker.exists()
    import_weights(path, "nano", target, 40, trust=True)
    assert marker.exists()


@pytest.mark.parametrize("whole", [True, False], ids=["the file", "one layer"])
def test_weights_that_a_call_would_make_are_refused(state, tmp_path, target, whole):
    marker = tmp_path / "marker"
    content = Runs(marker) if whole else {**state, "conv1.weight": Runs(marker)}
    path = saved(content, tmp_path)
    with pytest.raises(WeightsError) as caught:
        import_weights(path, "nano", target, 40)
    message = str(caught.value)
    assert message.startswith(f"{path}: cannot be read without running code from it")
    assert f"it asks to call posix.system{'' if whole else ' for conv1.weight'}. Noth" in message
    assert "repeat with --trust" in message
    assert not marker.exists()
    assert not target.exists()


def test_where_the_weights_were_found_and_what_was_left_out(state, tmp_path, target):
    layers = {f"model.{key}": tensor for key, tensor in state.items()}
    optimiser = {"state": {0: {"exp_avg": torch.zeros(2)}}, "param_groups": [{"lr": 0.1}]}
    content = {
        "epoch": 3,
        "state_dict": {**layers, "loss.pos_weight": torch.ones(40)},
        "optimizer_states": [optimiser],
    }
    found = import_weights(saved(content, tmp_path), "nano", target, 40)
    assert found.prefix == "state_dict.model."
    # Of one container only what is behind the prefix can be meant for the network.
    assert found.left_out == ("epoch", "state_dict.loss", "optimizer_states")


def test_heeds_own_modules(state, tmp_path, target):
    network = build("nano", 40)
    network.load_published_state(state)
    for content in (
        network.state_dict(),
        network,
        {"state_dict": {f"network.{k}": v for k, v in network.state_dict().items()}},
    ):
        import_weights(saved(content, tmp_path), "nano", target, 40)
        assert_imported(target, state)


def test_two_networks_in_a_file_are_told_apart_by_their_prefix(state, tmp_path, target):
    averaged = {key: tensor + 1 for key, tensor in state.items()}
    path = saved({"model": state, "ema": {"module": averaged}}, tmp_path)
    with pytest.raises(WeightsError, match=r"2 times .* 'model\.', 'ema\.module\.'.*--prefix"):
        import_weights(path, "nano", target, 40)
    assert not target.exists()
    found = import_weights(path, "nano", target, 40, prefix="ema.module.")
    assert_imported(target, averaged)
    assert found.left_out == ("model",)
    nothing = r"nothing of a nano stands behind --prefix 'model'\. .* 2 times .* 'model\.', 'ema"
    with pytest.raises(WeightsError, match=nothing):
        import_weights(path, "nano", target, 40, prefix="model")
    with pytest.raises(WeightsError, match=r"'emma\.'; its tensors stand behind 'model\.'"):
        import_weights(saved({"model": state}, tmp_path), "nano", target, 40, prefix="emma.")


def test_an_incomplete_copy_is_no_second_network(state, tmp_path, target):
    other = {key: tensor + 1 for key, tensor in state.items() if not key.startswith("conv1")}
    import_weights(saved({"b": other, "a": state}, tmp_path), "nano", target, 40)
    assert_imported(target, state)


def test_extra_layers_beside_those_of_the_network_are_not_passed_over(state, tmp_path, target):
    layers = {f"model.{key}": tensor for key, tensor in state.items()}
    path = saved({"state_dict": {**layers, "model.conv9.weight": torch.zeros(1)}}, tmp_path)
    with pytest.raises(WeightsError, match=r"has unexpected conv9\.weight"):
        import_weights(path, "nano", target, 40)


def nested(value, times):
    for _ in range(times):
        value = [value, value]
    return value


def loop(state):
    content = [state]
    content.append(content)
    return content


@pytest.mark.parametrize(
    "wrap",
    [
        lambda state: {"a": nested([torch.zeros(1)], 18), "state_dict": state},
        lambda state: {"a": nested([torch.zeros(1)], 40), "state_dict": state},
        loop,
        lambda state: {f"{'module.' * 3000}{k}": v for k, v in state.items()},
        lambda state: {"beside": torch.zeros(1).expand(2**40), "state_dict": state},
    ],
    ids=["diamond 18", "diamond 40", "loop", "module. 3000 times", "stride beside"],
)
def test_files_that_grow_when_they_are_looked_through(state, tmp_path, target, wrap):
    import_weights(saved(wrap(state), tmp_path), "nano", target, 40)
    assert_imported(target, state)


def networks_in_networks(times):
    network = nn.Linear(1, 1)
    for _ in range(times):
        network = nn.Sequential(network, network)
    return network


@pytest.mark.filterwarnings("ignore:Sparse invariant checks")
@pytest.mark.filterwarnings("ignore:TypedStorage is deprecated")
@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            lambda tensor: torch.zeros(1).expand(2**40),
            r"another shape at conv1\.weight \(found 1099511627776",
        ),
        (lambda tensor: tensor.to("meta"), r"sparse, quantised or empty .* at conv1\.weight"),
        (lambda tensor: tensor.to_sparse(), r"sparse, quantised or empty .* at conv1\.weight"),
        (
            lambda tensor: torch.quantize_per_tensor(tensor, 0.1, 0, torch.qint8),
            r"sparse, quantised or empty .* at conv1\.weight",
        ),
        (lambda tensor: networks_in_networks(30), "its modules are more than 200000"),
    ],
    ids=["stride", "meta", "sparse", "quantised", "diamond of modules"],
)
def test_tensors_of_a_strange_kind(state, tmp_path, target, change, expected):
    path = saved({**state, "conv1.weight": change(state["conv1.weight"])}, tmp_path)
    with pytest.raises(WeightsError, match=expected):
        import_weights(path, "nano", target, 40)


def test_a_file_that_grows_when_it_is_unpacked(state, tmp_path, target):
    path = tmp_path / "packed.pth"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/data/0", bytes(10_000_000))
    with pytest.raises(WeightsError, match=r"would become 10000000; expected at most 20 times"):
        import_weights(path, "nano", target, 40)


def test_a_file_of_somebody_else_is_not_replaced(state, tmp_path, target):
    path = saved(state, tmp_path)
    target.parent.mkdir()
    for content in (b"notes", save({"mine": torch.zeros(1)})):
        target.write_bytes(content)
        with pytest.raises(WeightsError, match="found a file that Heed did not write; delete"):
            import_weights(path, "nano", target, 40)
        assert target.read_bytes() == content
    with pytest.raises(WeightsError, match="is a folder; expected a file of weights"):
        import_weights(tmp_path, "nano", target, 40)


def test_missing_and_unexpected_keys_are_named(state, tmp_path, target):
    changed = {**state, "conv9.weight": torch.zeros(1)}
    del changed["conv1.weight"]
    with pytest.raises(WeightsError) as caught:
        import_weights(saved(changed, tmp_path), "nano", target, 40)
    assert "misses conv1.weight; has unexpected conv9.weight" in str(caught.value)
    assert "--network can be affact, nano, nano_ext, nano_ext_leaky, resnet101, resnet152," in str(
        caught.value
    )
    assert not target.exists()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"epoch": 3, "loss": 0.1}, r"a mapping that holds epoch, loss, and no tensors in it; ex"),
        ([1, 2], r"an object of type list, and no tensors in it; expected a state dict"),
        ({}, "a mapping that holds nothing"),
        ([torch.zeros(1)], r"misses conv1\.weight.*has unexpected 0\."),
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


@pytest.mark.parametrize("name", ["resnet18", "resnet50"])
def test_a_torchvision_network_with_attributes_as_its_classifier(tmp_path, target, name):
    network = models.get_model(name, weights=None)
    network.fc = nn.Linear(network.fc.in_features, 40)
    path = saved(network.state_dict(), tmp_path)
    import_weights(path, name, target, 40)
    images = torch.rand(2, 3, 64, 64)
    with torch.inference_mode():
        ours = load_network(target, 40)
        expected = network.eval()(ours.normalize(images))
        torch.testing.assert_close(ours(images), expected, rtol=1e-4, atol=1e-5)
    for other in ("resnet51", "resnet152", "nano"):
        with pytest.raises(WeightsError, match=f"holds a {name}; import it with --network {name}"):
            import_weights(path, other, target, 40)


def test_imagenet_weights_are_not_taken_for_a_classifier_of_attributes(tmp_path, target):
    import_weights(saved(resnet18(weights=None).state_dict(), tmp_path), "resnet18", target, 40)
    with pytest.raises(WeightsError, match=r"an ImageNet resnet18 .*1000 outputs; expected 40"):
        load_network(target, 40)
    assert load_network(target)(torch.rand(1, 3, 32, 32)).shape == (1, 1000)


def names_alone(network):
    """A state dict of the right names with hardly any values: names tell relatives apart."""
    with torch.device("meta"):
        made = build(network, 40) if isinstance(network, str) else network(weights=None)
    state = made.published_state() if isinstance(network, str) else made.state_dict()
    names = {name: torch.zeros(1) for name in state}
    return names if isinstance(network, str) else {**names, "fc.bias": torch.zeros(1000)}


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
        (resnet152, "resnet50", r"holds a resnet152; import it with --network resnet152"),
        ("nano", "affact", r"holds a nano; import it with --network nano"),
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
    count = import_weights(saved(state, tmp_path), "resnet152", target, 40).tensors
    found = load_pretrained(target, "resnet153")
    target.unlink()
    assert count == len(found) == len(shapes)
    for key, tensor in found.items():
        assert tensor.shape == shapes[key]
        assert tensor.min() == tensor.max() == state[key].flatten()[0]


def test_a_missing_file(tmp_path):
    with pytest.raises(WeightsError, match=r"none\.pth: no such file"):
        read_leaves(tmp_path / "none.pth")


def test_an_empty_file(tmp_path):
    path = tmp_path / "empty.pth"
    path.touch()
    with pytest.raises(WeightsError, match=r"empty\.pth: is empty"):
        read_leaves(path)


@pytest.mark.parametrize("zipped", [True, False], ids=["zip", "legacy"])
@pytest.mark.parametrize("share", [0.001, 0.5, 0.999])
def test_a_file_cut_off(state, tmp_path, zipped, share):
    path = saved(state, tmp_path, zipped)
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(WeightsError, match=r"weights\.pth: cannot be read .* damaged or cut off"):
        read_leaves(path)


@pytest.mark.parametrize("there", ["folder", "source"])
def test_nothing_is_written_over_a_folder_or_the_file_itself(state, tmp_path, there):
    source = tmp_path / "mine.safetensors"
    save_file({key: tensor.contiguous() for key, tensor in state.items()}, source)
    before = source.read_bytes()
    folder = tmp_path / "out.safetensors"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")
    target, expected = {
        "folder": (folder, "is a folder; expected the file to write"),
        "source": (source, "is the file to read; expected another name"),
    }[there]
    with pytest.raises(WeightsError, match=expected):
        import_weights(source, "nano", target, 40)
    assert (folder / "notes.txt").read_text() == "mine"
    assert source.read_bytes() == before


@pytest.mark.filterwarnings("ignore:.*torch.jit:DeprecationWarning")
def test_torchscript_is_named(tmp_path):
    path = tmp_path / "weights.pt"
    torch.jit.save(torch.jit.script(nn.Linear(2, 2)), path)
    with pytest.raises(WeightsError, match=r"weights\.pt: is TorchScript, .*\.state_dict\(\)"):
        read_leaves(path)


def test_a_page_in_the_place_of_weights(tmp_path):
    path = tmp_path / "weights.pth"
    path.write_text("<!DOCTYPE html><html>Sign in to download</html>")
    with pytest.raises(WeightsError, match=r"weights\.pth: .*begin with b'<!DOCTYPE html"):
        read_leaves(path)


def test_an_unknown_network(tmp_path, target):
    with pytest.raises(
        WeightsError, match=r"'vgg'; expected one of 'affact', .*'resnet50', .*; torchvision:NAME"
    ):
        import_weights(tmp_path / "x.pth", "vgg", target, 40)
