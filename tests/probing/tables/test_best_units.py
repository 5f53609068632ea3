"""Which unit is the best, and what it is said to read."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from heed.probing.tables.best_units import best_units, with_depth_share
from heed.probing.tables.published import ordered, published_accuracy
from tests.places import SHARED
from tests.probing import made_up
from tests.probing.made_up import FEW


def probe(**values: object) -> dict[str, object]:
    return {
        "network": "plain", "seed": 0, "layer": "a", "depth": 1, "layers": 5, "kind": "conv",
        "attribute": "Bald", "unit": "layer", "n": 100, "validation": 0.7, "accuracy": 0.6,
        "balanced_accuracy": 0.6, "why": "",
    } | values  # fmt: skip


def test_the_validation_draw_chooses_and_the_first_of_equal_layers_counts() -> None:
    probes = pd.DataFrame(
        [
            probe(layer="a", depth=1, validation=0.8, accuracy=0.6),
            probe(layer="b", depth=2, validation=0.9, accuracy=0.7),
            probe(layer="c", depth=3, validation=0.9, accuracy=0.99),
            probe(layer="d", depth=4, validation=np.nan, accuracy=np.nan),
            probe(layer="a", depth=1, seed=1, validation=0.75),
        ]
    )
    best = best_units(probes)
    assert best["layer"].tolist() == ["b", "a"], "the test score has no say"
    assert best_units(probes.iloc[::-1])["layer"].tolist() == ["b", "a"]
    assert with_depth_share(probes)["depth_share"].tolist() == [0.2, 0.4, 0.6, 0.8, 0.2]


def test_an_attribute_that_no_layer_defines_has_no_best() -> None:
    assert best_units(pd.DataFrame([probe(validation=np.nan)])).empty


def test_every_number_is_that_of_the_chosen_probes(tables: dict[str, pd.DataFrame]) -> None:
    probes = made_up.probes("plain", made_up.NETWORKS["plain"], attributes=FEW)
    table = tables["attributes"]
    assert len(table) == 5 * 5 * len(FEW)
    for _, row in table[(table["network"] == "plain")].iterrows():
        own = probes[(probes["attribute"] == row["attribute"]) & (probes["unit"] == row["unit"])]
        chosen = [of.loc[of["validation"].idxmax()] for _, of in own.groupby("seed")]
        for name in ("accuracy", "balanced_accuracy", "validation", "depth"):
            assert row[name] == pytest.approx(np.mean([c[name] for c in chosen])), name
        assert row["layer"] in {c["layer"] for c in chosen}
        assert row["accuracy_low"] < row["accuracy"] < row["accuracy_high"]


def test_the_thesis_stands_beside_single_units_of_trained_networks(
    tables: dict[str, pd.DataFrame],
) -> None:
    table = tables["attributes"].set_index(["network", "unit", "attribute"])["published"]
    assert table["residual", "layer", "Smiling"] == 0.904
    assert table["plain", "neuron", "Male"] == 0.899
    assert np.isnan(table["plain", "neurons", "Male"])
    assert np.isnan(table["untrained", "layer", "Male"])


def test_published_means_are_those_of_the_thesis(tables: dict[str, pd.DataFrame]) -> None:
    of = tables["baselines"].query("of == 'published'").set_index(["classifier", "unit"])
    facts = {
        "ResNet-50": (83.1, 79.5, 77.4),
        "MobileNetV2": (83.9, 80.4, 77.6),
        "VGG16": (83.9, 78.6, 77.2),
    }
    for network, values in facts.items():
        found = [100 * of["accuracy"][network, unit] for unit in ("layer", "channel", "neuron")]
        assert found == pytest.approx(values, abs=0.1)


def test_means_that_stand_beside_each_other_are_over_the_same_attributes(
    tables: dict[str, pd.DataFrame], tmp_path: Path
) -> None:
    published = published_accuracy().set_index("attribute").loc[list(FEW)]
    averages = tables["averages"].set_index(["network", "unit"])["published"]
    assert averages["plain", "neuron"] == pytest.approx(published["vgg16_neuron"].mean())
    baseline = made_up.baseline()  # knows forty, of which twelve are probed
    assert len(baseline) > len(FEW)
    answered = made_up.answered(tmp_path, baseline=baseline)
    ours = answered["baselines"].query("classifier == 'multitask baseline'").iloc[0]
    own = baseline[baseline["attribute"].isin(FEW)]
    for name in ("accuracy", "balanced_accuracy"):
        assert ours[name] == pytest.approx(own[name].mean())
        assert answered["multitask"][name].mean() == pytest.approx(own[name].mean())


def test_attributes_come_in_the_order_of_the_thesis() -> None:
    published = published_accuracy()
    assert len(published) == 40
    assert ordered(sorted(published["attribute"])) == list(published["attribute"])


def test_the_published_table_is_the_reference() -> None:
    reference = SHARED / "reference/probing_table_5_2_accuracy_percent.csv"
    if not reference.is_file():
        pytest.skip(f"{reference} is not there")
    pd.testing.assert_frame_equal(
        published_accuracy().set_index("attribute"),
        pd.read_csv(reference).set_index("attribute") / 100,
    )
