"""The audit that all viewers look at, opened anew when its files have changed."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from heed.base.errors import HeedError
from heed.explorer.audited import Audited
from heed.explorer.score_columns import read_ahead

EVERY: Final = 1.0
"""Seconds between two looks at the files; a look takes a few milliseconds."""


class Opened:
    """What is shown, by several threads at once.

    Attributes:
        path: folder of the audit.
    """

    def __init__(self, path: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self.path = path
        self._clock = clock
        self._lock = threading.Lock()
        self._audited: Audited | None = None
        self._looked = -EVERY

    def audited(self) -> Audited:
        """The audit as its files are now.

        Raises:
            InputError: it cannot be read, as long as it cannot: the next call tries again.
        """
        with self._lock:
            now = self._clock()
            if self._audited is None or now - self._looked >= EVERY:
                self._looked = now
                if self._audited is None or self._audited.rewritten():
                    self._audited = None
                    self._audited = Audited(self.path)
                    threading.Thread(target=_read, args=(self._audited,), daemon=True).start()
            return self._audited


def _read(audited: Audited) -> None:
    """Read all scores while the first page is looked at; what is damaged, a click on it says."""
    with suppress(HeedError):
        read_ahead(audited)
