"""Sets up the process of a stage; importing this module does it, before anything is computed.

In a process whose main script is none of a copy of Heed (:data:`SCRIPTS`), as when a notebook or
a test imports it, it sets one variable that the user has not set, and does nothing else.
"""

import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Final

from heed.process.threads import let_waiting_threads_sleep

RESTARTED: Final = "HEED_SOURCE"


SCRIPTS: Final = ("stages", "studies", "docs")
"""Folders of a copy of Heed whose scripts run that copy. A program in .venv is none of them."""


def source_of(script: Path) -> Path | None:
    """The folder ``src`` of the copy of Heed that a script belongs to, None for no copy.

    A study has a link of this name to the library's; what the link leads to is returned.
    """
    for folder in script.resolve().parents:
        if (folder / "src" / "heed" / "__init__.py").is_file():
            return (folder / "src").resolve()
    return None


def take_source_of(main: ModuleType | None) -> None:
    """Start again with the Heed that the main script belongs to, if another was imported.

    An experiment of ``dvc exp run --temp`` or ``--queue`` runs in a folder of its own, with its
    own ``src``. An editable installation leads to the workspace's ``src`` all the same, and DVC
    would keep the result of that code as the experiment's.

    Raises:
        RuntimeError: the script's own Heed cannot be imported even so.
    """
    file = getattr(main, "__file__", None)
    script = Path(file) if file else None
    source = source_of(script) if script else None
    imported = Path(__file__).resolve().parents[2]
    if script is None or source is None or source == imported:
        return
    if script.resolve().relative_to(source.parent).parts[0] not in SCRIPTS:
        return
    if os.environ.get(RESTARTED) == str(source):
        raise RuntimeError(
            f"{script}: found Heed in {imported}, expected it in {source}, where the script is "
            "from; take other copies of Heed off the import path"
        )
    os.environ[RESTARTED] = str(source)
    paths = [str(source), *filter(None, [os.environ.get("PYTHONPATH")])]
    os.environ["PYTHONPATH"] = os.pathsep.join(paths)
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])


def leave_out_the_scripts_folder(main: ModuleType | None) -> None:
    """Take the main script's folder off the import path.

    Python puts it first, where stages/statistics.py hides Python's own ``statistics``.
    """
    file = getattr(main, "__file__", None)
    folder = Path(file).resolve().parent if file else None
    if folder is not None and folder.name == "stages":
        sys.path[:] = [path for path in sys.path if Path(path or ".").resolve() != folder]


let_waiting_threads_sleep()
take_source_of(sys.modules.get("__main__"))
leave_out_the_scripts_folder(sys.modules.get("__main__"))
