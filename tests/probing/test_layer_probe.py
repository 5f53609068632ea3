"""What a layer's probe reports, held to scikit-learn's PLS and QDA on the same faces."""

import numpy as np
import pytest
from sklearn.cross_decomposition import PLSRegression
from sklearn.discriminant_analysis import QuadraticDiscriminantAnalysis
from sklearn.metrics import accuracy_score, balanced_accuracy_score
from sklearn.preprocessing import StandardScaler

from heed.celeba.attributes import ATTRIBUTES
from heed.layers.layer import Layer
from heed.layers.listing import layers_of
from heed.layers.streaming import features_of
from heed.probing.faces import LabelledFaces
from heed.probing.layer_probe import CONSTANT, NO_CHANNELS, LayerProbe, probe_layer
from heed.probing.network_probe import draws_of
from tests.probing.small_faces import PARAMS, RARE, SEEN, small_faces, small_network

NETWORK = small_network()
UNITS = ("layer", "channel", "channels", "neuron", "neurons")


@pytest.fixture(scope="module")
def faces(tmp_path_factory: pytest.TempPathFactory) -> LabelledFaces:
    return small_faces(tmp_path_factory.mktemp("faces"))


def read(
    faces: LabelledFaces, number: int, **changes: object
) -> tuple[Layer, np.ndarray, LayerProbe]:
    """A layer, its features of all faces, and what its probe gives."""
    params = PARAMS.model_copy(update=changes)
    layer = layers_of(NETWORK, faces.images[[0]])[number]
    (features,) = features_of(NETWORK, faces.images, [layer], memory=params.memory, batch_size=16)
    values = np.concatenate([block for _, block in features.blocks()], axis=1)
    return (
        layer,
        values,
        probe_layer(features, draws_of(faces, params), faces.labels, faces.test, params),
    )


def rows_of(found: LayerProbe, attribute: str) -> dict[str, dict]:
    return {row["unit"]: row for row in found.rows if row["attribute"] == attribute}


def expected(
    faces: LabelledFaces, values: np.ndarray, attribute: str, *, project: bool
) -> tuple[float, float, float]:
    """Validation, test and balanced test accuracy by scikit-learn."""
    truth = faces.labels[:, ATTRIBUTES.index(attribute)] > 0
    draw = next(d for d in draws_of(faces, PARAMS) if d.attribute == attribute)
    values = values.astype(np.float64)
    if project:
        pls = PLSRegression(PARAMS.components, scale=False)
        pls.fit(values[draw.training], np.where(truth[draw.training], 1.0, -1.0))
        values = pls.transform(values)
    scaler = StandardScaler().fit(values[draw.training])
    qda = QuadraticDiscriminantAnalysis(reg_param=PARAMS.regularisation)
    qda.fit(scaler.transform(values[draw.training]), truth[draw.training])
    answers = qda.predict(scaler.transform(values))
    return (
        accuracy_score(truth[draw.validation], answers[draw.validation]),
        accuracy_score(truth[faces.test], answers[faces.test]),
        balanced_accuracy_score(truth[faces.test], answers[faces.test]),
    )


def judged(row: dict) -> tuple[float, float, float]:
    return row["validation"], row["accuracy"], row["balanced_accuracy"]


def units(row: dict) -> list[int]:
    return [int(unit) for unit in row["units"].split(";")]


@pytest.mark.parametrize("attribute", [SEEN, "Smiling", "Young"])
@pytest.mark.parametrize("number", [0, 2])
def test_accuracies_are_scikit_learns(faces: LabelledFaces, number: int, attribute: str) -> None:
    layer, values, found = read(faces, number)
    rows = rows_of(found, attribute)
    each = layer.features // layer.channels
    assert judged(rows["layer"]) == expected(faces, values, attribute, project=True)
    for unit in ("channel", "channels"):
        own = np.concatenate(
            [values[:, c * each : (c + 1) * each] for c in units(rows[unit])], axis=1
        )
        assert judged(rows[unit]) == expected(faces, own, attribute, project=True)
    for unit in ("neuron", "neurons"):
        own = values[:, units(rows[unit])]
        assert judged(rows[unit]) == expected(faces, own, attribute, project=False)


