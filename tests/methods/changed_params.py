"""The study's parameter file with other values."""

from pathlib import Path
from typing import Any

import yaml

from tests.places import ROOT

STUDY = ROOT / "studies/methods"


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
