import io
import os
import pickle
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image
from torch.utils.data import DataLoader

from heed.affact.augmentation import Augmentation, Jitter, augmented_crop
from heed.affact.photographs import AugmentedPhotographs
from heed.geometry.photograph import PhotographError, crop
from heed.training.crops import Batch, Batches

SIZE = 64
COUNT = 23
LABELS = np.where(np.random.default_rng(1).random((COUNT, 40)) < 0.5, 1, -1)


def normal(std: float) -> dict[str, Any]:
    return {"enabled": True, "mean": 0, "std": std}


AUGMENTATION = Augmentation.model_validate(
    {
        "scale": normal(0.1),
        "angle": normal(20),
        "shift": normal(0.05),
        "mirror": {"enabled": True, "probability": 0.5},
        "blur": normal(1),
        "gamma": normal(1),
        "temperature": {"enabled": True, "low": 1000, "high": 10000, "step": 500},
    }
)


@pytest.fixture(scope="module")
def paths(tmp_path_factory) -> list[str]:
    """Different photographs, among names that are not ASCII."""
    folder = tmp_path_factory.mktemp("gesichter-ä")
    rng = np.random.default_rng(0)
    for number in range(COUNT):
        noise = rng.uniform(0, 255, (9, 7, 3)).astype(np.float32)
        soft = cv2.resize(noise, (70 + number, 90), interpolation=cv2.INTER_CUBIC)
        pixels = np.clip(soft, 0, 255).astype(np.uint8)
        Image.fromarray(pixels).save(folder / f"{number:06d}é.jpg", quality=95)
    return [str(folder / f"{number:06d}é.jpg") for number in range(COUNT)]


TRANSFORMS = np.tile([[0.8, 0.1, 4], [-0.1, 0.8, 5]], (COUNT, 1, 1))


def dataset(paths: list[str], **changed: Any) -> AugmentedPhotographs:
    arguments: dict[str, Any] = {
        "transforms": TRANSFORMS,
        "labels": LABELS,
        "size": SIZE,
        "augmentation": AUGMENTATION,
        "seed": 0,
    }
    return AugmentedPhotographs(paths, **arguments | changed)


def test_a_batch_is_the_jittered_crops_of_its_rows(paths) -> None:
    faces = dataset(paths)
    crops, labels = faces[Batch(3, [7, 0, 11])]
    assert (crops.dtype, crops.shape) == (np.uint8, (3, SIZE, SIZE, 3))
    assert labels.dtype == np.int8
    np.testing.assert_array_equal(labels, LABELS[[7, 0, 11]])
    assert len(faces) == COUNT
    for seen, row in zip(crops, (7, 0, 11), strict=True):
        content = Path(paths[row]).read_bytes()
        jitter = faces.jitter(3, row)
        expected = augmented_crop(content, TRANSFORMS[row], jitter, SIZE, "face")
        np.testing.assert_array_equal(seen, expected)


def test_without_augmentation_crops_are_plain(paths) -> None:
    crops, _ = dataset(paths, augmentation=None)[Batch(3, [5, 6])]
    for seen, row in zip(crops, (5, 6), strict=True):
        content = Path(paths[row]).read_bytes()
        np.testing.assert_array_equal(seen, crop(content, TRANSFORMS[row], SIZE, "face"))
    assert dataset(paths, augmentation=None).jitter(0, 0) == Jitter.none


def test_an_image_is_jittered_alike_in_any_batch(paths) -> None:
    faces = dataset(paths)
    whole, _ = faces[Batch(1, list(range(COUNT)))]
    for row in (4, 22):
        np.testing.assert_array_equal(faces[Batch(1, [row])][0][0], whole[row])


def test_epochs_and_seeds_differ_unless_the_jitter_is_fixed(paths) -> None:
    rows = list(range(5))
    first, second = (dataset(paths)[Batch(epoch, rows)][0] for epoch in (0, 1))
    assert all((a != b).any() for a, b in zip(first, second, strict=True))
    other = dataset(paths, seed=1)[Batch(0, rows)][0]
    assert all((a != b).any() for a, b in zip(first, other, strict=True))
    for epoch in (0, 1, 9):
        fixed = dataset(paths, fixed=True)[Batch(epoch, rows)][0]
        np.testing.assert_array_equal(fixed, first)


def loaded(faces: AugmentedPhotographs, workers: int, epochs: int) -> Iterator[np.ndarray]:
    """All crops of each epoch in the order in which they come."""
    batches = Batches(len(faces), 4, seed=0)
    loader = DataLoader(
        faces,
        sampler=batches,
        batch_size=None,
        num_workers=workers,
        persistent_workers=workers > 0,
        timeout=60 if workers else 0,
    )
    for epoch in range(epochs):
        batches.set_epoch(epoch)
        yield np.concatenate([crops.numpy() for crops, _ in loader])


