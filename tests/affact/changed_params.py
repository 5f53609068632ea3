"""The study's parameter file with other values."""

from pathlib import Path
from typing import Any

import yaml

from heed.affact.settings import WHOLE
from heed.pipeline.setting import value_at, with_setting
from tests.places import ROOT

STUDY = ROOT / "studies/affact"


def changed(folder: Path, **values: Any) -> Path:
    """The study's parameters with some changed; keys are parts joined by ``__``."""
    params = yaml.safe_load((STUDY / "params.yaml").read_text())
    for place, value in values.items():
        *parents, name = place.split("__")
        group = params
        for parent in parents:
            group = group[parent]
        group[name] = value
    path = folder / "params.yaml"
    path.write_text(yaml.safe_dump(params, sort_keys=False))
    return path


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
