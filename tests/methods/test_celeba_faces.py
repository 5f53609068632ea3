"""Which faces of CelebA are chosen."""

import hashlib
from pathlib import Path

import pandas as pd
import pytest

from heed.celeba.inventory import take_inventory
from heed.celeba.messages import CelebAError
from heed.methods.celeba_faces import chosen_faces
from tests.methods.celeba_faces import celeba_params, celeba_table, data_params
from tests.places import SHARED

SAMPLE = SHARED / "celeba-sample"


def test_half_of_each_partition_has_the_attribute(tmp_path: Path) -> None:
    faces = celeba_table(tmp_path)
    table = chosen_faces(faces, data_params(tmp_path), celeba_params())
    assert table.groupby(["partition", "kind"]).size().to_dict() == {
        ("train", "Smiling"): 2,
        ("train", "without_Smiling"): 2,
        ("validation", "Smiling"): 1,
        ("validation", "without_Smiling"): 1,
        ("test", "Smiling"): 2,
        ("test", "without_Smiling"): 2,
    }
    smiles = faces.set_index("image")["Smiling"]
    assert table["label"].tolist() == smiles.loc[table["image"]].tolist()
    for row in table.itertuples():
        assert row.sha256 == hashlib.sha256((tmp_path / str(row.path)).read_bytes()).hexdigest()


def test_a_larger_number_holds_the_faces_of_a_smaller_and_a_seed_chooses_others(
    tmp_path: Path,
) -> None:
    faces, data = celeba_table(tmp_path, each=30), data_params(tmp_path)
    few, many = (
        chosen_faces(faces, data, celeba_params(train=n, seed=0))["image"] for n in (4, 16)
    )
    other = chosen_faces(faces, data, celeba_params(train=16, seed=1))["image"]
    assert set(few) <= set(many)
    assert set(many) != set(other)
    assert few.tolist() == sorted(few)


def test_only_test_faces_must_look_into_the_camera(tmp_path: Path) -> None:
    faces, data = celeba_table(tmp_path, each=12), data_params(tmp_path)
    table = chosen_faces(faces, data, celeba_params(train=8))
    assert {int(name[1:6]) % 2 for name in table.query("partition == 'test'")["image"]} == {0}
    assert {int(name[1:6]) % 2 for name in table.query("partition == 'train'")["image"]} == {0, 1}
    with pytest.raises(CelebAError, match=r"found 2 faces of .* with a ratio of at most 0\.1"):
        chosen_faces(faces, data, celeba_params(test=6))
    assert len(chosen_faces(faces, data, celeba_params(test=8, frontal=None))) == 14


def test_too_few_faces_are_refused_with_the_key(tmp_path: Path) -> None:
    faces = celeba_table(tmp_path)
    with pytest.raises(CelebAError, match=r"celeba\.train: found 3 faces of the class Smiling"):
        chosen_faces(faces, data_params(tmp_path), celeba_params(train=8))


@pytest.mark.skipif(not SAMPLE.exists(), reason="CelebA's faces are not part of this repository")
def test_real_faces_are_chosen_from_a_celeba_folder() -> None:
    faces = take_inventory(SAMPLE, "aligned").table
    data = data_params(SAMPLE, positive="Eyeglasses")
    table = chosen_faces(faces, data, celeba_params(train=200, validation=20, test=60))
    assert table.groupby(["partition", "label"]).size().unstack().to_numpy().tolist() == [
        [30, 30],
        [100, 100],
        [10, 10],
    ]
    glasses = pd.read_csv(SAMPLE / "Anno/list_attr_celeba.txt", sep=r"\s+", skiprows=1)
    assert table["label"].tolist() == glasses["Eyeglasses"].loc[table["image"]].tolist()
