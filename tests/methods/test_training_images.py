"""Which images train, with which labels, and how they are changed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heed.methods.training_images import TrainingImages, changed, chosen_rows, noisy_labels
from heed.training.crops import Batch

LABELS = np.where(np.arange(200) % 2 == 0, 1, -1).astype(np.int8)


@given(st.floats(0.01, 1), st.integers(0, 5))
def test_a_share_of_the_positive_images_is_chosen_and_all_negative_ones(
    share: float, seed: int
) -> None:
    rows = chosen_rows(LABELS, share, seed)
    kept = LABELS[rows]
    assert (kept < 0).sum() == 100
    assert (kept > 0).sum() == max(1, round(100 * share))
    assert (np.diff(rows) > 0).all()


def test_a_larger_share_holds_the_images_of_a_smaller_one() -> None:
    assert set(chosen_rows(LABELS, 0.25, 3)) < set(chosen_rows(LABELS, 0.5, 3))
    assert set(chosen_rows(LABELS, 0.25, 3)) != set(chosen_rows(LABELS, 0.25, 4))


@given(st.floats(0, 0.49), st.integers(0, 5))
def test_a_share_of_the_labels_is_turned(share: float, seed: int) -> None:
    turned = noisy_labels(LABELS, share, seed)
    assert (turned != LABELS).sum() == round(200 * share)
    assert set(turned) <= {-1, 1}
    assert (np.where(np.arange(200) % 2 == 0, 1, -1) == LABELS).all(), "the labels were written to"


@pytest.fixture
def images() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (6, 32, 32, 3), np.uint8)


def test_a_batch_has_the_rows_and_labels_of_the_run(images: np.ndarray) -> None:
    rows, labels = np.array([4, 1, 5]), np.array([1, -1, 1], np.int8)
    training = TrainingImages(images, rows, labels)
    pixels, found = training[Batch(0, [2, 0])]
    assert np.array_equal(pixels, images[[5, 4]])
    assert found.tolist() == [[1], [1]]
    assert len(training) == 3


def test_changes_follow_from_seed_epoch_and_row_alone(images: np.ndarray) -> None:
    def read(epoch: int, rows: list[int], seed: int = 0) -> np.ndarray:
        training = TrainingImages(images, np.arange(6), LABELS[:6], "jitter", seed)
        return training[Batch(epoch, rows)][0]

    assert np.array_equal(read(1, [0, 3])[1], read(1, [3])[0])
    assert not np.array_equal(read(1, [3]), read(2, [3]))
    assert not np.array_equal(read(1, [3]), read(1, [3], seed=1))
    before = images.copy()
    read(0, [0, 1, 2])
    assert np.array_equal(images, before), "the stored images were written to"


def test_a_flip_mirrors_about_half_of_the_images(images: np.ndarray) -> None:
    flipped = 0
    for seed in range(100):
        found = changed(images[0], "flip", np.random.default_rng(seed))
        mirrored = np.array_equal(found, images[0][:, ::-1])
        assert mirrored or np.array_equal(found, images[0])
        flipped += mirrored
    assert 30 < flipped < 70
