import re

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from heed.networks.catalogue import NETWORKS, build
from heed.networks.state import WeightsError
from heed.networks.weights import load_network, load_pretrained, save_weights
from heed.networks.weights_file import save_state


@pytest.fixture
def network():
    torch.manual_seed(1)
    return build("nano", 40)


@pytest.fixture
def saved(network, tmp_path):
    path = tmp_path / "models" / "balanced.safetensors"
    save_weights(network, path)
    return path


def rewritten(path, change, metadata=None):
    """The same file after ``change`` of its tensors."""
    state = load_file(path)
    change(state)
    save_file(state, path, metadata=metadata or {"network": "nano"})
    return path


def test_a_saved_network_comes_back_in_eval_mode(network, saved):
    loaded = load_network(saved)
    assert loaded.name == "nano"
    assert not loaded.training
    images = torch.rand(2, 3, 64, 64)
    with torch.inference_mode():
        assert torch.equal(loaded(images), network.eval()(images))


def test_the_file_holds_published_keys_and_the_name(network, saved):
    with safe_open(saved, framework="pt") as content:
        assert content.metadata() == {"network": "nano"}
        assert set(content.keys()) == set(network.published_state())


def test_the_same_weights_give_the_same_bytes(network, saved, tmp_path):
    for format_ in (torch.contiguous_format, torch.channels_last):
        again = tmp_path / "again.safetensors"
        save_weights(network.to(memory_format=format_), again)
        assert again.read_bytes() == saved.read_bytes()
    save_weights(load_network(saved), again)
    assert again.read_bytes() == saved.read_bytes()


def test_nothing_is_left_beside_the_file(saved):
    assert [path.name for path in saved.parent.iterdir()] == ["balanced.safetensors"]


def test_a_missing_file(tmp_path):
    with pytest.raises(WeightsError, match=r"none\.safetensors: no such file"):
        load_network(tmp_path / "none.safetensors")


def test_no_metadata(saved):
    save_file(load_file(saved), saved)
    with pytest.raises(WeightsError) as caught:
        load_network(saved)
    assert "balanced.safetensors: does not say which network it belongs to" in str(caught.value)
    assert f"one of {', '.join(NETWORKS)}" in str(caught.value)
    assert "heed import-weights FILE --network NAME" in str(caught.value)


def test_metadata_of_an_unknown_network(saved):
    rewritten(saved, lambda state: None, {"network": "vgg"})
    with pytest.raises(WeightsError, match="is of 'vgg'; expected"):
        load_network(saved)


def test_missing_and_unexpected_keys_are_named(saved):
    def change(state):
        state["conv2.weight"] = state.pop("conv1.weight")

    with pytest.raises(WeightsError) as caught:
        load_network(rewritten(saved, change))
    assert "balanced.safetensors (nano): misses conv1.weight; has unexpected conv2.weight" in str(
        caught.value
    )


def test_a_long_list_of_keys_is_cut_short(saved):
    with pytest.raises(WeightsError, match=r"misses (\S+, ){4}\S+ and \d\d more"):
        load_network(rewritten(saved, lambda state: [state.pop(key) for key in list(state)[1:]]))


def test_another_shape_is_named_with_both(saved):
    def change(state):
        state["attributes.weight"] = state["attributes.weight"][:39].clone()

    expected = r"attributes\.weight \(found 39x256, expected 40x256\)"
    with pytest.raises(WeightsError, match=expected):
        load_network(rewritten(saved, change), outputs=40)
    # not told how many outputs there should be, it believes the weight
    with pytest.raises(WeightsError, match=r"attributes\.bias \(found 40, expected 39\)"):
        load_network(saved)


@pytest.mark.parametrize("name", ["nano", "nano_ext"])
def test_a_network_has_as_many_outputs_as_its_file(name, tmp_path):
    path = tmp_path / "three.safetensors"
    save_weights(build(name, 3), path)
    with torch.inference_mode():
        assert load_network(path)(torch.rand(2, 3, 64, 64)).shape == (2, 3)
    assert load_network(path, outputs=3).name == name
    with pytest.raises(WeightsError, match=r"\(found 3x\d+, expected 40x\d+\)"):
        load_network(path, outputs=40)


