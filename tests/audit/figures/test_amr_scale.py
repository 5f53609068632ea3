import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection, PathCollection

from heed.audit.figures.amr_scale import draw_amr_scale

ORDER = ["Bald", "Smiling", "Young"]


def tables() -> tuple[pd.DataFrame, pd.DataFrame]:
    keys = {"model": "m", "version": "2", "attribute": [*ORDER, "OVERALL"]}
    scores = pd.DataFrame(
        {**keys, "amr": [0.3, 0.5, 0.4, 0.4], "amr_normalised": [0.25, 0.75, np.nan, 0.5]}
    )
    marks = {"amr_uniform": 0.1, "amr_blob": [0.2, 0.3, 0.4, 0.3], "amr_ceiling": 0.9}
    other = scores.assign(version="1", amr=0.99)
    return pd.concat([other, scores]), pd.DataFrame({**keys, **marks})


def test_dots_lie_on_lines_from_uniform_score_to_ceiling() -> None:
    (panel,) = draw_amr_scale(*tables(), "2", ORDER).axes
    lines = {found.get_label(): found.get_segments() for found in panel.collections
             if isinstance(found, LineCollection)}  # fmt: skip
    np.testing.assert_allclose(lines["uniform map to best map"][1], [[0.1, 1], [0.9, 1]])
    np.testing.assert_allclose(lines["blob in the middle"][0], [[0.2, -0.35], [0.2, 0.35]])
    dots = [found for found in panel.collections if isinstance(found, PathCollection)]
    places = np.concatenate([np.asarray(found.get_offsets()) for found in dots])
    assert sorted(places.tolist()) == [[0.3, 0], [0.4, 2], [0.5, 1]]
    (hollow,) = (found for found in dots if len(found.get_offsets()) == 1)  # no range
    assert np.asarray(hollow.get_offsets()).tolist() == [[0.4, 2]]


def test_the_mean_is_over_attributes_with_a_range() -> None:
    figure = draw_amr_scale(*tables(), "2", ORDER)
    text = " ".join(found.get_text() for found in figure.findobj(lambda a: hasattr(a, "get_text")))
    assert "mean normalised AMR 0.50 (2 attributes)" in " ".join(text.split())


def test_a_missing_scale_is_named() -> None:
    scores, scales = tables()
    with pytest.raises(ValueError, match=r"scales\.csv: found 3 rows of m.*none of Smiling"):
        draw_amr_scale(scores, scales[scales["attribute"] != "Smiling"], "2", ORDER)
