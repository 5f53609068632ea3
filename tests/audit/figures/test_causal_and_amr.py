import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import PathCollection

from heed.audit.figures.causal_and_amr import draw_causal_and_amr, points_of
from heed.celeba.attributes import ATTRIBUTES

ROWS = [*ATTRIBUTES, "OVERALL"]


def tables(versions: tuple[str, ...], *metrics: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    rng = np.random.default_rng(0)
    causal = pd.concat(
        pd.DataFrame({"model": m, "metric": metric, "attribute": ROWS, "mean": rng.random(41)})
        for m in ("a", "b") for metric in metrics
    )  # fmt: skip
    looked = pd.concat(
        pd.DataFrame(
            {"model": m, "version": v, "attribute": ROWS, "amr_normalised": rng.random(41)}
        )
        for m in ("a", "b") for v in versions
    )  # fmt: skip
    looked.loc[looked["attribute"] == "Bald", "amr_normalised"] = np.nan
    return causal, looked


def test_a_dot_is_an_attribute_with_both_numbers() -> None:
    causal, versions = tables(("2", "evidence"), "flip", "top_less_random")
    figure = draw_causal_and_amr(causal, versions, "2")
    assert len(figure.axes) == 4
    dots = next(found for found in figure.axes[3].collections if isinstance(found, PathCollection))
    points = points_of(causal, versions, "b", "flip", "evidence")
    assert len(points) == 39  # without Bald, which has no range, and the mean
    np.testing.assert_allclose(np.asarray(dots.get_offsets()), points.to_numpy())
    expected = points["amr"].corr(points["move"], method="spearman")
    title = figure.axes[3].get_title().replace("\n", " ").replace("\u2212", "-")
    assert float(title.split()[-1]) == pytest.approx(expected, abs=0.005)


@pytest.mark.parametrize(("version", "rows"), [("2", 1), ("evidence", 1)])
def test_one_row_where_there_is_one_kind_of_mask(version: str, rows: int) -> None:
    causal, versions = tables((version,), "top_less_random")
    figure = draw_causal_and_amr(causal, versions, version)
    assert len(figure.axes) == 2 * rows
    assert "deleted" in figure.axes[0].get_ylabel()


def test_a_table_of_nothing_is_refused() -> None:
    causal, versions = tables(("2",), "flip")
    with pytest.raises(ValueError, match="no row of flip"):
        draw_causal_and_amr(causal[:0], versions, "2")
