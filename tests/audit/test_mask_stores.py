"""The masks of an audit: its versions, and its named regions behind them."""

from pathlib import Path

import numpy as np
import pytest
import zarr

from heed.audit.mask_stores import mask_stores


def test_versions_and_regions_are_found_by_their_names(tmp_path: Path) -> None:
    for number, name in enumerate(("2", "evidence", "regions/lips", "regions/hat")):
        group = zarr.open_group(tmp_path / f"{name}.zarr", mode="w")
        group.attrs.update(images_sha256="", region_of_attribute=[0], version=name)
        group.create_array("regions", data=np.full((1, 1, 8, 1), number, np.uint8))
    found = mask_stores(tmp_path)
    assert list(found) == ["2", "evidence", "regions/hat", "regions/lips"]
    assert found["regions/hat"].packed(slice(0, 1)).max() == 3


@pytest.mark.parametrize("name", ["2", "3"])
def test_without_regions_there_are_versions_alone(tmp_path: Path, name: str) -> None:
    group = zarr.open_group(tmp_path / f"{name}.zarr", mode="w")
    group.attrs.update(images_sha256="", region_of_attribute=[0])
    group.create_array("regions", data=np.zeros((1, 1, 8, 1), np.uint8))
    assert list(mask_stores(tmp_path)) == [name]
