"""The weights files that the audit's ``params.yaml`` names."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from heed.pipeline.named_files import entries_of

TRAIN: Final = "train"
"""What ``models.<name>.weights`` says of a model that the pipeline trains."""

OWN: Final = "own"
"""What it says of a model whose function returns a network that has its weights."""


def named_files(content: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Each with its key.

    Args:
        content: of the parameter file, which need not be valid.
    """
    for key, entry in entries_of(content, "models"):
        for parameter in ("weights", "pretrained") if isinstance(entry, dict) else ():
            said = [("weights", TRAIN), ("weights", OWN)]
            if parameter in entry and (parameter, entry[parameter]) not in said:
                yield f"{key}.{parameter}", entry[parameter]
