import numpy as np
import pandas as pd
import pytest

from heed.affact.figures.rates_by_set import ROWS, SET_STYLES, ErrorRates, majority_error, row_name
from heed.metrics.estimates import OVERALL

RATES = pd.DataFrame(
    [
        ("one", "T", "Bald", 0.25, 0.2, 0.3),
        ("one", "A", "Bald", 0.05, 0.0, 0.1),
        ("one", "A", OVERALL, 0.125, 0.1, 0.15),
        ("two", "A", "Bald", 0.5, 0.4, 0.6),
    ],
    columns=["network", "set", "attribute", "error", "error_low", "error_high"],
)
PUBLISHED = pd.DataFrame({"attribute": ["Bald", "TOTAL"], "A_affact": [0.93, 8.21]})


def test_a_number_is_found_by_network_set_and_attribute() -> None:
    errors = ErrorRates(RATES)
    assert errors.networks == ["one", "two"]
    np.testing.assert_array_equal(errors.error("one", "A", ["Bald", "Young", OVERALL]),
                                  [0.05, np.nan, 0.125])  # fmt: skip
    assert len(errors.error("one", "T")) == len(ROWS) == 41
    low, high = errors.interval("two", "A", ["Bald"])
    assert (low.item(), high.item()) == (0.4, 0.6)
    assert ErrorRates(RATES.drop(columns="error_high")).interval("two", "A") is None


def test_sets_come_in_their_order_and_only_where_all_networks_have_them() -> None:
    errors = ErrorRates(RATES)
    assert errors.sets() == errors.sets("one") == ["A", "T"]
    assert errors.sets("one", "two") == ["A"]
    assert tuple(SET_STYLES) == ("A", "C", "D", "T")


def test_the_published_number_is_that_of_what_the_network_stands_for() -> None:
    errors = ErrorRates(RATES, PUBLISHED, {"one": "affact", "two": None})
    np.testing.assert_allclose(errors.published_error("one", "A", ["Bald", OVERALL]),
                               [0.0093, 0.0821])  # fmt: skip
    for network, test_set in (("one", "T"), ("two", "A"), ("three", "A")):
        assert np.isnan(errors.published_error(network, test_set)).all()
    assert np.isnan(ErrorRates(RATES).published_error("one", "A")).all()


@pytest.mark.parametrize(
    ("rates", "message"),
    [
        (RATES.drop(columns="set"), "no column set"),
        (RATES.replace({"set": {"T": "B"}}), "test set B; expected A, C, D, T"),
        (pd.concat([RATES, RATES[:1]]), "two rows of network one, set T and attribute Bald"),
    ],
)
def test_another_table_is_an_error(rates: pd.DataFrame, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ErrorRates(rates)


def test_a_network_that_is_not_there_is_an_error() -> None:
    with pytest.raises(ValueError, match="no network three; found one, two"):
        ErrorRates(RATES).sets("three")


def test_the_majority_is_averaged_unless_the_table_has_the_mean() -> None:
    table = pd.DataFrame({"attribute": ["Bald", "Young", "Male"], "error": [0.2, 0.4, np.nan]})
    assert majority_error(table, [OVERALL]) == pytest.approx([0.3])  # missing ones left out
    more = pd.concat([table, pd.DataFrame({"attribute": [OVERALL], "error": [0.1]})])
    np.testing.assert_array_equal(majority_error(more, ["Male", OVERALL]), [np.nan, 0.1])


def test_the_mean_is_named_as_in_the_paper() -> None:
    assert [row_name(row) for row in ("Bald", OVERALL)] == ["Bald", "TOTAL"]
