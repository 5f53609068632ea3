"""Where the tests find what is not theirs."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
"""The project."""

SHARED = ROOT / "../shared"
"""Data that may not be in the project; tests that use it skip where it is absent."""

REFERENCE = ROOT / "tests/reference"
"""Published numbers."""
