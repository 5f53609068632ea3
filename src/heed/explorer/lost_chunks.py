"""Chunks that a store had when it was opened, and has lost since: zarr reads zeros in their place.

Whoever reads nothing but zeros asks here whether that is what was stored.
"""

import time
from typing import Any, Final

import zarr

from heed.audit.stored import REMEDY
from heed.base.errors import InputError
from heed.explorer.kept_masks import damage

EVERY: Final = 1.0
"""Seconds between two looks at the same array: a look takes some milliseconds."""


class StoredChunks:
    """How many chunks the arrays of an audit had, by several threads at once."""

    def __init__(self) -> None:
        self._had: dict[tuple[str, str], int] = {}
        self._whole: dict[tuple[str, str], float] = {}

    def keep(self, store: str, name: str) -> None:
        """Keep how many chunks of an array are stored: those of zeros alone need not be."""
        self._had[store, name] = _array(store, name).nchunks_initialized

    def check(self, store: str, name: str) -> None:
        """Refuse an array that has fewer chunks than it had; of one that was not kept, than all.

        Raises:
            InputError: naming its store; or the store is gone.
        """
        key = (store, name)
        if time.monotonic() - self._whole.get(key, -EVERY) < EVERY:
            return
        array = _array(store, name)
        if (lost := self._had.get(key, array.nchunks) - array.nchunks_initialized) > 0:
            raise InputError(
                f"{store}: is damaged: {lost} of the {array.nchunks} chunks of {name} are not "
                f"there; {REMEDY}"
            )
        self._whole[key] = time.monotonic()


def _array(store: str, name: str) -> Any:
    with damage(store):
        return zarr.open_array(store, path=name, mode="r")
