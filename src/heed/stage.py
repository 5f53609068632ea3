"""How a stage script ends when something is wrong with its input."""

import sys
import traceback
from collections.abc import Callable
from pathlib import Path

OWN_CODE = (Path(__file__).resolve().parent, Path(sys.argv[0]).resolve().parent)
"""Folders of the library and of the running script."""


def run(main: Callable[[], None]) -> None:
    """Run a stage; an error that Heed raises on purpose is printed without a traceback.

    Such an error is a ``ValueError`` or ``OSError`` raised by Heed's own code: its message
    says what is wrong and what to do, and the lines that led there would only hide it.
    Anything else is a fault, and keeps its traceback.

    Args:
        main: the stage.

    Raises:
        SystemExit: with status 1 after such an error.
    """
    try:
        main()
    except (ValueError, OSError) as error:
        raised_in = Path(traceback.extract_tb(error.__traceback__)[-1].filename).resolve()
        if not any(raised_in.is_relative_to(folder) for folder in OWN_CODE):
            raise
        print(f"error: {error}", file=sys.stderr)
        sys.exit(1)
