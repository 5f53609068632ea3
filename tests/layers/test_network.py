"""A network that cannot be run on images alone is refused by all that watch one."""

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from heed.base.errors import InputError
from heed.layers.features import LayerFeatures
from heed.layers.listing import layers_of
from heed.layers.network import network_of
from heed.layers.silencing import silenced
from heed.layers.streaming import features_of

IMAGES = np.zeros((2, 8, 8, 3), np.uint8)
NETWORK = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU())
LAYER = layers_of(NETWORK, IMAGES)[0]


class Pairs(nn.Module):
    """Of two images."""

    def __init__(self, least: int = 0) -> None:
        super().__init__()
        self.conv, self.least = nn.Conv2d(3, 4, 3), least

    def forward(self, left: Tensor, right: Tensor) -> Tensor:
        return self.conv(left) + self.conv(right)


class WithAnOption(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)

    def forward(self, images: Tensor, scale: float = 1.0, *rest: object, **more: object) -> Tensor:
        return self.conv(images) * scale


class OnMeta(nn.Module):
    """Of whose tensors a buffer alone has no values."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)
        self.register_buffer("mean", torch.zeros(3, 1, 1, device="meta"))

    def forward(self, images: Tensor) -> Tensor:
        return self.conv(images - self.mean)


REFUSED = [
    (Pairs(), r"Pairs.forward takes \(left: .*, right: .*\).*; expected one that is called with a"),
    (nn.Bilinear(8, 8, 2), "wrap it in a module whose forward"),
    (nn.Conv2d(3, 4, 3, device="meta"), "weight of Conv2d lies on the device meta"),
    (OnMeta(), "mean of OnMeta lies on the device meta, without values; expected weights"),
    (torch.jit.script(nn.ReLU()), "no TorchScript"),
    (None, "found NoneType; expected a torch.nn.Module"),
]


@pytest.mark.parametrize(("network", "said"), REFUSED)
def test_what_cannot_be_run_is_refused_everywhere(network: nn.Module, said: str) -> None:
    with pytest.raises(InputError, match=said):
        layers_of(network, IMAGES)
    for batch_size in (None, 2):
        with pytest.raises(InputError, match=said):
            LayerFeatures(network, IMAGES, LAYER, batch_size=batch_size)
        with pytest.raises(InputError, match=said):
            next(features_of(network, IMAGES, [LAYER], batch_size=batch_size))
    with pytest.raises(InputError, match=said), silenced(network, LAYER, [0]):
        pass


def test_an_option_is_no_second_input() -> None:
    assert [layer.name for layer in layers_of(WithAnOption(), IMAGES)] == ["conv"]


def test_a_wrapper_is_looked_through() -> None:
    inner = WithAnOption()
    assert network_of(nn.DataParallel(inner)) is inner
    with pytest.raises(InputError, match=r"Pairs.forward takes"):
        network_of(nn.DataParallel(Pairs()))


def test_the_name_of_a_layer_is_none_to_be_silent() -> None:
    with pytest.raises(InputError, match="layer: found '0'"), silenced(NETWORK, "0", [0]):
        pass
