"""A unit that alone carries an attribute is silenced, and the layers behind it lose it."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn

from heed.layers.layer import Layers
from heed.layers.listing import layers_of
from heed.probing import network_probe, silenced_probe
from heed.probing.faces import LabelledFaces
from heed.probing.network_probe import probe_network
from heed.probing.run_settings import LayersParams, SilenceParams, VipParams
from heed.probing.schema import checked
from heed.probing.silenced_probe import at_depth, silence_network, spread
from tests.probing.small_faces import PARAMS, RARE, SEEN, small_faces

Probed = tuple[LabelledFaces, pd.DataFrame]

WANTED = LayersParams(names=["*"], kinds=["conv", "activation", "pooling"])


def one_channel_tells() -> nn.Module:
    """Channel 1 passes the red of its pixel on; the others are constant or nearly so."""
    network = nn.Sequential(
        nn.Conv2d(3, 3, 1), nn.ReLU(), nn.Conv2d(3, 3, 1), nn.ReLU(), nn.MaxPool2d(2)
    ).eval()
    with torch.no_grad():
        for convolution in (network[0], network[2]):
            assert isinstance(convolution, nn.Conv2d)
            convolution.weight.zero_()
            assert convolution.bias is not None
            convolution.bias.zero_()
        network[0].weight[1, 0] = 1  # type: ignore[index, union-attr]
        network[2].weight[:, 1] = 1  # type: ignore[index, union-attr]
    return network


@pytest.fixture(scope="module")
def probed(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Probed]:
    """Faces, and the probes of a network of one training that needs no file."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (network_probe, silenced_probe):
            patch.setattr(module, "weights_of", lambda name: [Path("0.safetensors")])
            patch.setattr(module, "load_stored", lambda file: one_channel_tells())
        faces = small_faces(tmp_path_factory.mktemp("faces"))
        vip = VipParams(neurons=3, bins=2)
        yield faces, probe_network("small", faces, WANTED, PARAMS, vip).probes


def silence(probed: Probed, **values: object) -> pd.DataFrame:
    faces, intact = probed
    given = {"attributes": [SEEN], "depths": [10.0], "shares": [0.01, 0.4], "later": 2, **values}
    params = SilenceParams.model_validate(given)
    table = silence_network("small", faces, intact, WANTED, PARAMS, params)
    before = intact.set_index(["layer", "attribute", "unit"])["accuracy"]
    for row in table.itertuples():
        whole = before[row.layer, row.attribute, row.unit]
        np.testing.assert_allclose(row.drop, whole - row.accuracy)
    return table


def test_what_the_silenced_neurons_alone_carry_is_lost(probed: Probed) -> None:
    table = checked(silence(probed), "silenced", "here")
    assert set(table["silenced"]) == {"0"}
    whole = table[table["unit"] == "layer"]
    few, all_of_channel = (whole[whole["share"] == share] for share in (0.01, 0.4))
    # A single pixel of the spot is silent: its neighbours tell the same. With the whole channel
    # nothing of the image is left, and no component is found.
    assert few["drop"].abs().max() < 0.2
    assert all_of_channel["accuracy"].isna().all()
    neurons = table[(table["unit"] == "neurons") & (table["share"] == 0.4)]
    assert neurons["drop"].min() > 0.3


def test_the_network_is_as_it_was_afterwards(probed: Probed) -> None:
    first, second = silence(probed), silence(probed)
    pd.testing.assert_frame_equal(first, second)


@pytest.mark.parametrize("attributes", [[], [RARE]])
def test_without_an_attribute_the_table_has_no_rows(probed: Probed, attributes: list[str]) -> None:
    table = silence(probed, attributes=attributes)
    assert table.empty
    checked(table, "silenced", "here")


def listed() -> Layers:
    modules = [m for _ in range(5) for m in (nn.Conv2d(3, 3, 1), nn.ReLU())]
    return layers_of(nn.Sequential(*modules).eval(), np.zeros((1, 4, 4, 3), np.uint8))


@pytest.mark.parametrize(("percent", "depth"), [(1, 1), (10, 1), (25, 3), (40, 3), (99, 7)])
def test_the_layer_nearest_to_a_share_of_the_depth(percent: float, depth: int) -> None:
    """Of ten layers (0 to 9) the five activations: 1, 3, 5, 7, 9, the last of which is none."""
    layers = listed()
    assert at_depth(layers.choose(kinds="activation"), layers, percent).depth == depth


def test_layers_behind_are_spread_to_the_last() -> None:
    layers = listed()
    assert [each.depth for each in spread(layers, layers[2], 3)] == [3, 6, 9]
    assert [each.depth for each in spread(layers, layers[7], 5)] == [8, 9]
    assert spread(layers, layers[9], 3) == []
