"""Units, contrasts, controls, agreement, VIP, silence and the audit: by hand and against SciPy."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from heed.base.errors import InputError
from heed.metrics.estimates import Estimate
from heed.probing.schema import UNITS
from heed.probing.tables.audit_link import audit_table
from heed.probing.tables.contrasts import contrast_table
from heed.probing.tables.few_units import few_units_table, fewest_table
from heed.probing.tables.recognition import recognition_table
from heed.probing.tables.silencing import drop_by_layer, silencing_table
from heed.probing.tables.summary import summary
from heed.probing.tables.vip import (
    correlations,
    example_table,
    histogram_table,
    steps_table,
    vip_table,
)
from tests.probing import made_up
from tests.probing.made_up import BOOTSTRAP, FEW, NETWORKS, PARAMS


def estimate(values: list[float]) -> Estimate:
    array = np.array(values)
    return Estimate(np.full(len(values), 100.0), array, np.tile(array, (50, 1)), (array[None],))


def found(layer: list[float], **units: list[float]) -> dict:
    of = {unit: estimate(units.get(unit, layer)) for unit in UNITS}
    return {("plain", unit): (each, each) for unit, each in of.items()}


def test_units_are_held_against_the_best_layer() -> None:
    of = found(
        [0.9, 0.8, 0.7, 0.9], neuron=[0.88, 0.6, 0.7, np.nan], channels=[0.9, 0.79, 0.7, 0.9]
    )
    table = few_units_table(of, ["plain"], 0.03, BOOTSTRAP).set_index("unit")
    assert table.loc["neuron", ["near", "of"]].tolist() == [2, 3]
    assert table.loc["neuron", "loss"] == pytest.approx((0.02 + 0.2 + 0) / 3)
    assert table.loc["channels", "near"] == 4
    assert "layer" not in table.index
    fewest = fewest_table(of, ["plain"], list("abcd"), 0.03).set_index("attribute")["unit"]
    assert fewest.to_dict() == {"a": "neuron", "b": "neurons", "c": "neuron", "d": "neurons"}


def test_a_contrast_is_the_difference_of_means_with_the_deviations_of_both() -> None:
    rng = np.random.default_rng(0)
    values = np.concatenate([rng.normal(0.9, 0.03, 20), rng.normal(0.7, 0.05, 20)])
    names = [f"n{i}" for i in range(40)]
    table = contrast_table(
        "accuracy", {"plain": estimate(list(values))}, names, names[:20], names[20:],
        made_up.Bootstrap(2000, 0, 0.95),
    )  # fmt: skip
    row = table.iloc[0]
    assert row["difference"] == pytest.approx(values[:20].mean() - values[20:].mean())
    halves = [
        stats.t.ppf(0.975, 19) * values[part].std(ddof=1) / np.sqrt(20)
        for part in (slice(0, 20), slice(20, 40))
    ]
    width = (row["difference_high"] - row["difference_low"]) / 2
    assert width == pytest.approx(np.hypot(*halves), rel=0.35)  # of 50 resamples


def test_soft_attributes_are_read_better_in_what_was_made_up(
    tables: dict[str, pd.DataFrame],
) -> None:
    rows = tables["contrasts"].query("quantity == 'accuracy'")
    assert (rows["difference_low"] > 0.05).all()
    layer = tables["attributes"].query("unit == 'layer' and network == 'plain'")
    values = layer.set_index("attribute")["balanced_accuracy"]
    first = values[["Wearing_Hat", "Eyeglasses", "Black_Hair"]].mean()
    second = values[["Big_Nose", "Pointy_Nose", "Oval_Face"]].mean()
    row = rows.set_index("network").loc["plain"]
    assert [row["first"], row["second"]] == pytest.approx([first, second])


def test_controls_are_subtracted_attribute_by_attribute(tables: dict[str, pd.DataFrame]) -> None:
    values = tables["attributes"].query("unit == 'layer'").set_index(["network", "attribute"])
    balanced = values["balanced_accuracy"]
    by = tables["controls_by_attribute"].set_index(["control", "attribute"])
    for attribute in FEW:
        expected = balanced["residual", attribute] - balanced["untrained", attribute]
        assert by.loc[("untrained", attribute), "difference"] == pytest.approx(expected)
    means = tables["controls"].set_index(["control", "unit"])
    assert means.loc[("untrained", "layer"), "difference_low"] > 0.08
    assert means.loc[("audited", "layer"), "difference"] < 0


def test_agreement_is_spearmans(tables: dict[str, pd.DataFrame]) -> None:
    wide = (
        tables["attributes"]
        .query("unit == 'layer'")
        .pivot_table(
            index="attribute",
            columns="network",
            values=["balanced_accuracy", "accuracy", "published"],
        )
    )
    table = tables["agreement"].set_index(["first", "second", "quantity"])
    row = table.loc["residual", "plain", "accuracy"]
    pair = wide["balanced_accuracy"][["residual", "plain"]].to_numpy()
    assert row["spearman"] == pytest.approx(stats.spearmanr(pair).statistic)
    assert row["n"] == len(FEW)
    thesis = stats.spearmanr(wide["accuracy"]["plain"], wide["published"]["plain"]).statistic
    assert table.loc[("plain", "published", "accuracy"), "spearman"] == pytest.approx(thesis)


def test_correlations_of_vip_are_scipys() -> None:
    vip = made_up.vip("plain", 6, attributes=FEW[:3])
    table = correlations(vip).set_index(["layer", "attribute"])
    for (layer, attribute), of in vip.groupby(["layer", "attribute"]):
        row = table.loc[(layer, attribute)]
        expected = stats.pearsonr(of["vip"], of["accuracy"]).statistic
        assert row["vip_pearson"] == pytest.approx(expected)
        expected = stats.spearmanr(of["mean_activation"], of["accuracy"]).statistic
        assert row["mean_activation_spearman"] == pytest.approx(expected)
    means = vip_table(correlations(vip), ["plain"], FEW[:3], BOOTSTRAP).set_index("by")
    assert means.loc["vip", "pearson"] == pytest.approx(table["vip_pearson"].mean())
    difference = (table["vip_pearson"] - table["mean_activation_pearson"]).mean()
    assert means.loc["difference", "pearson"] == pytest.approx(difference)
    constant = correlations(vip.assign(vip=1.0))
    assert constant["vip_pearson"].isna().all()
    assert example_table(vip, constant).empty


def test_neurons_are_cut_into_tenths_of_their_projection() -> None:
    vip = made_up.vip("plain", 3, attributes=FEW[:2])
    table = steps_table(vip).set_index(["by", "step"])
    assert len(table) == 20
    lowest = vip.sort_values("vip").groupby(["layer", "attribute"]).head(5)
    assert table.loc[("vip", 1), "accuracy"] == pytest.approx(lowest["accuracy"].median())
    assert table.loc["vip"]["accuracy"].is_monotonic_increasing


def test_the_example_is_the_projection_in_the_middle() -> None:
    vip = made_up.vip("plain", 10, attributes=FEW[:5])
    found_ = correlations(vip)
    example = example_table(vip, found_)
    r = stats.pearsonr(example["vip"], example["accuracy"]).statistic
    ordered = np.sort(found_["vip_pearson"])
    assert r == pytest.approx(ordered[(len(ordered) - 1) // 2])


def test_a_histogram_keeps_its_mass_in_new_bins() -> None:
    rng = np.random.default_rng(0)
    parts = []
    for attribute in FEW[:4]:
        count, edges = np.histogram(rng.gamma(2, 0.5, 5000), bins=37)
        parts.append(
            pd.DataFrame(
                {"network": "plain", "seed": 0, "layer": "l", "depth": 1, "attribute": attribute,
                 "low": edges[:-1], "high": edges[1:], "count": count}
            )
        )  # fmt: skip
    table = histogram_table(pd.concat(parts))
    width = table["high"] - table["low"]
    assert (table["density"] * width).sum() == pytest.approx(1)
    middle = (table["low"] + table["high"]) / 2
    assert (middle * table["density"] * width).sum() == pytest.approx(1.0, abs=0.02), "the mean"


def test_bins_that_are_the_shared_ones_keep_their_counts() -> None:
    rng = np.random.default_rng(0)
    edges, count = np.linspace(0, 6, 61), rng.integers(0, 9, 60)
    of = {"network": "plain", "seed": 0, "layer": "l", "depth": 1, "attribute": "Bald"}
    table = histogram_table(
        pd.DataFrame({**of, "low": edges[:-1], "high": edges[1:], "count": count})
    )
    width = table["high"] - table["low"]
    assert (table["density"] * width * count.sum()).tolist() == pytest.approx(count.tolist())


def test_drops_are_means_over_later_layers_and_attributes() -> None:
    silenced = made_up.silenced("plain", 6, attributes=FEW[:4])
    table = silencing_table(silenced, FEW[:4], BOOTSTRAP)
    chosen = silenced.query("silenced_depth == 25 and share == 0.05 and unit == 'neurons'")
    row = table.query("silenced_depth == 25 and share == 0.05 and unit == 'neurons'").iloc[0]
    assert row["drop"] == pytest.approx(chosen["drop"].mean())
    assert row["layers"] == chosen["layer"].nunique()
    assert row["largest"] == pytest.approx(chosen.groupby("layer")["drop"].mean().max())
    assert row["drop_low"] < row["drop"] < row["drop_high"]
    by_layer = drop_by_layer(silenced)
    assert len(by_layer) == len(silenced) / 4


def test_recognition_has_means_deviations_and_intervals() -> None:
    rows = pd.DataFrame(
        {"network": "plain", "seed": [0, 1, 2], "identification": [0.8, 0.9, 1.0],
         "verification": 0.9, "verification_sd": [0.01, 0.02, 0.03], "roc_auc": 0.95}
    )  # fmt: skip
    row = recognition_table(rows, {"plain": "vgg16", "absent": None}, BOOTSTRAP).iloc[0]
    assert row["identification"] == pytest.approx(0.9)
    assert row["identification_sd"] == pytest.approx(0.1)
    t = stats.t.ppf(0.975, 2) * 0.1 / np.sqrt(3)
    assert row["identification_high"] == pytest.approx(0.9 + t, rel=0.1)  # of 100 resamples
    assert (row["verification_folds_sd"], row["identification_published"]) == (0.02, 0.9013)
    alone = recognition_table(rows.iloc[:1], {"plain": None}, BOOTSTRAP).iloc[0]
    assert np.isnan([alone["identification_sd"], alone["identification_low"]]).all()


def test_depth_stands_beside_the_audits_maps(
    tables: dict[str, pd.DataFrame], tmp_path: Path
) -> None:
    made_up.audited_maps(tmp_path)
    encoding = tables["encoding"]
    table = audit_table(encoding, {"audited": "balanced"}, tmp_path).set_index("attribute")
    assert table.loc["Smiling", "amr"] == pytest.approx(0.2)
    assert table.loc["Smiling", "pe"] == pytest.approx(0.9)
    depths = encoding[encoding["network"] == "audited"].set_index("attribute")["readable_depth"]
    assert table["readable_depth"].to_dict() == depths.to_dict()
    row = tables["audit_correlations"].set_index("score").loc["amr"]
    both = table[["readable_depth", "amr"]].to_numpy()
    assert row["spearman"] == pytest.approx(stats.spearmanr(both).statistic)
    (tmp_path / "energy.csv").unlink()
    assert audit_table(encoding, {"audited": "balanced"}, tmp_path)["pe"].isna().all()
    assert audit_table(encoding, {"audited": "another"}, tmp_path).empty
    assert audit_table(encoding, {"audited": "balanced"}, tmp_path / "nowhere").empty


def test_a_network_without_probes_is_named() -> None:
    with pytest.raises(InputError, match="no probes of the network inverted"):
        made_up.answer_tables(
            PARAMS,
            recognition=pd.DataFrame(),
            probes=made_up.probes("residual", 2, attributes=FEW[:2]),
            vip=pd.DataFrame(), histogram=pd.DataFrame(), silenced=pd.DataFrame(),
            baseline=pd.DataFrame(), audit="nowhere", bootstrap=BOOTSTRAP,
        )  # fmt: skip


def test_the_summary_has_what_is_known(tables: dict[str, pd.DataFrame]) -> None:
    numbers = summary(tables)
    assert set(numbers) == {*NETWORKS, "untrained", "audited"}
    assert set(numbers["plain"]["balanced_accuracy"]) == set(UNITS)
    assert "identification" not in numbers["untrained"]
    means = tables["averages"].set_index(["network", "unit"])["balanced_accuracy"]
    assert numbers["plain"]["balanced_accuracy"]["neuron"] == means["plain", "neuron"]


def test_drops_of_two_attributes_have_the_interval_of_their_trainings() -> None:
    silenced = made_up.silenced("plain", 6, seeds=(0, 1, 2), attributes=FEW[:2])
    table = silencing_table(silenced, FEW[:2], BOOTSTRAP)
    assert (table["drop_low"] < table["drop"]).all()
    assert (table["drop"] < table["drop_high"]).all()
    once = silencing_table(silenced[silenced["seed"] == 0], FEW[:2], BOOTSTRAP)
    assert once["drop_low"].isna().all()
