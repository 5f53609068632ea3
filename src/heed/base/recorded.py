"""What DVC has recorded of a pipeline's outputs, read from its lock."""

import os
from pathlib import Path
from typing import Final

import yaml

LOCK: Final = "dvc.lock"
"""Where DVC records the inputs and outputs of stages, in the pipeline's folder."""


def recorded_digests(
    output: str | os.PathLike[str], folder: str | os.PathLike[str] = "."
) -> frozenset[str]:
    """The MD5 sums under which DVC has recorded an output.

    Args:
        output: its path, absolute or relative to the current folder.
        folder: the pipeline's folder.

    Returns:
        Hexadecimal digits, with ``.dir`` behind them for a folder. Empty where nothing is
        recorded, or where the lock was cut off while DVC wrote it.
    """
    try:
        content = yaml.load(
            Path(folder, LOCK).read_text(encoding="utf-8"),
            Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader),
        )
        outputs = [out for stage in content["stages"].values() for out in stage.get("outs", ())]
        place = os.path.abspath(output)
        return frozenset(
            out["md5"]
            for out in outputs
            if "md5" in out and os.path.abspath(os.path.join(folder, out["path"])) == place
        )
    except (OSError, ValueError, yaml.YAMLError, AttributeError, KeyError, TypeError):
        return frozenset()
