"""Which of CelebA's partitions an audit needs: where nothing is trained, only the audited one."""

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from heed.audit.models import ModelParams
from heed.base.errors import HeedError
from heed.base.partitions import PARTITIONS, Partition


class PartitionsError(HeedError, ValueError):
    """The file of needed partitions is damaged; the message says what to run."""


def needed_partitions(models: Iterable[ModelParams], audited: Partition) -> tuple[str, ...]:
    """The partitions whose faces are read, in CelebA's order.

    Args:
        models: the classifiers of the audit. One that is trained needs the training and the
            validation faces; one with given weights needs neither.
        audited: the partition whose faces are audited (``frontal.partition``).
    """
    trained = {"train", "validation"} if any(model.trained for model in models) else set()
    return tuple(name for name in PARTITIONS if name in trained | {audited})


def why_needed(models: Mapping[str, ModelParams], audited: Partition) -> str:
    """Why more partitions than the audited one are needed, and how to do without; or nothing.

    Args:
        models: the classifiers of the audit, by name.
        audited: the partition whose faces are audited.
    """
    trained = [f"models.{name}" for name, model in models.items() if model.trained]
    if not trained:
        return ""
    have = "has" if len(trained) == 1 else "have"
    return (
        f"{' and '.join(trained)} {have} weights: train, which takes the partitions train and "
        f"validation; give all models weights to audit {audited} images alone"
    )


def partitions_note(needed: Iterable[str]) -> dict[str, Any]:
    """What the stage inventory writes for the stages that cut only these partitions."""
    return {"needed": list(needed)}


def read_needed(path: str | os.PathLike[str]) -> tuple[str, ...]:
    """Read what :func:`partitions_note` has written; without the file, all are needed.

    Raises:
        PartitionsError: if it holds something else.
    """
    try:
        needed = json.loads(Path(path).read_text(encoding="utf-8"))["needed"]
        known = [name for name in PARTITIONS if name in needed]
    except FileNotFoundError:
        return PARTITIONS
    except (ValueError, KeyError, TypeError):
        known = []
    if not known:
        raise PartitionsError(f"{path}: names none of {', '.join(PARTITIONS)}; run `dvc repro`")
    return tuple(known)
