"""Stage mask_versions: the tables of the models, one below the other."""

from pathlib import Path

import pandas as pd

from stages import mask_versions


def test_models_stand_in_the_order_of_the_parameters(masks_and_maps) -> None:
    folder = Path("data/score_versions")
    folder.mkdir()
    for model, amr in (("ant", 0.1), ("zebra", 0.9), ("left over", 0.5)):
        rows = pd.DataFrame({"model": model, "version": ["1", "evidence"], "amr": amr})
        rows.to_parquet(folder / f"{model}.parquet")
    mask_versions.main()
    table = pd.read_csv("metrics/tables/mask_versions.csv", dtype={"version": str})
    assert table["model"].tolist() == ["zebra", "zebra", "ant", "ant"]
    assert table["version"].tolist() == ["1", "evidence"] * 2
    assert table["amr"].tolist() == [0.9, 0.9, 0.1, 0.1]
