"""Error rates of networks on the four test sets, beside the published ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from heed.affact.tables.published import TOTAL
from heed.affact.test_sets import SETS
from heed.celeba.attributes import ATTRIBUTES
from heed.metrics.estimates import OVERALL

Floats = NDArray[np.float64]

ROWS: Final = (*ATTRIBUTES, OVERALL)
"""The rows of a table: the attributes, then their unweighted mean."""

_COLUMNS: Final = ("network", "set", "attribute", "error")


@dataclass(frozen=True)
class SetStyle:
    """Name and look of a test set.

    Attributes:
        label: for legends.
        colour: of its bars; the four differ in lightness from one to the next, for print
            without colour.
    """

    label: str
    colour: str


SET_STYLES: Final[dict[str, SetStyle]] = {
    "A": SetStyle("A: by landmarks", "#0072B2"),
    "C": SetStyle("C: ten crops", "#E69F00"),
    "D": SetStyle("D: by detector", "#009E73"),
    "T": SetStyle("T: transformed", "#882255"),
}
"""By test set (Chavannes & Rutishauser 2021, section 5), in the order of table 7.1."""


@dataclass(frozen=True, eq=False)
class ErrorRates:
    """Error rates of networks, and the published ones of the networks that they stand for.

    Attributes:
        rates: columns ``network, set, attribute, error`` (fraction), and where there are
            intervals ``error_low, error_high``; one row for each network, set and attribute,
            and one for their mean, whose attribute is ``OVERALL``. Other columns are ignored.
        published: as :func:`heed.affact.tables.published.table_7_1` returns it, in percent; None:
            nothing is compared.
        stands_for: by network the name that it has in the columns of ``published``; None, or
            no entry, where it stands for none of them.

    Raises:
        ValueError: for a missing column, a set that is none of the four, or two rows of the
            same network, set and attribute.
    """

    rates: pd.DataFrame
    published: pd.DataFrame | None = None
    stands_for: Mapping[str, str | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check the table."""
        missing = [name for name in _COLUMNS if name not in self.rates.columns]
        if missing:
            raise ValueError(
                f"the table of rates has no column {missing[0]}; found "
                f"{', '.join(map(str, self.rates.columns))}"
            )
        if strange := sorted(set(self.rates["set"].astype(str)) - set(SETS)):
            raise ValueError(
                f"the table of rates has the test set {strange[0]}; expected {', '.join(SETS)}"
            )
        keys = self.rates[["network", "set", "attribute"]]
        if keys.duplicated().any():
            network, of_set, attribute = keys[keys.duplicated()].iloc[0]
            raise ValueError(
                f"the table of rates has two rows of network {network}, set {of_set} and "
                f"attribute {attribute}; expected one"
            )

    @property
    def networks(self) -> list[str]:
        """In the order of the table."""
        return list(dict.fromkeys(self.rates["network"]))

    def sets(self, *networks: str) -> list[str]:
        """Test sets that all of the given networks have; without arguments, those of the table."""
        wanted = networks or (None,)
        of_each = [
            set(self.rates["set"] if name is None else self._of(name)["set"]) for name in wanted
        ]
        return [name for name in SETS if all(name in found for found in of_each)]

    def error(
        self, network: str, test_set: str, rows: Sequence[str] = ROWS, column: str = "error"
    ) -> Floats:
        """Error rates (fractions), one for each of ``rows``; NaN where the table has none."""
        of_network = self._of(network)
        found = of_network[of_network["set"] == test_set].set_index("attribute")[column]
        return found.reindex(list(rows)).to_numpy(np.float64)

    def interval(
        self, network: str, test_set: str, rows: Sequence[str] = ROWS
    ) -> tuple[Floats, Floats] | None:
        """Lower and upper ends of the intervals (fractions); None if the table has none."""
        ends = ("error_low", "error_high")
        if any(name not in self.rates.columns for name in ends):
            return None
        low, high = (self.error(network, test_set, rows, name) for name in ends)
        return low, high

    def published_error(self, network: str, test_set: str, rows: Sequence[str] = ROWS) -> Floats:
        """Published error rates (fractions); NaN for a network that stands for none."""
        name = f"{test_set}_{self.stands_for.get(network)}"
        if self.published is None or name not in self.published.columns:
            return np.full(len(rows), np.nan)
        percent = self.published.set_index("attribute")[name].rename({TOTAL: OVERALL})
        return percent.reindex(list(rows)).to_numpy(np.float64) / 100

    def _of(self, network: str) -> pd.DataFrame:
        found = self.rates[self.rates["network"] == network]
        if found.empty:
            raise ValueError(
                f"the table of rates has no network {network}; found {', '.join(self.networks)}"
            )
        return found


def majority_error(baseline: pd.DataFrame, rows: Sequence[str] = ROWS) -> Floats:
    """Error rates (fractions) of always predicting the class more frequent in training.

    Args:
        baseline: columns ``attribute, error``; a row ``OVERALL`` is not needed.
        rows: which to return; NaN where the table has none.
    """
    found = baseline.set_index("attribute")["error"].astype(float)
    if OVERALL not in found.index:
        found[OVERALL] = found.mean()
    return found.reindex(list(rows)).to_numpy(np.float64)


def row_name(row: str) -> str:
    """Label of a row: the attribute's name, or the paper's name for the mean over attributes."""
    return TOTAL if row == OVERALL else row
