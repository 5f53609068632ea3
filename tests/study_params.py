"""The parameter file of a study with other values."""

from pathlib import Path
from typing import Any

import yaml


def changed_params(study: Path, folder: Path, /, **values: Any) -> Path:
    """A study's parameters with some changed; keys are parts joined by ``__``."""
    params = yaml.safe_load((study / "params.yaml").read_text())
    for place, value in values.items():
        *parents, name = place.split("__")
        group = params
        for parent in parents:
            group = group[parent]
        group[name] = value
    path = folder / "params.yaml"
    path.write_text(yaml.safe_dump(params, sort_keys=False))
    return path
