"""The error rates that Chavannes & Rutishauser (2021) published in their table 7.1.

They are in a small file of the package. The published decisions are positive from a logit of
0.5 on, not 0 (see :mod:`heed.affact.tables.rates`).
"""

from importlib import resources
from typing import Final, Literal

import pandas as pd

PublishedName = Literal["resnet51s", "affact", "affact_ext"]

NETWORKS: Final[dict[PublishedName, str]] = {
    "resnet51s": "ResNet-51-S",
    "affact": "AFFACT",
    "affact_ext": "AFFACT-Ext",
}
"""The published networks by the name of their columns, and as the report calls them."""

TOTAL: Final = "TOTAL"
"""Name of the row with the unweighted means over the attributes."""


def table_7_1() -> pd.DataFrame:
    """The published table.

    Returns:
        One row per attribute, in the order of
        :data:`heed.celeba.attributes.ATTRIBUTES`, and the row :data:`TOTAL`; column
        ``attribute`` and, for the test sets A, C, D and T and each of :data:`NETWORKS`, the error
        in percent, ``<set>_<network>``.
    """
    file = resources.files(__package__).joinpath("affact_table_7_1_error_percent.csv")
    with file.open(encoding="utf-8") as content:
        return pd.read_csv(content)