def test_the_single_unit_is_the_best_of_the_top_ones_on_validation(faces: LabelledFaces) -> None:
    _, values, found = read(faces, 0)
    for attribute in ("Smiling", "Young", SEEN):
        rows = rows_of(found, attribute)
        top = units(rows["neurons"])
        alone = [expected(faces, values[:, [n]], attribute, project=False)[0] for n in top]
        assert units(rows["neuron"]) == [top[int(np.argmax(alone))]]
        assert set(units(rows["channel"])) <= set(units(rows["channels"]))


def test_what_is_visible_is_read_and_noise_is_not(faces: LabelledFaces) -> None:
    _, _, found = read(faces, 0)
    assert rows_of(found, SEEN)["layer"]["accuracy"] > 0.9
    noise = [row["accuracy"] for row in found.rows
             if row["unit"] == "layer" and row["attribute"] not in (SEEN, RARE)]  # fmt: skip
    assert 0.4 < np.mean(noise) < 0.6


def test_every_attribute_has_a_row_of_each_unit_and_too_few_faces_say_why(
    faces: LabelledFaces,
) -> None:
    _, _, found = read(faces, 0)
    keys = {(row["attribute"], row["unit"]) for row in found.rows}
    assert len(found.rows) == len(keys) == len(ATTRIBUTES) * len(UNITS)
    for row in rows_of(found, RARE).values():
        assert np.isnan(judged(row)).all()
        assert "3 faces with it" in row["why"]
        assert row["n"] == 0
    assert len(found.vip) == len(ATTRIBUTES) - 1
    np.testing.assert_allclose((found.vip**2).mean(axis=1), 1, rtol=1e-4)


def test_a_layer_without_space_has_no_channels(faces: LabelledFaces) -> None:
    _, values, found = read(faces, 3)
    rows = rows_of(found, SEEN)
    assert rows["channel"]["why"] == rows["channels"]["why"] == NO_CHANNELS
    assert judged(rows["layer"]) == expected(faces, values, SEEN, project=True)


def test_constant_features_are_told(faces: LabelledFaces) -> None:
    silent = small_network()
    silent[0].weight.data.zero_()  # type: ignore[operator, union-attr]
    layer = layers_of(silent, faces.images[[0]])[0]
    (features,) = features_of(silent, faces.images, [layer], memory=64, batch_size=16)
    draws = draws_of(faces, PARAMS)
    found = probe_layer(features, draws, faces.labels, faces.test, PARAMS)
    rows = rows_of(found, SEEN)
    for unit in ("layer", "channel", "channels"):
        assert rows[unit]["why"] == CONSTANT
        assert np.isnan(rows[unit]["accuracy"])
    assert rows["neuron"]["balanced_accuracy"] == 0.5


def test_what_is_computed_again_gives_the_same(faces: LabelledFaces) -> None:
    draws = draws_of(faces, PARAMS)
    layer = layers_of(NETWORK, faces.images[[0]])[0]
    found = []
    for memory, width in ((64, 8192), (0.1, 32)):
        (features,) = features_of(
            NETWORK, faces.images, [layer], memory=memory, width=width, batch_size=16
        )
        assert features.plan.way == ("memory" if memory == 64 else "again")
        params = PARAMS if memory == 64 else PARAMS.model_copy(update={"memory": 0.02})
        found.append(probe_layer(features, draws, faces.labels, faces.test, params))
    one, other = found
    for row, same in zip(one.rows, other.rows, strict=True):
        assert row["units"] == same["units"]
        np.testing.assert_equal(judged(row), judged(same))
