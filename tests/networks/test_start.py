import pytest
import torch
from safetensors.torch import load_file, save_file

from heed.networks.catalogue import build
from heed.networks.start import start_from
from heed.networks.state import WeightsError
from heed.networks.weights import save_weights
from heed.networks.weights_file import save_state


@pytest.fixture(scope="module")
def trained():
    """A nano whose weights are nobody's initial ones."""
    torch.manual_seed(6)
    network = build("nano", 40).eval()
    with torch.no_grad():
        for tensor in network.published_state().values():
            if tensor.is_floating_point():
                tensor += 0.1 * torch.rand_like(tensor)
    return network


@pytest.fixture
def path(trained, tmp_path):
    path = tmp_path / "affact.safetensors"
    save_weights(trained, path)
    return path


@pytest.fixture
def extension():
    torch.manual_seed(7)
    return build("nano_ext", 40)


def copied(network):
    return {key: tensor.clone() for key, tensor in network.published_state().items()}


def assert_equal(found, expected):
    assert all(torch.equal(found[key], expected[key]) for key in expected)


def rewritten(path, change, network="nano"):
    state = load_file(path)
    change(state)
    save_file(state, path, metadata={"network": network})
    return path


@pytest.mark.parametrize("as_file", [True, False], ids=["file", "state dict"])
def test_an_extension_starts_from_its_base(trained, path, extension, as_file):
    before = copied(extension)
    start_from(extension, path if as_file else trained.published_state())
    state = extension.published_state()
    assert_equal(state, trained.published_state())
    for key in ("fc52.weight", "fc52.bias"):  # as released: at random
        assert torch.equal(state[key], before[key])
    assert extension.training
    images = torch.rand(2, 3, 64, 64)
    with torch.inference_mode():
        expected = trained(images) @ state["fc52.weight"].T + state["fc52.bias"]
        torch.testing.assert_close(extension.eval()(images), expected)


def test_with_the_identity_it_starts_with_the_logits_of_its_base(trained, path, extension):
    start_from(extension, path, new_layer="identity")
    images = torch.rand(2, 3, 64, 64)
    with torch.inference_mode():
        assert torch.equal(extension.eval()(images), trained(images))


@pytest.mark.parametrize("as_file", [True, False], ids=["file", "state dict"])
@pytest.mark.parametrize("name", ["nano", "nano_ext"])
def test_a_network_starts_from_its_own_kind(tmp_path, name, as_file):
    source, network = build(name, 40), build(name, 40)
    path = tmp_path / "own.safetensors"
    save_weights(source, path)
    start_from(network, path if as_file else source.published_state())
    assert_equal(network.published_state(), source.published_state())


def test_the_source_keeps_its_weights(trained, extension):
    state = trained.published_state()
    before = copied(trained)
    start_from(extension, state)
    with torch.no_grad():
        for parameter in extension.parameters():
            parameter.add_(1)
    assert_equal(state, before)


def assert_refused(network, source, *expected):
    before = copied(network)
    with pytest.raises(WeightsError) as caught:
        start_from(network, source)
    for part in expected:
        assert part in str(caught.value)
    assert_equal(network.published_state(), before)


def test_a_missing_key_of_the_base_is_no_random_layer(path, extension):
    rewritten(path, lambda state: state.pop("block2.bn1.weight"))
    assert_refused(
        extension,
        path,
        "affact.safetensors (nano): misses block2.bn1.weight. ",
        "A nano_ext starts from all weights of nano_ext or nano",
    )


def test_an_unknown_key_is_not_dropped(path, extension):
    rewritten(path, lambda state: state.update({"fc53.weight": torch.zeros(1)}))
    assert_refused(extension, path, "has unexpected fc53.weight")


def test_another_shape(path, extension):
    rewritten(path, lambda state: state.update({"attributes.bias": torch.zeros(39)}))
    assert_refused(extension, path, "attributes.bias (found 39, expected 40)")


def test_weights_that_are_no_numbers(path, extension):
    rewritten(path, lambda state: state["attributes.bias"].fill_(float("nan")))
    assert_refused(extension, path, "NaN or infinity at attributes.bias")


def test_an_extension_that_lost_its_layer_is_not_its_base(path, extension):
    rewritten(path, lambda state: None, "nano_ext")
    assert_refused(extension, path, "(nano_ext): misses fc52.weight, fc52.bias")


def test_half_of_the_new_layer_is_missing(trained, extension):
    state = {**trained.published_state(), "fc52.weight": torch.eye(40)}
    assert_refused(extension, state, "the state dict to start from (nano_ext): misses fc52.bias.")


def test_a_state_dict_without_a_key_of_the_base(trained, extension):
    state = copied(trained)
    del state["conv1.weight"]
    assert_refused(extension, state, "the state dict to start from (nano): misses conv1.weight.")


def test_a_base_does_not_start_from_its_extension(tmp_path, extension):
    path = tmp_path / "extension.safetensors"
    save_weights(extension, path)
    expected = "holds the weights of nano_ext; expected those of nano for a nano to start from"
    assert_refused(build("nano", 40), path, f"{path}: {expected}")


def test_another_network(tmp_path, extension):
    path = tmp_path / "other.safetensors"
    save_state({"conv1.weight": torch.zeros(1)}, "affact", path)
    assert_refused(extension, path, f"{path}: holds the weights of affact; expected those of nano_")


def test_imagenet_weights_are_named_elsewhere(tmp_path, extension):
    path = tmp_path / "imagenet.safetensors"
    save_state({"conv1.weight": torch.zeros(1)}, "resnet50", path)
    assert_refused(
        extension, path, "holds the weights of resnet50; expected", "models.<name>.pretrained"
    )


def test_files_that_are_no_weights(tmp_path, trained, extension):
    assert_refused(extension, tmp_path / "none.safetensors", "none.safetensors: no such file")
    pickled = tmp_path / "weights.pth"
    torch.save(trained.published_state(), pickled)
    assert_refused(extension, pickled, "is a PyTorch pickle", "heed import-weights")
    bare = tmp_path / "bare.safetensors"
    save_file({key: tensor.contiguous() for key, tensor in copied(trained).items()}, bare)
    assert_refused(extension, bare, "does not say which network it belongs to")


def test_the_identity_replaces_no_trained_layer(tmp_path, extension):
    path = tmp_path / "extension.safetensors"
    save_weights(extension, path)
    with pytest.raises(ValueError, match=r"found the weights of nano_ext, .* new_layer: random"):
        start_from(extension, path, new_layer="identity")
