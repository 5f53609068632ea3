"""A chunk that is lost while the explorer runs is no chunk of zeros."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from heed.base.errors import InputError
from heed.explorer import lost_chunks
from heed.explorer.audited import Audited
from heed.explorer.score_columns import columns
from heed.explorer.tiles import average_tile, template_picture, tile
from tests.explorer.audit_folder import PARAMS, audit_folder, lock

IMAGE = "000_0.jpg"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return audit_folder(tmp_path_factory.mktemp("lost") / "audit", faces=6)


@pytest.fixture
def audited(folder: Path, tmp_path: Path) -> Audited:
    return Audited(shutil.copytree(folder, tmp_path / "audit"))


def measured(audited: Audited, **changes: Any) -> object:
    asked = replace(audited.stored, threshold=0.25, **changes)
    return columns(audited, "balanced/1", "Bald", asked).values["iou"]


def drawn(audited: Audited, **changes: Any) -> bytes:
    asked = replace(audited.stored, **changes)
    return tile(audited, IMAGE, "Bald", "balanced/1", asked)


@pytest.mark.parametrize(
    ("lost", "ask"),
    [
        ("maps/balanced/1.zarr/gradcam/c", drawn),
        ("maps/balanced/1.zarr/gradcam/c", measured),
        ("masks/3.zarr/regions/c", lambda audited: drawn(audited, mask="3")),
        ("masks/3.zarr/regions/c", lambda audited: measured(audited, mask="3")),
        ("masks/3.zarr/regions/zarr.json", lambda audited: drawn(audited, mask="3")),
        ("masks/3.zarr", lambda audited: measured(audited, mask="3")),
        ("averages.zarr/balanced/means/c", lambda of: average_tile(of, "balanced", "Bald")),
        ("averages.zarr/face/c", lambda of: average_tile(of, "balanced", "Bald")),
    ],
)
def test_it_is_said(audited: Audited, lost: str, ask: Any) -> None:
    path = audited.path / "data" / lost
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    with pytest.raises(InputError, match=r"zarr: (.*damaged|no such)"):
        ask(audited)


def test_without_an_average_face_regions_are_drawn_on_the_neutral_one(audited: Audited) -> None:
    before = template_picture(audited)
    shutil.rmtree(audited.path / "data/averages.zarr/face/c")
    assert template_picture(audited) != before


def test_what_was_stored_as_zeros_stays_so(
    audited: Audited, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Masks without a pixel in all faces of a chunk: zarr keeps no chunk of them."""
    monkeypatch.setattr(lost_chunks, "EVERY", 0.0)
    shutil.rmtree(audited.path / "data/masks/3.zarr/regions/c")
    lock(audited.path, PARAMS)
    again = Audited(audited.path)
    assert drawn(again, mask="3")
    assert measured(again, mask="3") is not None
