import numpy as np
import pytest
import torch
from torch import nn

from heed.explain.placement import Placement
from heed.metrics.deletion import cells_of_pixels
from heed.metrics.perturbing.deletion_and_insertion import deletion_auc, insertion_auc
from heed.metrics.perturbing.faithfulness import faithfulness
from heed.metrics.perturbing.monotonicity import monotonicity, rising_steps
from heed.metrics.perturbing.perturbations import Perturbations
from heed.metrics.perturbing.road import road
from heed.metrics.perturbing.sensitivity_n import sensitivity_n

IMAGES = torch.rand(3, 2, 8, 12, generator=torch.Generator().manual_seed(0))


class Network(nn.Module):
    def __init__(self, outputs=4):
        super().__init__()
        torch.manual_seed(1)
        self.last = nn.Linear(2 * 8 * 12, outputs)
        self.shown = []
        self.modes = []

    def forward(self, images):
        self.shown.append(images.clone())
        self.modes.append(self.training)
        return self.last(images.flatten(1))


def test_images_in_part_are_what_they_are_said_to_be():
    network = Network()
    asked = Perturbations(network, IMAGES, (2, 3), "mean", batch_size=2)
    kept = np.array([[[1, 0, 0, 0, 0, 1], [1, 1, 1, 1, 1, 1]]], bool)
    found = asked.logits(kept)
    assert found.shape == (3, 2, 4)
    expected = IMAGES.mean(dim=(2, 3), keepdim=True).expand_as(IMAGES).clone()
    expected[:, :, :4, :4], expected[:, :, 4:, 8:] = IMAGES[:, :, :4, :4], IMAGES[:, :, 4:, 8:]
    with torch.no_grad():
        for number, images in enumerate((expected, IMAGES)):
            logits = network(images).numpy()
            np.testing.assert_allclose(found[:, number], logits, atol=1e-5)
    np.testing.assert_allclose(asked.own, found[:, 1])


def test_each_is_asked_once_whoever_asks():
    network = Network().train()
    asked = Perturbations(network, IMAGES, (2, 3), batch_size=4)
    kept = np.random.default_rng(0).random((3, 7, 6)) < 0.5
    kept[:, 3] = kept[:, 5] = True
    found = asked.logits(kept)
    distinct = sum(len({row.tobytes() for row in rows}) for rows in kept)
    assert asked.passes == distinct == sum(map(len, network.shown))
    assert max(map(len, network.shown)) == 4
    again = asked.logits(kept[:, ::-1])
    np.testing.assert_array_equal(again, found[:, ::-1])
    np.testing.assert_array_equal(asked.own, found[:, 3])
    assert asked.passes == distinct
    assert not any(network.modes)  # eval mode,
    assert network.training  # and afterwards as it was
    assert not IMAGES.requires_grad


def test_cells_may_be_where_they_look():
    numbers = cells_of_pixels(8, 2, Placement.half_pixel(8, 2))
    images = IMAGES[..., :8]
    network = lambda few: few.sum((2, 3))  # noqa: E731
    by_numbers = Perturbations(network, images, numbers, "zero")
    by_grid = Perturbations(network, images, (2, 2), "zero")
    kept = np.eye(4, dtype=bool)[None]
    np.testing.assert_array_equal(by_numbers.logits(kept), by_grid.logits(kept))
    odd = np.zeros((8, 8), np.intp)
    odd[3:, 2:] = 1
    found = Perturbations(network, images, odd, "zero").logits([[[False, True]]])
    np.testing.assert_allclose(found[:, 0], images[:, :, 3:, 2:].sum((2, 3)), rtol=1e-5)


def test_noise_is_that_of_the_image_and_its_cells_alone():
    network = lambda few: few[:, :, :, 0].flatten(1)  # noqa: E731
    kept = np.random.default_rng(0).random((3, 5, 6)) < 0.6
    told = {"cells": (2, 3), "filling": "linear"}
    one = Perturbations(network, IMAGES, **told).logits(kept)
    other = Perturbations(network, IMAGES, **told)
    backwards = np.concatenate([other.logits(kept[:, [i]]) for i in range(5)[::-1]], axis=1)
    np.testing.assert_array_equal(backwards[:, ::-1], one)
    assert not np.array_equal(Perturbations(network, IMAGES, seed=1, **told).logits(kept), one)
    whole = Perturbations(network, IMAGES, **told).own
    np.testing.assert_array_equal(whole, network(IMAGES))


