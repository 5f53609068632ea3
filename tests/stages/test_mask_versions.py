"""Stage mask_versions: the means of the models, one below the other."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from heed.audit.tables.mask_versions import versions_rows
from heed.base.errors import InputError
from heed.base.settings import ParamsError
from heed.celeba.attributes import ATTRIBUTES
from heed.explain.placement import PLACEMENT_RULES
from stages import mask_versions
from tests.made_up_scales import made_up_scales
from tests.masks_and_maps import IMAGES
from tests.trainings import set_replicates


def write_scores(
    model: str, replicate: int, amr: float, rules: tuple[str, ...] = PLACEMENT_RULES
) -> None:
    folder = Path("data/score_versions", model)
    folder.mkdir(parents=True, exist_ok=True)
    scores = {"amr": np.full((5, 40), amr), "proportional_energy": np.full((5, 40), amr / 2)}
    scores["proportional_energy"][:2] += 0.125  # where the classes predicted differ
    scores["amr"][0, 3] = scores["proportional_energy"][0, 3] = np.nan
    rows = []
    for rule in rules:
        of_rule = {n: s / (1 + (rule == "half_pixel")) for n, s in scores.items()}
        for version in ("1", "evidence"):
            rows.append(versions_rows(rule, version, np.arange(5), of_rule))
    pq.write_table(pa.concat_tables(rows), folder / f"{replicate}.parquet")
    logits = np.where(np.arange(5)[:, None] < 2, 1.0, -1.0) * np.ones(40)
    predictions = pd.DataFrame(logits, columns=[f"logit.{name}" for name in ATTRIBUTES])
    predictions.insert(0, "image", IMAGES)
    Path("data/predictions", model).mkdir(parents=True, exist_ok=True)
    predictions.to_parquet(f"data/predictions/{model}/{replicate}.parquet")


def write_scales() -> None:
    Path("metrics/tables").mkdir(parents=True)
    scales = made_up_scales(("ant", "zebra"), ("1", "evidence"))
    scales.to_csv("metrics/tables/scales.csv", index=False)


def test_models_stand_in_the_order_of_the_parameters(masks_and_maps) -> None:
    write_scores("ant", 1, 0.1)
    write_scores("zebra", 1, 0.9)
    write_scores("zebra", 2, 0.5)
    write_scores("left over", 1, 0.5)
    set_replicates("zebra", 2)
    write_scales()
    mask_versions.main()
    table = pd.read_csv("metrics/tables/mask_versions.csv", dtype={"version": str})
    overall = table[table["attribute"] == "OVERALL"]
    assert overall["model"].tolist() == ["zebra", "zebra", "ant", "ant"]
    assert overall["version"].tolist() == ["1", "evidence"] * 2
    assert overall["amr"].tolist() == pytest.approx([0.7, 0.7, 0.1, 0.1])
    energy = [0.35 + 0.05, 0.35 + 0.05, 0.05 + 0.05, 0.05 + 0.05]
    assert overall["proportional_energy"].tolist() == pytest.approx(energy, abs=1e-3)
    assert overall["n"].tolist() == [40 * 5 - 1] * 4
    gaps = pd.read_csv("metrics/tables/gap_versions.csv", dtype={"version": str})
    assert gaps["model"].tolist() == ["zebra"] * 4 + ["ant"] * 4 + ["ant_minus_zebra"] * 4
    assert gaps["placement"].tolist() == (["receptive_field"] * 2 + ["half_pixel"] * 2) * 3
    labels = pd.read_parquet("data/faces.parquet")[list(ATTRIBUTES)].to_numpy()
    minority = np.where((labels == 1).mean(axis=0) < 0.5, 1, -1)
    assert gaps.loc[0, "value"] == pytest.approx(0.125 * minority.mean(), rel=1e-3)
    assert gaps["attributes"].tolist() == [40] * 12
    # (score - .1) / (.9 - .1)
    assert overall["amr_normalised"].tolist() == pytest.approx([0.75, 0.75, 0, 0], abs=1e-3)
    energy = [(value - 0.1) / 0.8 for value in energy]
    found = overall["proportional_energy_normalised"].tolist()
    assert found == pytest.approx(energy, abs=2e-3)
    both = pd.read_csv("metrics/tables/placements.csv", dtype={"version": str})
    assert both["placement"].tolist() == ["receptive_field"] * 4 + ["half_pixel"] * 4
    assert both["amr"].tolist() == pytest.approx([0.7, 0.7, 0.1, 0.1, 0.35, 0.35, 0.05, 0.05])


def test_a_network_whose_cells_cannot_be_placed_has_one_placement(masks_and_maps) -> None:
    params = yaml.safe_load(Path("params.yaml").read_text())
    params["cam"]["placement"] = "half_pixel"
    Path("params.yaml").write_text(yaml.safe_dump(params, sort_keys=False))
    write_scores("ant", 1, 0.1)
    write_scores("zebra", 1, 0.9, rules=("half_pixel",))
    write_scales()
    mask_versions.main()
    both = pd.read_csv("metrics/tables/placements.csv")
    assert list(zip(both["placement"], both["model"], strict=True))[::2] == [
        ("receptive_field", "ant"),
        ("half_pixel", "zebra"),
        ("half_pixel", "ant"),
    ]
    # Gaps are compared by the placement that both have.
    assert set(pd.read_csv("metrics/tables/gap_versions.csv")["placement"]) == {"half_pixel"}


def test_a_missing_replicate_is_named(masks_and_maps) -> None:
    write_scores("ant", 1, 0.1)
    write_scores("zebra", 2, 0.9)
    with pytest.raises(InputError, match=r"data/score_versions/zebra: found 2; expected one"):
        mask_versions.main()


def test_a_training_that_params_no_longer_has_is_not_averaged(masks_and_maps) -> None:
    write_scores("ant", 1, 0.1)
    write_scores("zebra", 1, 0.9)
    write_scores("zebra", 2, 0.5)
    with pytest.raises(InputError, match=r"zebra: found 2 .* expected 1, by models\.zebra\.repl"):
        mask_versions.main()


def test_more_faces_than_are_audited_are_refused_by_the_key(masks_and_maps) -> None:
    params = yaml.safe_load(Path("params.yaml").read_text())
    params["aggregate"]["least_faces"] = 6
    Path("params.yaml").write_text(yaml.safe_dump(params, sort_keys=False))
    write_scores("zebra", 1, 0.9)
    with pytest.raises(ParamsError, match=r"aggregate\.least_faces: found 6, but 5 faces are aud"):
        mask_versions.main()
