import pytest
import torch
from torch import nn

from heed.explain.batch_size import fitting_batch
from heed.networks.catalogue import build

IMAGE = torch.zeros(1, 3, 32, 32)


def test_it_follows_from_the_largest_features_by_hand():
    network = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.MaxPool2d(2), nn.Conv2d(8, 64, 1))
    an_image = 64 * 16 * 16 * 4 * 4  # bytes: of four such features
    for count, expected in ((1, 1), (2, 2), (3, 2), (4, 4), (1000, 512)):
        assert fitting_batch(network, IMAGE, count * an_image, 1024) == expected
        assert fitting_batch(network, IMAGE, count * an_image - 1, 1024) == max(
            1, expected if count & (count - 1) else expected // 2
        )
    assert fitting_batch(network, IMAGE, 2**40, 256) == 256
    assert fitting_batch(network, IMAGE, 1, 256) == 1  # something must pass


def test_larger_images_pass_in_smaller_batches():
    network = build("nano", 40)
    sizes = [fitting_batch(network, torch.zeros(1, 3, s, s), 2**27, 256) for s in (112, 224, 448)]
    assert sizes == [128, 32, 8]


def test_features_in_tuples_count_and_nothing_stays():
    network = nn.LSTM(4, 32, batch_first=True).train()
    image = torch.zeros(1, 16, 4)
    assert fitting_batch(network, image, 4 * 4 * 16 * 32 * 8, 256) == 8
    assert network.training
    assert not network._forward_hooks


@pytest.mark.parametrize("precision", [torch.float32, torch.bfloat16])
def test_the_precision_of_a_network_changes_nothing(precision):
    network = nn.Conv2d(3, 8, 1).to(precision)
    assert fitting_batch(network, IMAGE.to(precision), 2**20, 256) == 8