def test_probabilities_are_of_the_answers_to_the_whole_image():
    network = Network()
    asked = Perturbations(network, IMAGES - 0.5, (2, 3), "zero")
    logits = asked.logits(~np.eye(6, dtype=bool)[None])
    sure = asked.probabilities(logits)
    assert (asked.own < 0).any()
    assert (asked.own > 0).any()
    yes = torch.from_numpy(logits).sigmoid().numpy()
    np.testing.assert_allclose(sure, np.where(asked.own[:, None] < 0, 1 - yes, yes))
    classes = Perturbations(network, IMAGES - 0.5, (2, 3), "zero", answers="classes")
    expected = torch.from_numpy(logits).softmax(-1).numpy()
    np.testing.assert_allclose(classes.probabilities(logits), expected)
    assert (classes.signs() == 1).all()
    assert np.isfinite(asked.probabilities(logits * 1e5)).all()


@pytest.mark.parametrize("filling", ["blur", "mean", "zero", "linear"])
def test_how_images_lie_in_memory_does_not_matter(filling):
    network, kept = Network(), np.random.default_rng(0).random((1, 5, 6)) < 0.4
    expected = Perturbations(network, IMAGES, (2, 3), filling).logits(kept)
    last = IMAGES.contiguous(memory_format=torch.channels_last)
    permuted = IMAGES.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2)
    for images in (last, permuted, IMAGES.transpose(2, 3).contiguous().transpose(2, 3)):
        assert not images.is_contiguous()
        found = Perturbations(network, images, (2, 3), filling).logits(kept)
        np.testing.assert_allclose(found, expected, atol=1e-5)


def test_images_that_are_edited_afterwards_change_nothing():
    network, images = Network(), IMAGES.clone()
    asked = Perturbations(network, images, (2, 3))
    images.zero_()
    np.testing.assert_array_equal(asked.own, Perturbations(network, IMAGES, (2, 3)).own)
    kept = np.eye(6, dtype=bool)[None]
    expected = Perturbations(network, IMAGES, (2, 3)).logits(kept)
    np.testing.assert_array_equal(asked.logits(kept), expected)


@pytest.mark.parametrize("filling", ["blur", "mean", "zero", "linear"])
@pytest.mark.parametrize("answers", ["binary", "classes"])
def test_of_no_images_and_of_no_outputs_nothing_is_said(filling, answers):
    for images, outputs in ((IMAGES[:0], 4), (IMAGES, 0), (IMAGES[:0], 0)):
        told = {"filling": filling, "answers": answers}
        asked = Perturbations(Network(outputs), images, (2, 3), **told)
        maps, shape = np.ones((len(images), outputs, 2, 3)), (len(images), outputs)
        for metric in (faithfulness, monotonicity, rising_steps, deletion_auc, insertion_auc):
            assert metric(maps, asked).shape == shape
        assert faithfulness(np.ones((*shape, 8, 12)), asked).shape == shape
        assert sensitivity_n(maps, asked, [2]).shape == (*shape, 1)
        assert asked.logits(np.ones((1, 0, 6), bool)).shape == (len(images), 0, outputs)
        if filling == "linear":
            assert road(maps, asked).shape == (*shape, 9)


def test_tensors_with_a_gradient_are_taken():
    asked = Perturbations(Network(), IMAGES, (2, 3))
    maps = torch.randn(3, 4, 2, 3)
    for kind in (torch.float32, torch.bfloat16):
        exact = maps.to(kind).float().numpy()
        found = asked.in_cells(maps.to(kind).clone().requires_grad_())
        np.testing.assert_array_equal(found, exact.reshape(3, 4, 6))


def test_pixels_that_are_cells_are_read_by_their_numbers():
    numbers = np.random.default_rng(0).permutation(96).reshape(8, 12)
    asked = Perturbations(Network(), IMAGES, numbers, "zero")
    maps = np.random.default_rng(1).normal(size=(3, 4, 8, 12))
    in_rows = Perturbations(Network(), IMAGES, (8, 12), "zero")
    np.testing.assert_array_equal(asked.in_cells(maps)[..., numbers], maps)
    found = deletion_auc(maps, asked, steps=4)
    np.testing.assert_allclose(found, deletion_auc(maps, in_rows, steps=4))


