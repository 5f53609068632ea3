import numpy as np
import pandas as pd
import pytest

from heed.audit.figures.mask_versions import draw_mask_versions, wide_by_version
from tests.figures.bars import names_of_rows, widths_in
from tests.figures.dots import dots_by_panel

MODELS = ("balanced", "unbalanced")


@pytest.fixture
def versions() -> pd.DataFrame:
    """As the stage writes it: two models, three versions, two attributes and their mean."""
    rows = [
        {"model": model, "version": version, "attribute": attribute, "n": 9,
         "amr": round(0.1 * (1 + i) + 0.01 * j + 0.3 * k, 3), "proportional_energy": 0.5}
        for k, model in enumerate(MODELS)
        for j, version in enumerate(("1", "2", "evidence"))
        for i, attribute in enumerate(("Young", "Wearing_Hat", "OVERALL"))
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_published_numbers_give_the_published_bars(published, published_with_masks_1) -> None:
    order = published["attribute"].tolist()[:-1]
    tables = {"1": published_with_masks_1, "2": published}
    figure = draw_mask_versions(tables, order)
    assert [panel.get_title() for panel in figure.axes] == list(MODELS)
    for bars, model in zip(dots_by_panel(figure), MODELS, strict=True):
        for version, table in tables.items():
            found = bars[f"mask version {version}"]
            assert found == pytest.approx(widths_in(table, f"{model}_amr"))
            assert len(found) == 40
    assert names_of_rows(figure.axes[0]) == [name.replace("_", " ") for name in order]


def test_without_an_order_rows_are_those_of_the_first_table(
    published, published_with_masks_1
) -> None:
    figure = draw_mask_versions({"1": published_with_masks_1, "2": published})
    first = published_with_masks_1["attribute"].tolist()
    assert first[-1] == "OVERALL"
    assert names_of_rows(figure.axes[0]) == [name.replace("_", " ") for name in first[:-1]]


def test_long_table_becomes_wide_ones(versions) -> None:
    wide = wide_by_version(versions)
    assert list(wide) == ["1", "2", "evidence"]
    expected = pd.DataFrame(
        {
            "attribute": ["Young", "Wearing_Hat"],
            "balanced_amr": [0.11, 0.21],
            "unbalanced_amr": [0.41, 0.51],
        }
    )
    pd.testing.assert_frame_equal(wide["2"], expected)


def test_what_a_version_lacks_is_missing(versions) -> None:
    versions.loc[(versions["version"] == "2") & (versions["attribute"] == "Young"), "amr"] = np.nan
    lacking = (versions["version"] == "1") & (versions["model"] == "balanced")
    figure = draw_mask_versions(wide_by_version(versions[~lacking]))
    assert [panel.get_title() for panel in figure.axes] == list(MODELS)
    by_model = dict(zip(MODELS, dots_by_panel(figure), strict=True))
    assert by_model["balanced"]["mask version 1"] == {}
    assert by_model["balanced"]["mask version 2"] == {"Wearing Hat": 0.21}
    assert by_model["unbalanced"]["mask version 1"] == {"Young": 0.4, "Wearing Hat": 0.5}
    assert by_model["unbalanced"]["evidence masks"] == {"Young": 0.42, "Wearing Hat": 0.52}


def test_a_row_twice_is_an_error(versions) -> None:
    with pytest.raises(ValueError, match="version 1, attribute Young, model balanced"):
        wide_by_version(pd.concat([versions, versions[:1]]))


def test_versions_must_have_the_same_attributes(versions) -> None:
    wide = wide_by_version(versions)
    wide["2"] = wide["2"][:1]
    with pytest.raises(ValueError, match="mask version 2 differs in Wearing_Hat"):
        draw_mask_versions(wide)


def test_versions_must_have_the_same_models(versions) -> None:
    wide = wide_by_version(versions)
    wide["2"] = wide["2"].drop(columns="balanced_amr")
    with pytest.raises(ValueError, match="found no column balanced_amr"):
        draw_mask_versions(wide)
