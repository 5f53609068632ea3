"""Face images: where they are cut, how they are drawn, and what is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heed.base.errors import InputError
from heed.geometry.photograph import PhotographError
from heed.recognition.images import Draws, FaceImages, InOrder, UniformIdentities, scaled
from tests.recognition.persons import write


@pytest.fixture
def ramp(tmp_path):
    """An image whose red says the column, and whose green the row; 60 wide, 40 high."""
    rows, columns = np.mgrid[:40, :60]
    pixels = np.stack([np.full_like(rows, 7), 4 * rows, 4 * columns], axis=2)
    write(tmp_path / "ramp.png", pixels.astype(np.uint8))  # OpenCV has blue first
    return tmp_path / "ramp.png"


@pytest.mark.parametrize(("side", "size"), [(40, (40, 60)), (80, (80, 120)), (13, (13, 20))])
def test_the_shorter_side_is_what_was_asked_for(ramp, side, size):
    assert scaled(ramp, side).shape == (*size, 3)


def test_large_photographs_are_reduced_while_they_are_decoded(tmp_path):
    pixels = np.zeros((400, 640, 3), np.uint8)
    pixels[:, 320:] = 200
    write(tmp_path / "large.jpg", pixels)
    small = scaled(tmp_path / "large.jpg", 48)
    assert small.shape == (48, 77, 3)
    assert small[:, :35].max() < 12
    assert small[:, 42:].min() > 188


def test_a_test_sees_the_middle(ramp):
    images = FaceImages([ramp], [3], side=40, crop=20)
    squares, classes = images[Draws(5, 0, [0, 0])]
    assert classes.tolist() == [3, 3]
    assert squares.shape == (2, 20, 20, 3)
    assert squares[0, 0, 0].tolist() == [4 * 20, 4 * 10, 7]
    np.testing.assert_array_equal(squares[0], squares[1])


def test_a_training_sees_any_square_as_often_and_some_in_grey(ramp):
    images = FaceImages([ramp], [0], side=40, crop=20, grey=0.25, seed=0)
    squares, _ = images[Draws(0, 0, [0] * 600)]
    grey = (squares[..., :1] == squares).all(axis=(1, 2, 3))
    assert 0.2 < grey.mean() < 0.3
    coloured = squares[~grey]
    left, top = coloured[:, 0, 0, 0] // 4, coloured[:, 0, 0, 1] // 4
    assert (left.min(), left.max()) == (0, 40)
    assert (top.min(), top.max()) == (0, 20)
    assert abs(left.mean() - 20) < 2
    assert abs(top.mean() - 10) < 1


def test_grey_is_the_luma_of_colours(ramp):
    coloured, grey = (
        FaceImages([ramp], [0], side=40, crop=20, grey=share, seed=0)[Draws(0, 0, [0])][0][0]
        for share in (0.0, 1.0)
    )
    luma = coloured @ [0.299, 0.587, 0.114]  # ITU-R BT.601
    np.testing.assert_allclose(grey, np.repeat(luma[..., None], 3, axis=2), atol=0.51)


def test_a_draw_depends_on_epoch_and_number_alone(ramp):
    images = FaceImages([ramp] * 9, np.zeros(9), side=40, crop=20, grey=0.5, seed=1)
    together, _ = images[Draws(2, 10, [4, 5, 6])]
    for place, row in enumerate([4, 5, 6]):
        alone, _ = images[Draws(2, 10 + place, [row])]
        np.testing.assert_array_equal(alone[0], together[place])
    other, _ = images[Draws(3, 10, [4, 5, 6])]
    assert (other != together).any()


@given(
    counts=st.lists(st.integers(1, 9), min_size=1, max_size=8),
    size=st.integers(2, 7),
    seed=st.integers(0, 3),
    epoch=st.integers(0, 3),
)
def test_all_persons_are_drawn_alike_whatever_they_have(counts, size, seed, epoch):
    classes = np.random.default_rng(seed).permutation(np.repeat(np.arange(len(counts)), counts))
    draws = UniformIdentities(classes, size, seed)
    draws.set_epoch(epoch)
    batches = list(draws)
    assert len(batches) == len(draws)
    assert [len(batch.rows) for batch in batches] == [draws.whole(i) for i in range(len(draws))]
    assert [batch.first for batch in batches] == [i * size for i in range(len(batches))]
    rows = [row for batch in batches for row in batch.rows]
    assert len(rows) == draws.count
    assert len(classes) == 1 or min(map(len, (batch.rows for batch in batches))) > 1
    drawn = np.bincount(classes[rows], minlength=len(counts))
    assert drawn.max() - drawn.min() <= 1  # of whole rounds, each person once
    assert [b.rows for b in draws] == [b.rows for b in batches]


def test_all_images_of_a_person_are_as_likely():
    draws = UniformIdentities([0, 1, 1, 1], 4, seed=0)
    counts = np.zeros(4)
    for epoch in range(500):
        draws.set_epoch(epoch)
        counts += np.bincount(draws.rows(), minlength=4)
    np.testing.assert_allclose(counts / counts.sum(), [1 / 2, 1 / 6, 1 / 6, 1 / 6], atol=0.02)


def test_in_order_every_image_comes_once():
    assert [draws.rows for draws in InOrder(5, 2)] == [[0, 1], [2, 3], [4]]


def test_what_does_not_fit_is_refused(ramp):
    with pytest.raises(InputError, match="expected one class for each image"):
        FaceImages([ramp], [0, 1], side=40, crop=20)
    with pytest.raises(InputError, match="crop: found 41; expected at most the side, 40"):
        FaceImages([ramp], [0], side=40, crop=41)
    with pytest.raises(InputError, match="found a person without images"):
        UniformIdentities([0, 2], 2, 0)
    ramp.write_bytes(ramp.read_bytes()[:100])
    with pytest.raises(PhotographError, match=r"ramp\.png"):
        FaceImages([ramp], [0], side=40, crop=20)[Draws(0, 0, [0])]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda path: FaceImages([path], [0], side=32.5, crop=32), "side: found 32.5"),
        (lambda path: FaceImages([path], [0], side=32, crop=0), "crop: found 0"),
        (lambda path: FaceImages([path], ["a"], side=32, crop=32), "classes: found <U1"),
        (lambda path: FaceImages([path], [0.5], side=32, crop=32), "classes: found .* fractions"),
        (lambda _: UniformIdentities([0, 1, -1], 2, 0), "classes: found .* from -1 on"),
        (lambda _: UniformIdentities([0, 1], 0, 0), "size: found 0"),
        (lambda _: UniformIdentities([0, 1], 2, -1), "seed: found -1"),
        (lambda _: InOrder(3, 0), "size: found 0"),
    ],
)
def test_numbers_that_are_none_are_refused(ramp, call, said):
    with pytest.raises(InputError, match=said):
        call(ramp)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(PhotographError, match=r"gone\.jpg: found no file that can be read"):
        scaled(tmp_path / "gone.jpg", 32)
