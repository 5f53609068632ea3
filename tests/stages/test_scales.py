"""Stage scales, on files as the stages before it leave them."""

import numpy as np
import pandas as pd
import pytest

from heed.celeba.attributes import ATTRIBUTES
from heed.metrics.grid.prepared_masks import prepare
from heed.metrics.grid.scales import scales_of
from stages import scales
from tests.masks_and_maps import IMAGES, REGIONS, stored, write_masks
from tests.placements import uneven


def test_means_are_those_of_all_faces_at_once(masks_and_maps, monkeypatch) -> None:
    monkeypatch.setattr(scales, "CHUNK", 2)  # two whole batches and a rest
    scales.main()
    table = pd.read_csv("metrics/tables/scales.csv", dtype={"version": str})
    assert table["model"].unique().tolist() == ["zebra", "ant"]
    assert set(table["version"]) == set(REGIONS)
    for (_, version), rows in table.groupby(["model", "version"]):
        regions, region_of_attribute = stored(version)
        prepared = prepare(regions, region_of_attribute, 7, uneven(32, 7))
        expected = scales_of(prepared, 0.5)
        rows = rows.set_index("attribute").loc[list(ATTRIBUTES)]
        for score, scale in expected.items():
            for mark in ("uniform", "blob", "ceiling"):
                mean = np.nanmean(getattr(scale, mark), axis=0)
                np.testing.assert_allclose(rows[f"{score}_{mark}"], mean, rtol=1e-3)


def test_masks_of_other_faces_are_refused(masks_and_maps) -> None:
    write_masks("3", np.random.default_rng(1), [*IMAGES[1:], "9.jpg"])
    with pytest.raises(ValueError, match=r"not of the same images"):
        scales.main()
