"""The signals that end a program from outside."""

import signal
from typing import Final

ENDING_SIGNALS: Final = tuple(
    getattr(signal, name) for name in ("SIGHUP", "SIGINT", "SIGTERM") if hasattr(signal, name)
)
"""What a terminal that closes, a user, or a cluster's time limit sends; not all are everywhere."""
