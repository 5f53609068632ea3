"""Where attributes become readable, and what is lost behind: by hand, and in what was made up."""

import numpy as np
import pandas as pd
import pytest

from heed.probing.tables.best_units import best_units, with_depth_share
from heed.probing.tables.by_depth import depth_table, encoding_table, undefined_table
from tests.probing.made_up import BOOTSTRAP, FEW, NETWORKS
from tests.probing.tables.test_best_units import probe


def encoding(validation: list[float], test: list[float], **options: float) -> pd.Series:
    rows = [
        probe(layer=f"l{n}", depth=n, validation=v, balanced_accuracy=t, accuracy=t)
        for n, (v, t) in enumerate(zip(validation, test, strict=True), 1)
    ]
    probes = with_depth_share(pd.DataFrame(rows))
    given = {"readable": 0.9, "above_chance": 0.05} | options
    table, _ = encoding_table(
        probes, best_units(probes), ["plain"], ["Bald"], **given, bootstrap=BOOTSTRAP
    )
    return table.iloc[0]


def test_an_attribute_is_readable_from_nine_tenths_of_its_best_on() -> None:
    # Best .9: readable from .5 + .9 x .4 = .86 on.
    row = encoding([0.6, 0.855, 0.87, 0.9, 0.7], [0.5, 0.6, 0.7, 0.85, 0.65])
    assert row["readable_layer"] == "l3"
    assert row["readable_depth"] == pytest.approx(0.6)
    assert (row["best_layer"], row["best"]) == ("l4", 0.85)
    assert (row["last_layer"], row["last"]) == ("l5", 0.65)
    assert row["loss"] == pytest.approx(0.2)
    assert encoding([0.6, 0.855, 0.9], [0.5] * 3, readable=0.5)["readable_layer"] == "l2"


def test_what_no_layer_reads_is_readable_nowhere() -> None:
    row = encoding([0.52, 0.54, 0.51], [0.5, 0.52, 0.5])
    assert row["readable_layer"] == row["best_layer"] == row["last_layer"] == ""
    assert np.isnan([row["readable_depth"], row["loss"]]).all()


def test_expression_is_lost_and_hats_come_first(tables: dict[str, pd.DataFrame]) -> None:
    table = tables["encoding"].set_index(["network", "attribute"])
    for network in NETWORKS:
        smiling = table.loc[(network, "Smiling")]
        assert smiling["loss"] > 0.05
        assert smiling["loss_low"] > 0
        depths = table.loc[network]["readable_depth"]
        assert depths["Wearing_Hat"] < depths["Smiling"] < depths["Male"]
    losses = tables["losses"].set_index(["network", "group"])
    assert losses.loc[("plain", "expression"), "attributes"] == 2
    assert losses.loc[("plain", "expression"), "loss"] == pytest.approx(
        table.loc["plain"].loc[["Smiling", "Mouth_Slightly_Open"], "loss"].mean()
    )


def test_a_controls_loss_is_subtracted(tables: dict[str, pd.DataFrame]) -> None:
    over = tables["losses_over_controls"].set_index(["control", "group"])
    losses = tables["losses"].set_index(["network", "group"])["loss"]
    expected = losses["residual", "expression"] - losses["untrained", "expression"]
    assert over.loc[("untrained", "expression"), "difference"] == pytest.approx(expected)


def test_means_by_layer_are_over_attributes_and_seeds() -> None:
    rows = [
        probe(attribute=a, seed=s, balanced_accuracy=v)
        for a, s, v in (
            ("Bald", 0, 0.6),
            ("Bald", 1, 0.8),
            ("Smiling", 0, 0.7),
            ("Smiling", 1, 0.9),
        )
    ]
    table = depth_table(with_depth_share(pd.DataFrame(rows))).set_index("group")
    every = table.loc["all attributes"]
    assert every["balanced_accuracy"] == pytest.approx(0.75)
    assert [every["lowest"], every["highest"]] == pytest.approx([0.65, 0.85])
    assert (every["attributes"], table.loc["hair", "balanced_accuracy"]) == (2, pytest.approx(0.7))


def test_probes_that_are_not_defined_are_counted(tables: dict[str, pd.DataFrame]) -> None:
    row = tables["undefined"].query("network == 'plain'").iloc[0]
    assert row["unit"] == "channel"
    assert row["why"] == "all features are constant"
    assert (row["probes"], row["of"]) == (2, NETWORKS["plain"] * 2 * len(FEW))
    assert undefined_table(pd.DataFrame([probe()])).empty


def test_a_difference_of_losses_is_less_certain_than_either(
    tables: dict[str, pd.DataFrame],
) -> None:
    """Squares of the two add up: with the same resamples of both it would have no interval."""
    keys = ["network", "group"]
    losses = tables["losses"].set_index(keys)
    width = losses["loss_high"] - losses["loss_low"]
    for row in tables["losses_over_controls"].itertuples():
        sides = width[row.network, row.group], width[row.control, row.group]
        difference = row.difference_high - row.difference_low
        assert difference == pytest.approx(np.hypot(*sides), rel=0.35)
