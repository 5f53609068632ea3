"""The study's tables from what nobody has trained, made once for all tests."""

from pathlib import Path

import pandas as pd
import pytest

from tests.probing.made_up import answered


@pytest.fixture(scope="session")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pd.DataFrame]:
    """Tables of three networks and two controls, with two seeds and twelve attributes."""
    audit: Path = tmp_path_factory.mktemp("audit")
    return answered(audit)
