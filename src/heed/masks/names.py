"""What the versions of the masks are called, without importing any of them."""

from typing import Final

FOLDER: Final = "heed.masks.versions"
"""Where the versions are; each of its files registers one."""

PREFIX: Final = "version_"
"""What the files of the versions begin with: a module's name cannot begin with a digit."""

EVIDENCE: Final = "evidence"
"""The masks of drawn faces that show where an attribute really is; they need no landmarks."""
