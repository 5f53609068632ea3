import numpy as np
import pandas as pd
import pytest

from heed.base.matching import DifferentImagesError
from heed.celeba.persons import persons_of


def faces(identity):
    names = [f"{index}.jpg" for index in range(len(identity))]
    return pd.DataFrame({"image": names, "identity": pd.array(identity, dtype="Int64")})


def test_images_of_one_person_share_a_number() -> None:
    table = faces([900, 4, 900, 17, 4])
    images = ["3.jpg", "2.jpg", "4.jpg", "0.jpg", "1.jpg"]
    assert persons_of(images, table, "faces").tolist() == [0, 1, 2, 1, 2]


def test_without_identities_each_face_is_its_own_person() -> None:
    found = persons_of(["2.jpg", "0.jpg", "1.jpg"], faces([pd.NA] * 3), "faces")
    assert found.tolist() == [0, 1, 2]
    assert found.dtype == np.int64


def test_a_face_without_identity_shares_its_number_with_none() -> None:
    found = persons_of([f"{n}.jpg" for n in range(4)], faces([-1, pd.NA, -1, pd.NA]), "faces")
    assert found.tolist() == [0, 1, 0, 2]


def test_an_unknown_image_is_refused() -> None:
    with pytest.raises(DifferentImagesError):
        persons_of(["9.jpg"], faces([1]), "faces")
