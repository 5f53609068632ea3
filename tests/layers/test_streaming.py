"""Which layers come from one pass, and that none of them stays in memory."""

import numpy as np
import pytest
import torch
from torch import nn

from heed.layers.streaming import features_of
from tests.layers.test_features import IMAGES, LAYERS, SMALL, N, all_of, pixels


def passes_of(network: nn.Module, run) -> list[int]:
    """How many modules each pass comes to the end of."""
    count = []
    handles = [
        network.register_forward_pre_hook(lambda *_: count.append(0)),
        *(
            module.register_forward_hook(lambda *_: count.append(count.pop() + 1))
            for module in network
        ),
    ]
    try:
        run()
    finally:
        for handle in handles:
            handle.remove()
    return count


@pytest.mark.parametrize(
    ("memory", "disk", "expected"),
    [
        # Three quarters are for features, which take 0.103, 0.103 and 0.018 MiB, or for blocks of
        # 0.018 MiB, 6, 6 and 1 of them. A pass that stops in module i has come to the end of i.
        (0.3, 0, [2]),
        (0.28, 0, [1, 2]),
        (0.14, 0, [0, 1, 2]),
        (0.08, 1, [2]),
        (0.05, 1, [1, 2]),
        (0.05, 0, [0, 0, 0, 1, 1, 1, 2]),
    ],
)
def test_layers_that_fit_together_come_from_one_pass_that_stops_behind_the_last(
    memory, disk, expected
):
    layers, three = [], []

    def run() -> None:
        for each in features_of(
            SMALL,
            IMAGES,
            [*reversed(LAYERS), LAYERS[0]],
            memory=memory,
            disk=disk,
            width=800,
            batch_size=N,
        ):
            layers.append(each.layer)
            three.append(all_of(each))

    found = passes_of(SMALL, run)
    assert layers == list(LAYERS)
    with torch.no_grad():
        for number, features in enumerate(three):
            want = SMALL[: number + 1](pixels()).flatten(1).numpy()
            np.testing.assert_allclose(features, want, rtol=1e-4, atol=1e-5)
    assert found == expected


def test_each_is_closed_when_the_next_is_asked_for_and_comes_anew():
    before = None
    for each in features_of(SMALL, IMAGES, LAYERS):
        assert before is None or before._store is None
        assert each._store is not None
        before = each
    assert before._store is None
    assert all_of(before).any()
    before.close()


def test_none_stays_where_the_reader_stops():
    several = features_of(SMALL, IMAGES, LAYERS)
    first = next(several)
    several.close()
    assert first._store is None
