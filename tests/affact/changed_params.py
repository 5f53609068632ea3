"""The study's parameter file with other values."""

from functools import partial
from pathlib import Path

import yaml

from heed.affact.settings import WHOLE
from heed.pipeline.setting import value_at, with_setting
from tests.places import ROOT
from tests.study_params import changed_params

STUDY = ROOT / "studies/affact"


changed = partial(changed_params, STUDY)
"""The study's parameters with some changed, in a folder: see :func:`changed_params`."""


def of_setting(folder: Path, setting: str) -> Path:
    """The study's parameters with a file of ``settings/``."""
    params = yaml.safe_load((STUDY / "params.yaml").read_text())
    differing = yaml.safe_load((STUDY / "settings" / f"{setting}.yaml").read_text())
    path = folder / "params.yaml"
    merged = with_setting(params, differing, WHOLE)
    if value_at(differing, "data.source") == "celeba":
        merged = with_setting(merged, {"data": {"root": "CELEBA"}})
    path.write_text(yaml.safe_dump(merged, sort_keys=False))
    return path
