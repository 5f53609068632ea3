"""The network of a model, as its entry in params.yaml describes it."""

from heed.audit.models import ModelParams
from heed.celeba.attributes import ATTRIBUTE_COUNT
from heed.networks.catalogue import build
from heed.networks.named_weights import load_given
from heed.networks.network import Network
from heed.networks.of_torchvision import start_from_imagenet
from heed.networks.other import AUTO, OtherNetwork, other_network
from heed.networks.other_weights import load_into
from heed.networks.settings import TORCHVISION, is_other, mean_and_std
from heed.networks.state import WeightsError
from heed.networks.weights import load_pretrained
from heed.networks.weights_file import read_state


def to_train(model: ModelParams) -> Network | OtherNetwork:
    """A network with the weights that its training starts from, but for the start of its head.

    Args:
        model: with ``weights: train``.

    Raises:
        WeightsError: its pretrained weights are not those of this network.
        NetworkError: the network cannot be made.
    """
    if is_other(model.network):
        network = _other(model)
        if model.pretrained is not None:
            state, _ = read_state(model.pretrained)
            start_from_imagenet(network.network, model.network, state, model.pretrained)
        return network
    start = load_pretrained(model.pretrained, model.network) if model.pretrained else None
    return build(model.network, ATTRIBUTE_COUNT, start)


def with_given_weights(model: ModelParams, key: str) -> Network | OtherNetwork:
    """A network with the weights of the file that its entry names, or that its function gave it.

    Args:
        model: without ``weights: train``.
        key: ``models.<name>``, for messages.

    Raises:
        WeightsError: the file does not hold the weights of this network.
        NetworkError: the network cannot be made.
    """
    if not is_other(model.network):
        return load_given(model.weights, f"{key}.weights", model.network, ATTRIBUTE_COUNT)
    network = _other(model)
    if model.file is not None:
        state, name = read_state(model.file)
        if name not in (None, model.network, model.network.removeprefix(TORCHVISION)):
            raise WeightsError(
                f"params.yaml: {key}.weights: {model.file} holds the weights of {name}, but "
                f"{key}.network is {model.network}; make them agree"
            )
        load_into(network, state, model.file)
    return network.eval()


def _other(model: ModelParams) -> OtherNetwork:
    normalise = mean_and_std(model.network, model.normalise)
    return other_network(model.network, ATTRIBUTE_COUNT, model.layer or AUTO, normalise)