def test_the_same_bytes_from_any_number_of_workers(paths) -> None:
    faces = dataset(paths)
    alone, one, two = (list(loaded(faces, workers, 2)) for workers in (0, 1, 2))
    assert not np.array_equal(alone[0], alone[1])
    np.testing.assert_array_equal(one, alone)
    np.testing.assert_array_equal(two, alone)


def test_workers_and_epochs_draw_different_numbers(paths) -> None:
    """The same photograph in every row, so that only the jitter can tell crops apart."""
    faces = dataset([paths[0]] * COUNT)
    crops = np.concatenate(list(loaded(faces, workers=2, epochs=2)))
    assert len({face.tobytes() for face in crops}) == 2 * COUNT


def test_it_can_be_sent_to_another_process(paths) -> None:
    faces = dataset(paths)
    again = pickle.loads(pickle.dumps(faces))
    np.testing.assert_array_equal(again[Batch(1, [3])][0], faces[Batch(1, [3])][0])


class Threads(AugmentedPhotographs):
    """Gives back how many threads OpenCV has after reading."""

    def __getitem__(self, batch: Batch) -> Any:
        super().__getitem__(batch)
        return cv2.getNumThreads()


def test_opencv_has_one_thread_in_workers_and_its_own_number_here(paths) -> None:
    before = cv2.getNumThreads()
    cv2.setNumThreads(2)
    try:
        # Threads that are running here are missing in a forked worker, which must not wait.
        cv2.GaussianBlur(np.zeros((2000, 2000, 3), np.uint8), (9, 9), 3)
        faces = Threads(paths, TRANSFORMS, LABELS, SIZE, None, 0)
        assert faces[Batch(0, [0])] == 2
        loader = DataLoader(
            faces, sampler=Batches(4, 2), batch_size=None, num_workers=1, timeout=60
        )
        assert list(loader) == [1, 1]
        assert cv2.getNumThreads() == 2
    finally:
        cv2.setNumThreads(before)


def test_paths_take_little_room() -> None:
    count = 20_000
    names = [f"/data/celeba/Img/img_celeba/{number:06d}.jpg" for number in range(count)]
    transforms = np.tile(TRANSFORMS[0], (count, 1, 1))
    labels = np.ones((count, 40), np.int8)
    tracemalloc.start()
    try:
        faces = dataset(names, transforms=transforms, labels=labels)
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert faces.path(123) == names[123]
    assert kept < 60 * count  # transforms and labels are the arrays that were given


def test_a_missing_file_is_named(paths, tmp_path) -> None:
    missing = str(tmp_path / "000007.jpg")
    faces = dataset([*paths[:-1], missing])
    with pytest.raises(PhotographError, match=r"000007\.jpg: found no file .*No such file"):
        faces[Batch(0, [COUNT - 1])]


def test_a_damaged_file_is_named_from_a_worker_too(paths, tmp_path) -> None:
    damaged = tmp_path / "000008.jpg"
    damaged.write_bytes(Path(paths[0]).read_bytes()[:40])
    faces = dataset([str(damaged)], transforms=TRANSFORMS[:1], labels=LABELS[:1])
    loader = DataLoader(faces, sampler=Batches(1, 1), batch_size=None, num_workers=1, timeout=60)
    batches = iter(loader)
    with pytest.raises(PhotographError, match=r"000008\.jpg: found 40 bytes"):
        next(batches)
    assert list(batches) == []  # so that the worker ends now


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"transforms": TRANSFORMS[:5]}, r"transforms: found shape \(5, 2, 3\) for 23"),
        ({"labels": LABELS[:5]}, r"labels: found shape \(5, 40\) for 23 photographs"),
        ({"labels": np.maximum(LABELS, 0)}, "other than -1 and"),
    ],
)
def test_what_does_not_fit_is_refused(paths, changed, message) -> None:
    with pytest.raises(ValueError, match=message):
        dataset(paths, **changed)


@pytest.mark.parametrize("value", [np.nan, 0.0])
def test_a_transform_that_shows_nothing_is_refused_with_its_file(paths, value: float) -> None:
    transforms = TRANSFORMS.copy()
    transforms[4, :, :2] = value
    name = os.path.basename(paths[4])
    with pytest.raises(ValueError, match=rf"{name}: found the transform"):
        dataset(paths, transforms=transforms)


def test_no_photographs_are_no_error() -> None:
    empty = dataset([], transforms=np.zeros((0, 2, 3)), labels=np.zeros((0, 40)))
    assert len(empty) == 0


def test_paths_may_hold_anything_that_files_can(tmp_path) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (90, 90), (200, 10, 10)).save(buffer, "PNG")
    file = os.fsdecode(os.path.join(os.fsencode(tmp_path), b"\xff \xc3\xa9.png"))
    Path(file).write_bytes(buffer.getvalue())
    faces = dataset([file], transforms=TRANSFORMS[:1], labels=LABELS[:1], augmentation=None)
    crops, _ = faces[Batch(0, [0])]
    assert (crops == [200, 10, 10]).all()
