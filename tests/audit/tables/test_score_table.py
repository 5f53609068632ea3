import numpy as np
import pandas as pd
import pytest

from heed.audit.tables.score_table import (
    SCHEMA,
    prediction_columns,
    score_table,
)
from heed.celeba.attributes import ATTRIBUTES
from heed.metrics.grid.located import Located
from heed.metrics.scores import Scores


def test_rows_are_image_by_image():
    rng = np.random.default_rng(0)
    values, places = rng.random((7, 2, 40)), rng.random((2, 2, 40))
    logits = rng.normal(size=(2, 40)).astype(np.float32)
    contribution = rng.normal(size=(2, 40)).astype(np.float32)
    labels = rng.choice([-1, 1], size=(2, 40)).astype(np.int8)
    empty = rng.random((2, 40)) < 0.5
    found = score_table(
        ["b.jpg", "a.jpg"], labels, logits, contribution, Scores(*values, empty), Located(*places)
    )
    assert found.schema == SCHEMA
    table = found.to_pandas()
    assert len(table) == 80
    for row in (0, 7, 40, 79):
        image, attribute = divmod(row, 40)
        line = table.iloc[row]
        assert (line.image, line.attribute) == (["b.jpg", "a.jpg"][image], ATTRIBUTES[attribute])
        assert line.label == labels[image, attribute]
        assert line.logit == logits[image, attribute]
        assert line["empty"] == empty[image, attribute]
        expected = [*values[:, image, attribute], *places[:, image, attribute]]
        assert [
            line.amr,
            line.amr_uncorrected,
            line.proportional_energy,
            line.active_area,
            line.intensity,
            line.border_share,
            line.iou,
            line.pointing_game,
            line.pixel_roc_auc,
        ] == expected
        bias = abs(float(logits[image, attribute]) - float(contribution[image, attribute]))
        image_part = abs(float(contribution[image, attribute]))
        assert line.contribution_share == pytest.approx(image_part / (image_part + bias))
        assert line.bias_share == pytest.approx(bias / (image_part + bias))


def test_missing_prediction_column_is_named():
    predictions = pd.DataFrame({f"logit.{name}": [0.5] for name in ATTRIBUTES})
    assert prediction_columns(predictions, "logit", "p").shape == (1, 40)
    with pytest.raises(
        ValueError, match=r"p: found no column contribution.5_o_Clock_Shadow \(40 of 40"
    ):
        prediction_columns(predictions, "contribution", "p")
