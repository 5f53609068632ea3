"""Drawn faces as a masked data set: both classes, and the evidence as masks."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from heed.base.errors import HeedError
from heed.masked_folder.inventory import take_inventory
from heed.methods import drawn_faces
from heed.methods.drawn_faces import write_faces


def drawn(folder: Path, attribute: str = "Smiling") -> Path:
    folder.mkdir()
    write_faces(attribute, (2, 2, 4), folder, sharpness=3.0, seed=1, advance=lambda number: None)
    return folder


def test_faces_are_a_masked_data_set_byte_for_byte(tmp_path: Path) -> None:
    first, second = drawn(tmp_path / "a"), drawn(tmp_path / "b")
    table = take_inventory(first, "Smiling", "all")
    counts = table.groupby(["partition", "kind"]).size().to_dict()
    assert counts == {
        (partition, kind): count
        for partition, count in (("train", 1), ("validation", 1), ("test", 2))
        for kind in ("Smiling", "without_Smiling")
    }
    files = sorted(path.relative_to(first) for path in first.rglob("*.*"))
    assert all((first / f).read_bytes() == (second / f).read_bytes() for f in files)


def test_the_evidence_of_a_smile_is_about_the_mouth(tmp_path: Path) -> None:
    folder = drawn(tmp_path / "a")
    for path in folder.glob("masks/test/*/*.png"):
        mask = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE) > 0
        rows, columns = np.nonzero(mask)
        assert 16 <= mask.sum() < 0.2 * mask.size
        assert 100 < np.median(rows) < 220
        assert 80 < np.median(columns) < 176


def test_an_attribute_that_is_too_rare_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawn_faces, "MOST_TRIED", 1)
    with pytest.raises(HeedError, match=r"found Bald in too few of 2 drawn faces"):
        drawn(tmp_path / "a", "Bald")
