"""A region that is edited after its masks and scores were stored is what its file says now."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from heed.explorer.audited import Audited
from heed.explorer.regions import drawn_region, save_region
from heed.explorer.score_columns import columns
from tests.explorer import region_audit
from tests.explorer.region_audit import MODEL, PARAMS, SIZE

BOX = [4, 6, 20, 22]
NETWORK = f"{MODEL}/1"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An audit whose scores are against a region."""
    path = tmp_path_factory.mktemp("edited") / "audit"
    region_audit.write_inputs(path)
    (path / "params.yaml").write_text(yaml.safe_dump({**PARAMS, "models": {MODEL: {}}}))
    save_region(path, "hat", drawn_region(path, ["Bald"], box=BOX, base="3"))
    with pytest.MonkeyPatch.context() as here:
        here.chdir(path)
        region_audit.run(path, "masks", "cams", "score", mask={"version": "regions/hat"})
    return path


@pytest.fixture
def copy(folder: Path, tmp_path: Path) -> Path:
    return shutil.copytree(folder, tmp_path / "audit")


def check_scores(audited: Audited, attributes: list[str]) -> None:
    """Those that the stages write where they are run once more, over the file as it is now."""
    anew = shutil.copytree(audited.path, audited.path.parent / "anew")
    with pytest.MonkeyPatch.context() as here:
        here.chdir(anew)
        region_audit.run(anew, "masks", "cams", "score", mask={"version": "regions/hat"})
    stored = pd.read_parquet(anew / audited.scores_file(NETWORK))
    for attribute in attributes:
        found = columns(audited, NETWORK, attribute)
        expected = stored[stored.attribute == attribute]
        assert expected.image.tolist() == list(audited.images)
        for score in ("amr", "proportional_energy", "iou", "pixel_roc_auc"):
            np.testing.assert_allclose(
                found.values[score], expected[score].astype(np.float32), 2e-6, 2e-7, err_msg=score
            )


def test_as_it_was_stored_it_is_one_of_the_stored_versions(copy: Path) -> None:
    audited = Audited(copy)
    assert audited.edited == []
    assert "regions/hat" in audited.mask_versions
    assert audited.problems == ()
    check_scores(audited, ["Bald"])


@pytest.mark.parametrize(
    ("attributes", "box", "base"),
    [
        (["Bald"], [8, 16, 30, 31], "3"),
        (["Bald", "Smiling"], BOX, "3"),
        (["Smiling"], BOX, "3"),
        (["Bald"], BOX, "1"),
        (["Bald"], [*BOX[:3], BOX[3] + SIZE / 16], "3"),
    ],
)
def test_an_edited_one_is_told_and_scored_as_it_is_now(
    copy: Path, attributes: list[str], box: list[float], base: str
) -> None:
    region = drawn_region(copy, attributes, box=box, base=base)
    save_region(copy, "hat", region, force=True)
    audited = Audited(copy)
    assert audited.edited == ["regions/hat"]
    (problem,) = audited.problems
    assert "regions/hat.yaml was changed after its masks were stored" in problem
    assert audited.stored.mask == "regions/hat"
    check_scores(audited, attributes)


def test_without_its_file_or_landmarks_the_stored_one_stays(copy: Path) -> None:
    (copy / "data/landmarks.parquet").unlink()
    assert Audited(copy).edited == []
    (copy / "regions/hat.yaml").unlink()
    assert "regions/hat" in Audited(copy).mask_versions
