"""Every map loss: values by hand, gradients against finite differences, the ends of its range."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from torch import Tensor

from heed.base.errors import InputError
from heed.guidance.catalogue import LOSSES, map_loss
from heed.guidance.losses.iou import hard_iou
from heed.metrics.intersection_over_union import intersection_over_union

LOOKING = [name for name in LOSSES if LOSSES[name].looks]
SHAPE = (2, 2, 3, 4)
shares = st.floats(0, 1, width=32)
cells = arrays(np.float32, SHAPE, elements=shares | st.sampled_from([0.0, 1.0]))
cell_weights = arrays(np.float32, SHAPE, elements=st.sampled_from([0.0, 1.0, 3.0]))


def drawn(seed: int) -> tuple[Tensor, Tensor, Tensor]:
    generator = torch.Generator().manual_seed(seed)
    maps, regions, weights = torch.rand(3, *SHAPE, generator=generator, dtype=torch.float64)
    return maps, (regions * 2 - 0.6).clamp(0, 1), 1 + 2 * weights.round()


def differences(loss, maps: Tensor, regions: Tensor, weights: Tensor | None) -> Tensor:
    """The gradient of the sum by central differences."""
    step, found = 1e-6, torch.zeros_like(maps)
    for place in range(maps.numel()):
        change = torch.zeros(maps.numel(), dtype=maps.dtype)
        change[place] = step
        change = change.view(maps.shape)
        above, below = (
            loss(maps + sign * change, regions, weights).double().sum() for sign in (1, -1)
        )
        found.view(-1)[place] = (above - below) / (2 * step)
    return found


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("weighted", [False, True])
def test_gradients_are_those_of_finite_differences(name: str, weighted: bool) -> None:
    maps, regions, weights = drawn(0)
    given_weights = weights if weighted else None
    loss = map_loss(name)
    maps.requires_grad_()
    value = loss(maps, regions, given_weights)
    assert value.shape == SHAPE[:2]
    if not value.requires_grad:
        assert not loss.looks
        return
    (gradient,) = torch.autograd.grad(value.sum(), maps)
    assert gradient.abs().max() > 1e-3
    expected = differences(loss, maps.detach(), regions, given_weights)
    torch.testing.assert_close(gradient, expected, rtol=1e-4, atol=1e-8)
    assert torch.autograd.gradcheck(lambda m: loss(m, regions, given_weights), maps, rtol=1e-4)


@pytest.mark.parametrize("name", LOSSES)
@settings(max_examples=60, deadline=None)
@given(cells, cells, cell_weights)
def test_losses_and_gradients_are_finite_whatever_the_maps(name, maps, regions, weights) -> None:
    loss = map_loss(name)
    given_maps = torch.from_numpy(maps).requires_grad_()
    value = loss(given_maps, torch.from_numpy(regions), torch.from_numpy(weights))
    assert value.isfinite().all()
    assert (value >= -1e-5).all()
    if value.requires_grad:
        value.sum().backward()
        assert given_maps.grad is not None
        assert given_maps.grad.isfinite().all()


@pytest.mark.parametrize("steepness", [0.1, 10.0, 1e4])
def test_the_iou_loss_is_finite_however_steep(steepness: float) -> None:
    maps = torch.tensor([[[[0.0, 0, 1, 1]]]], requires_grad=True)
    value = map_loss("iou", steepness=steepness)(maps, torch.tensor([1.0, 1, 0, 0]))
    value.sum().backward()
    assert value.isfinite().all()
    assert maps.grad is not None
    assert maps.grad.isfinite().all()
    assert (maps.grad[..., :2] < 0).all()  # disjoint: it still pulls into the region


@pytest.mark.parametrize("name", LOSSES)
def test_an_empty_region_asks_for_nothing(name: str) -> None:
    maps, regions, _ = drawn(1)
    regions[0, 1] = 0
    maps.requires_grad_()
    value = map_loss(name)(maps, regions)
    assert value[0, 1] == 0
    if value.requires_grad:
        value.sum().backward()
        assert maps.grad is not None
        assert not maps.grad[0, 1].any()
        assert maps.grad[0, 0].any()


# Of an empty map, a map that lies all inside, and a disjoint one; by hand.
ENDS = {
    "iou": (lambda s: -np.log(2 * s / (2 * s + 2 - 2 * s + 2 * s)), None, None),
    "centre": (lambda s: 1.0, lambda: 0.0, lambda: 2.0),
    "energy": (lambda s: 1.0, lambda: 0.0, lambda: 1.0),
    "none": (lambda s: 0.0, lambda: 0.0, lambda: 0.0),
}


@pytest.mark.parametrize("name", LOSSES)
def test_the_ends_have_their_documented_values(name: str) -> None:
    loss = map_loss(name)
    region = torch.tensor([[1.0, 1, 0, 0]], dtype=torch.float64)
    empty = torch.zeros(1, 1, 1, 4, dtype=torch.float64)
    idle = 1 / (1 + np.exp(5))  # how active a cell of 0 is
    busy = 1 - idle
    of_empty, of_inside, of_disjoint = ENDS[name]
    assert float(loss(empty, region)) == pytest.approx(of_empty(idle), abs=1e-12)
    inside = torch.tensor([[[[1.0, 1, 0, 0]]]], dtype=torch.float64)
    expected = of_inside() if of_inside else -np.log(2 * busy / (2 + 2 * idle))
    assert float(loss(inside, region)) == pytest.approx(expected, abs=1e-12)
    expected = of_disjoint() if of_disjoint else -np.log(2 * idle / (2 + 2 * busy))
    assert float(loss(inside.flip(-1), region)) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("name", LOOKING)
def test_a_cell_of_weight_three_counts_as_three(name: str) -> None:
    maps = torch.tensor([[[[0.9], [0.4], [0.2]]]], dtype=torch.float64)
    regions = torch.tensor([[[[1.0], [0.5], [0.0]]]], dtype=torch.float64)
    weights = torch.tensor([[3.0], [1.0], [1.0]])
    # Side by side, so that the three are in the same row, as the weighted one is.
    three = [torch.cat([t, t * t.new_tensor([[1.0], [0], [0]]),
                        t * t.new_tensor([[1.0], [0], [0]])], dim=-1)
             for t in (maps, regions)]  # fmt: skip
    counted = torch.tensor([[1.0, 1, 1], [1, 0, 0], [1, 0, 0]])
    loss = map_loss(name)
    weighted, repeated = loss(maps, regions, weights), loss(*three, counted)
    if name != "centre":  # which also sees that they lie side by side; rows are the same
        torch.testing.assert_close(weighted, repeated)
        return
    assert float(weighted) == pytest.approx(abs((0.4 + 0.4) / 3.3 - 0.5 / 3.5))


@pytest.mark.parametrize("name", LOOKING)
def test_a_loss_falls_as_the_map_moves_into_its_region(name: str) -> None:
    region = torch.zeros(7, 7)
    region[4:6, 2:5] = 1
    values = []
    for row in (0, 2, 4):
        maps = torch.zeros(1, 1, 7, 7)
        maps[..., row : row + 2, 2:5] = 1
        values.append(float(map_loss(name)(maps, region)))
    assert values[0] >= values[1] >= values[2]
    assert values[0] > values[2]


def test_the_hard_iou_is_that_of_pixels() -> None:
    generator = torch.Generator().manual_seed(0)
    maps = torch.rand(20, 3, 3, generator=generator)
    masks = (torch.rand(20, 12, 12, generator=generator) < 0.4).numpy()
    masks[0] = False
    maps[1] = 0
    coverage = torch.from_numpy(masks).float().unflatten(2, (3, 4)).unflatten(1, (3, 4))
    found = hard_iou(maps, coverage.mean((2, 4)), threshold=0.6)
    pixels = maps.repeat_interleave(4, 1).repeat_interleave(4, 2)
    expected = intersection_over_union(pixels, masks, threshold=0.6)
    np.testing.assert_allclose(found, expected, rtol=1e-5)
    assert found[0].isnan()
    assert found[1] == 0
    maps[2, 0, 0] = torch.nan
    assert hard_iou(maps, coverage.mean((2, 4)))[2].isnan()


def test_the_soft_iou_of_a_steep_sigmoid_is_the_hard_one() -> None:
    maps, regions, weights = drawn(2)
    soft = map_loss("iou", steepness=1e5, threshold=0.4)(maps, regions, weights)
    torch.testing.assert_close((-soft).exp(), hard_iou(maps, regions, 0.4, weights))


def test_what_does_not_fit_is_refused() -> None:
    maps = torch.rand(2, 1, 3, 3)
    for told, message in (
        ((maps[0], maps), r"maps: found \(1, 3, 3\)"),
        ((maps, torch.rand(4, 4)), r"regions: found \(4, 4\)"),
        ((maps, maps, torch.rand(2)), r"cell_weights: found \(2,\)"),
        ((maps.numpy(), maps), "maps: found ndarray, which is no tensor"),
        ((maps > 0.5, maps), r"maps: found torch.bool \(2, 1, 3, 3\)"),
        ((maps, maps.tolist()), "regions: found list, which is no tensor"),
        ((maps, maps, 3.0), "cell_weights: found float, which is no tensor"),
    ):
        with pytest.raises(InputError, match=message):
            map_loss("energy")(*told)
    with pytest.raises(InputError, match="loss: found 'dice'; expected 'centre', 'energy'"):
        map_loss("dice")
    with pytest.raises(InputError, match="found the parameter 'sharpness'; it has threshold, ste"):
        map_loss("iou", sharpness=2)
    with pytest.raises(InputError, match=r"threshold: found '0\.5'; expected a number"):
        map_loss("iou", threshold="0.5")
    with pytest.raises(InputError, match="steepness: found 0"):
        map_loss("iou", steepness=0)
    with pytest.raises(InputError, match="threshold: found 2"):
        map_loss("iou", threshold=2)


@pytest.mark.parametrize("name", LOSSES)
def test_what_would_be_a_plausible_number_of_wrong_values_is_refused(name: str) -> None:
    """Raw maps, 8-bit masks, regions that hold NaN: of most a loss is a number, and a wrong one."""
    loss, maps = map_loss(name), torch.full((1, 1, 2, 2), 0.5)
    maps[..., 0] = 0
    inside = torch.tensor([[0.0, 0], [1, 1]])
    for told, message in (
        ((7 * maps, inside), "maps: found 0 to 3.5; expected 0..1, as scaled"),
        ((-maps, inside), "maps: found -0.5 to -0; expected 0..1"),
        ((maps, 255 * inside), "regions: found 0 to 255; expected shares of cells"),
        ((maps, inside - 1), "regions: found -1 to 0"),
        ((maps, torch.nan * inside), "regions: found nan"),
        ((maps, inside, -inside), "cell_weights: found -1 to -0; expected finite weights"),
        ((maps, inside, inside / 0), "cell_weights: found"),
    ):
        with pytest.raises(InputError, match=message):
            loss(*told)
    off = 1 + 1e-5  # rounding is none of this
    assert loss(maps * off, inside * off).isfinite().all()
    # What a network that diverges gives is for its trainer to see.
    lost = loss(torch.nan * maps, inside)
    assert lost.isnan().all() or not loss.looks
