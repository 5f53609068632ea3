"""Faces and persons as the stages read them."""

from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pytest

from heed.base.errors import InputError
from heed.base.settings import load
from heed.celeba.attributes import ATTRIBUTES
from heed.probing import paths
from heed.probing.faces import LabelledFaces, write_squares
from heed.probing.persons import persons_of, with_sizes
from heed.probing.run_settings import PersonsParams
from heed.recognition.identities import find_identities
from heed.recognition.images import scaled
from tests.probing.changed_params import changed
from tests.recognition.persons import folder_of_persons, write

SEED = 2
"""By which the person of one image is not among those apart."""

MANY = tuple(f"Person_{n}" for n in range(8))


def params(folder: Path, **values: object) -> PersonsParams:
    given = {f"persons__{name}": value for name, value in values.items()}
    return load(PersonsParams, changed(folder, **given))


def test_squares_are_the_middle_of_the_scaled_image(tmp_path: Path) -> None:
    image = np.random.default_rng(0).integers(0, 256, (60, 50, 3), np.uint8)
    write(tmp_path / "a.png", image)
    seen: list[int] = []
    out = tmp_path / "faces.npy"
    write_squares([tmp_path / "a.png"] * 2, 40, 32, str(out), seen.append)
    stored = np.load(out)
    whole = scaled(tmp_path / "a.png", 40)
    top, left = (whole.shape[0] - 32) // 2, (whole.shape[1] - 32) // 2
    np.testing.assert_array_equal(stored[1], whole[top : top + 32, left : left + 32])
    assert sum(seen) == len(stored) == 2


def test_the_pool_is_what_is_not_tested(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("data").mkdir()
    labels = np.where(np.eye(5, len(ATTRIBUTES)) > 0, 1, -1)
    table = pd.DataFrame(labels, columns=list(ATTRIBUTES)).assign(partition=[0, 2, 1, 2, 0])
    table.to_parquet(paths.FACES)
    np.save(paths.IMAGES, np.zeros((5, 4, 4, 3), np.uint8))
    faces = LabelledFaces.read()
    assert faces.pool.tolist() == [0, 2, 4]
    assert faces.test.tolist() == [1, 3]
    np.testing.assert_array_equal(faces.labels, labels)


def test_persons_apart_are_in_no_training(tmp_path: Path) -> None:
    root = folder_of_persons(tmp_path / "persons", each=6, names=MANY)
    table = find_identities(root).table
    found = persons_of(table, root, 0.3, params(tmp_path, apart=0.5, folds=2, each=4))
    trained = {path.parent.name for path in found.paths}
    unseen = {path.parent.name for path in found.unseen}
    assert len(trained) == len(unseen) == 4
    assert not trained & unseen
    assert len(found.division.persons) == 4
    for first, second, same in zip(
        found.pairs.first, found.pairs.second, found.pairs.same, strict=True
    ):
        one, other = (found.unseen[row].parent.name for row in (first, second))
        assert (one == other) == same


def test_pairs_of_lfws_layout_are_read_beside_a_folder_of_persons(tmp_path: Path) -> None:
    root = folder_of_persons(tmp_path / "persons", each=3)
    lfw = folder_of_persons(tmp_path / "lfw", each=2, names=("Eve_One", "Flo_Two"))
    lines = ["2\t1", *2 * ["Eve_One\t1\t2", "Eve_One\t1\tFlo_Two\t2"]]
    (tmp_path / "pairs.txt").write_text("\n".join(lines) + "\n")
    given = {"source": "folder", "root": str(root), "pairs": str(tmp_path / "pairs.txt")}
    own = params(tmp_path, **given, pairs_root=str(lfw))
    found = persons_of(find_identities(root).table, root, 0.3, own)
    assert len(found.division.persons) == 4  # none is kept apart
    assert [path.name for path in found.unseen] == [
        "Eve_One_0001.jpg", "Eve_One_0002.jpg", "Flo_Two_0002.jpg",
    ]  # fmt: skip
    assert found.pairs.same.tolist() == [True, False] * 2
    assert all(path.is_file() for path in found.unseen)


def test_a_person_with_one_image_is_left_out_and_told(tmp_path: Path) -> None:
    root = folder_of_persons(tmp_path / "persons", each=6, names=MANY)
    for image in list((root / MANY[0]).iterdir())[1:]:
        image.unlink()
    identities = find_identities(root)
    assert f"1 person has a single image: {MANY[0]}" in identities.summary()
    others = params(tmp_path, apart=0.5, folds=2, each=4, seed=SEED)
    found = persons_of(identities.table, root, 0.3, others)
    assert found.division.left_out == (MANY[0],)
    assert MANY[0] not in found.division.persons
    assert found.division.summary().endswith("left out 1 person with a single image")


def test_too_few_persons_for_the_folds_are_refused(tmp_path: Path) -> None:
    root = folder_of_persons(tmp_path / "persons", each=3)
    with pytest.raises(InputError, match="take more persons, or fewer folds"):
        persons_of(find_identities(root).table, root, 0.3, params(tmp_path, apart=0.5))


def test_another_image_of_the_same_name_changes_the_table(tmp_path: Path) -> None:
    root = folder_of_persons(tmp_path / "persons", each=2)
    table = find_identities(root).table
    before = with_sizes(table, root)
    pixels = np.zeros((44, 36, 3), np.uint8)
    assert cv2.imwrite(str(root / "Ann/Ann_0001.jpg"), pixels)
    after = with_sizes(table, root)
    assert (before["size"] != after["size"]).tolist() == [True] + [False] * 7
