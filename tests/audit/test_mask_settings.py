"""``mask.version`` may be a region that somebody drew, if it is there and fits the audit."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from heed.audit.consistency import check_all
from heed.audit.mask_settings import MaskParams
from heed.base.errors import HeedError
from heed.base.settings import load
from heed.guidance.named_regions import Region, save_region
from tests.places import ROOT


def region(**changes: Any) -> Region:
    content = {"kind": "box", "points": ((80, 130), (144, 160)), "attributes": ("Smiling",)}
    return Region(**(content | changes))


def check(folder: Path, version: Any, **crop: Any) -> None:
    params = yaml.safe_load((ROOT / "params.yaml").read_text())
    params["mask"]["version"] = version
    params["crop"] |= crop
    (folder / "params.yaml").write_text(yaml.safe_dump(params))
    (folder / "dvc.yaml").write_bytes((ROOT / "dvc.yaml").read_bytes())
    check_all(folder / "params.yaml", folder / "dvc.yaml")


@pytest.mark.parametrize("version", [1, 2, 3, "evidence", "regions/mouth"])
def test_versions_and_regions_pass(tmp_path: Path, version: Any) -> None:
    save_region(tmp_path, "mouth", region())
    check(tmp_path, version)
    assert load(MaskParams, tmp_path / "params.yaml").version == str(version)


@pytest.mark.parametrize(
    ("version", "message"),
    [
        (4, r"mask\.version: found 4"),
        (2.0, r"mask\.version: found 2.0"),
        ("regions", r"mask\.version: found 'regions'"),
        ("regions/", "a region is regions/ and its name"),
        ("regions/../mouth", "a region is regions/ and its name"),
        ("regions/hat", r"hat\.yaml: found no such file.*there are: mouth"),
    ],
)
def test_others_are_refused(tmp_path: Path, version: Any, message: str) -> None:
    save_region(tmp_path, "mouth", region())
    with pytest.raises(HeedError, match=message):
        check(tmp_path, version)


def test_every_region_is_checked_as_all_are_drawn(tmp_path: Path) -> None:
    save_region(tmp_path, "mouth", region(attributes=("Smile",)))
    with pytest.raises(HeedError, match=r"mouth\.yaml: attributes: found 'Smile'"):
        check(tmp_path, 2)


def test_a_region_on_masks_that_do_not_fit_the_crop_is_refused(tmp_path: Path) -> None:
    save_region(tmp_path, "mouth", region(base="2"))
    with pytest.raises(HeedError, match=r"mouth\.yaml: base: found 2, .* expected 3"):
        check(tmp_path, 3, scale=8.0)
    save_region(tmp_path, "mouth", region(base="3"), force=True)
    check(tmp_path, "regions/mouth", scale=8.0)
