"""Every layer of a network, and what single neurons tell."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from heed.base.errors import InputError
from heed.probing import paths
from heed.probing.faces import LabelledFaces
from heed.probing.network_probe import (
    NetworkProbe,
    draws_of,
    probe_network,
    spread_over,
    vip_histogram,
)
from heed.probing.run_settings import LayersParams, VipParams
from heed.probing.schema import Kind, checked
from heed.recognition.networks import new_face_network, save_face_network
from heed.recognition.settings import FaceNetworkParams
from tests.probing.small_faces import PARAMS, RARE, small_faces

PLAIN = FaceNetworkParams(plan="small_plain", width=4, depth=1)
WANTED = LayersParams(names=["body.features.*"], kinds=["pooling"])
VIP = VipParams(neurons=5, bins=4)


@pytest.fixture(scope="module")
def probed(tmp_path_factory: pytest.TempPathFactory) -> tuple[NetworkProbe, LabelledFaces]:
    folder = tmp_path_factory.mktemp("study")
    faces = small_faces(folder, side=32)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for seed in (10, 2):
            file = Path(paths.networks("plain"), f"{seed}.safetensors")
            file.parent.mkdir(parents=True, exist_ok=True)
            save_face_network(new_face_network(PLAIN, 3), file)
        return probe_network("plain", faces, WANTED, PARAMS, VIP), faces


def test_the_tables_keep_to_the_schema(probed: tuple[NetworkProbe, LabelledFaces]) -> None:
    found, _ = probed
    tables: dict[Kind, object] = {
        "probes": found.probes, "vip": found.vip, "vip_histogram": found.histogram,
    }  # fmt: skip
    for kind, table in tables.items():
        checked(table, kind, "here")  # type: ignore[arg-type]
        assert table["seed"].unique().tolist() == [2, 10]  # type: ignore[index]
    layers = found.probes[["layer", "depth", "kind"]].drop_duplicates()
    assert set(layers["kind"]) == {"pooling"}
    assert layers["depth"].is_monotonic_increasing or len(layers) == 4


def test_the_histogram_counts_every_neuron(probed: tuple[NetworkProbe, LabelledFaces]) -> None:
    found, _ = probed
    counts = found.histogram.groupby(["seed", "layer", "attribute"])["count"].agg(["sum", "size"])
    features = found.probes.groupby("layer")["features"].first()
    assert set(counts["size"]) == {VIP.bins}
    for (_, layer, _), total in counts["sum"].items():
        assert total == features[layer]
    assert RARE not in set(found.histogram["attribute"])


def test_neurons_lie_over_the_range_of_vip(probed: tuple[NetworkProbe, LabelledFaces]) -> None:
    found, _ = probed
    of = found.vip.groupby(["seed", "layer", "attribute"])
    assert of.size().max() <= VIP.neurons
    histogram = found.histogram.groupby(["seed", "layer", "attribute"])
    np.testing.assert_allclose(of["vip"].min(), histogram["low"].min(), rtol=1e-5)
    np.testing.assert_allclose(of["vip"].max(), histogram["high"].max(), rtol=1e-5)


@given(
    arrays(np.float64, st.integers(1, 30), elements=st.floats(0, 5, width=16)), st.integers(2, 9)
)
def test_chosen_values_are_the_nearest_ones(values: np.ndarray, count: int) -> None:
    chosen = spread_over(values, count)
    assert chosen.tolist() == sorted(set(chosen.tolist()))
    for asked in np.linspace(values.min(), values.max(), count):
        least = np.abs(values - asked).min()
        assert np.abs(values[chosen] - asked).min() == pytest.approx(least, abs=1e-12)


def test_a_histogram_by_hand(probed: tuple[NetworkProbe, LabelledFaces]) -> None:
    _, faces = probed
    (draw,) = [each for each in draws_of(faces, PARAMS) if each.attribute == "Smiling"]
    table = vip_histogram([draw], np.array([[0, 0.5, 0.9, 2.0]], np.float32), 2)
    assert table.values.tolist() == [["Smiling", 0.0, 1.0, 3], ["Smiling", 1.0, 2.0, 1]]


def test_a_network_that_was_not_made_is_named(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="data/networks/plain: found no weights; run `dvc repro`"):
        probe_network("plain", small_faces(tmp_path), WANTED, PARAMS, VIP)
