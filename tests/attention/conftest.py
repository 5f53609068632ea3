"""The study's tables of networks that nobody has trained, made once for all tests."""

import pandas as pd
import pytest

from tests.attention.made_up import answered


@pytest.fixture(scope="session")
def tables() -> dict[str, pd.DataFrame]:
    """Tables of the study's own networks and runs, with three seeds and 400 faces."""
    return answered()