@pytest.mark.parametrize("cells", [(7, 7), (5, 5), (3, 8), (1, 1)])
@pytest.mark.parametrize("value", [0.1, 0.3, 0.7, -0.1])
def test_a_map_of_equal_pixels_is_uniform_over_cells_of_any_size(cells, value):
    images = torch.rand(2, 3, 56, 56, generator=torch.Generator().manual_seed(0))
    asked = Perturbations(lambda few: few[:, :, ::9, ::5].mean((2, 3)), images, cells, "zero")
    maps = np.full((2, 3, 56, 56), value)
    for metric in (faithfulness, monotonicity, rising_steps, deletion_auc, insertion_auc):
        assert np.isnan(metric(maps, asked)).all()
    if cells != (1, 1):
        assert np.isnan(sensitivity_n(maps, asked, [1], draws=9)).all()


def test_pixels_are_summed_over_cells():
    asked = Perturbations(Network(), IMAGES, (2, 3))
    maps = np.random.default_rng(0).normal(size=(3, 4, 8, 12))
    expected = maps.reshape(3, 4, 2, 4, 3, 4).sum((3, 5)).reshape(3, 4, 6)
    np.testing.assert_allclose(asked.in_cells(maps), expected)
    cells = maps[..., :2, :3]
    np.testing.assert_array_equal(asked.in_cells(cells), cells.reshape(3, 4, 6))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Perturbations(Network(), IMAGES[0], (2, 3)), r"found torch\.float32 \(2, 8, 12\)"),
        (lambda: Perturbations(Network(), IMAGES.int(), (2, 3)), r"torch\.int32"),
        (lambda: Perturbations(Network(), IMAGES.numpy(), (2, 3)), "found ndarray"),
        (lambda: Perturbations(Network(), IMAGES, (9, 3)), r"cells: found \(9, 3\)"),
        (lambda: Perturbations(Network(), IMAGES, (2, 3), "grey"), "filling: found 'grey'"),
        (lambda: Perturbations(Network(), IMAGES, (2, 3), answers="one"), "answers: found 'one'"),
        (lambda: Perturbations(Network(), IMAGES, (2, 3)).logits(np.ones((3, 6))), "kept: found"),
        (lambda: Perturbations(Network(), IMAGES, (2, 3)).in_cells(np.ones((3, 4, 3, 3))),
         r"maps: found \(3, 4, 3, 3\); expected \(3, 4, 2, 3\) of 6 cells"),
        (lambda: Perturbations(Network(), IMAGES, (2, 3)).in_cells(np.ones((3, 1, 2, 3))),
         r"maps: found \(3, 1, 2, 3\); expected \(3, 4, 2, 3\)"),
        (lambda: Perturbations(Network(), IMAGES, (2, 3)).in_cells(np.ones((3, 4, 3, 2))),
         r"maps: found \(3, 4, 3, 2\); expected \(3, 4, 2, 3\)"),
        (lambda: Perturbations(Network(), IMAGES, (2, 3)).in_cells(np.full((3, 4, 2, 3), np.inf)),
         "maps: found an infinite value"),
        (lambda: Perturbations(Network(), IMAGES, (2, 3)).in_cells(1j * np.ones((3, 4, 2, 3))),
         "maps: found values of complex128"),
        (lambda: Perturbations(lambda few: few.sum(), IMAGES, (2, 3)).own, "expected logits"),
        (lambda: Perturbations(lambda few: few.sum((2, 3)) / 0, IMAGES, (2, 3)).own, "finite"),
        (lambda: Perturbations(lambda few: {"logits": few}, IMAGES, (2, 3)).own, "found dict; exp"),
        (lambda: Perturbations(lambda few: (few,), IMAGES, (2, 3)).own, "found tuple; expected a"),
        (lambda: Perturbations(lambda few: few.numpy(), IMAGES, (2, 3)).own, "found ndarray; exp"),
        (lambda: Perturbations(lambda few: 1j * few, IMAGES, (2, 3)).own, "found a tensor of"),
        (lambda: Perturbations(
            lambda few: few.flatten(1)[:, : len(few)], IMAGES, (2, 3), batch_size=2).own,
         "found 1 logits an image, and before 2"),
        (lambda: Perturbations(Network(), IMAGES, (2, 3), batch_size=0), "batch_size: found 0"),
        (lambda: Perturbations(Network(), IMAGES, (2, 3), batch_size=2.5), "batch_size: found 2.5"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
