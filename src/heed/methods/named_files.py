"""The weights files that the study's ``params.yaml`` names."""

from collections.abc import Iterator, Mapping
from typing import Any

from heed.pipeline.named_files import entries_of


def named_files(content: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Each with its key.

    Args:
        content: of the parameter file, which need not be valid.
    """
    base = content.get("base")
    if isinstance(base, dict) and "pretrained" in base:
        yield "base.pretrained", base["pretrained"]
    for key, level in entries_of(content, "levels"):
        changes = level.get("changes") if isinstance(level, dict) else None
        if isinstance(changes, dict) and "pretrained" in changes:
            yield f"{key}.changes.pretrained", changes["pretrained"]
