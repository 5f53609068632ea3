"""The weights files that the study's ``params.yaml`` names."""

from collections.abc import Iterator, Mapping
from typing import Any

from heed.pipeline.named_files import entries_of


def named_files(content: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Each with its key.

    Args:
        content: of the parameter file, which need not be valid.
    """
    for group in ("networks", "extensions"):
        for key, entry in entries_of(content, group):
            if isinstance(entry, dict) and "pretrained" in entry:
                yield f"{key}.pretrained", entry["pretrained"]
    yield from entries_of(content, "search", "space", "network")