def test_missing_outputs_are_named_however_many_there_should_be(saved):
    def change(state):
        del state["attributes.weight"], state["attributes.bias"]

    with pytest.raises(
        WeightsError, match=r"\(nano\): misses attributes\.weight, attributes\.bias\."
    ):
        load_network(rewritten(saved, change))


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_weights_that_are_no_numbers(saved, value):
    def change(state):
        state["bn1.running_var"][3] = value

    with pytest.raises(WeightsError, match=r"NaN or infinity at bn1\.running_var"):
        load_network(rewritten(saved, change))


@pytest.mark.parametrize("length", [0, 5, 100, 10_000, 1_000_000])
def test_a_file_cut_off(saved, length):
    saved.write_bytes(saved.read_bytes()[:length])
    with pytest.raises(WeightsError, match=rf"not a complete safetensors file: {length} bytes"):
        load_network(saved)


def test_a_page_in_the_place_of_weights(tmp_path):
    path = tmp_path / "page.safetensors"
    path.write_text("<!DOCTYPE html><html>Sign in to download</html>")
    with pytest.raises(WeightsError, match=r"begin with b'<!DOCTYPE html"):
        load_network(path)


@pytest.mark.parametrize("new_format", [True, False])
def test_a_pickle_by_mistake(network, tmp_path, new_format):
    path = tmp_path / "model.pth"
    state = network.published_state()
    torch.save(state, path, _use_new_zipfile_serialization=new_format)
    expected = re.escape(f"heed import-weights {path} --network NAME -o OUT.safetensors")
    with pytest.raises(WeightsError, match=f"is a PyTorch pickle, .* {expected}"):
        load_network(path)


def test_a_starting_point_is_no_classifier(tmp_path):
    path = tmp_path / "resnet50.safetensors"
    save_state({"fc.bias": torch.zeros(1000)}, "resnet50", path)
    with pytest.raises(WeightsError, match=r"models\.<name>\.pretrained of a resnet50 or resnet51"):
        load_network(path, 40)


def test_pretrained_weights_are_read(tmp_path):
    path = tmp_path / "resnet50.safetensors"
    save_state({"conv1.weight": torch.ones(2)}, "resnet50", path)
    assert load_pretrained(path)["conv1.weight"].tolist() == [1, 1]


def test_pretrained_weights_that_are_not_there(tmp_path):
    path = tmp_path / "resnet50.safetensors"
    with pytest.raises(WeightsError) as caught:
        load_pretrained(path)
    assert f"{path}: no such file" in str(caught.value)
    assert "never downloaded silently" in str(caught.value)
    assert f"heed import-weights resnet50-19c8e357.pth --network resnet50 -o {path}" in str(
        caught.value
    )


@pytest.mark.parametrize(
    ("imagenet", "network"), [("resnet152", "resnet153"), ("resnet50", "resnet51_ext")]
)
def test_each_network_has_its_own_starting_point(tmp_path, imagenet, network):
    other = {"resnet50": "resnet152", "resnet152": "resnet50"}[imagenet]
    path = tmp_path / "imagenet.safetensors"
    with pytest.raises(
        WeightsError, match=rf"no such file.* {imagenet}-\w+\.pth and run"
    ) as caught:
        load_pretrained(path, network)
    assert other not in str(caught.value)
    save_state({"conv1.weight": torch.ones(2)}, imagenet, path)
    assert load_pretrained(path, network)["conv1.weight"].tolist() == [1, 1]
    save_state({"fc.bias": torch.ones(1000)}, imagenet, path)
    with pytest.raises(WeightsError, match=rf"\.pretrained of a .*{network}"):
        load_network(path, 40)
    save_state({"conv1.weight": torch.ones(2)}, other, path)
    expected = (
        f"holds the weights of {other}; expected an ImageNet {imagenet}. "
        f"Make it with: heed import-weights FILE --network {imagenet}"
    )
    with pytest.raises(WeightsError, match=re.escape(expected)):
        load_pretrained(path, network)


def test_a_network_without_imagenet_weights_has_no_starting_point(tmp_path):
    with pytest.raises(WeightsError, match="nano_ext cannot start from pretrained weights"):
        load_pretrained(tmp_path / "imagenet.safetensors", "nano_ext")


def test_a_classifier_is_no_starting_point(saved):
    with pytest.raises(WeightsError, match=r"holds the weights of nano; expected an ImageNet"):
        load_pretrained(saved)
