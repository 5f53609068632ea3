"""The process that stands between the explorer and DVC, and outlives the explorer.

It starts ``dvc repro``, waits for its end and writes it down, so that a page that is opened later,
of another server, knows how the run ended. It is the first of a group of processes, to which
:func:`heed.explorer.directing.stop` sends its signals. Run by
``python -m heed.explorer.directed_run FILES STUDY COMMAND…``.
"""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from heed.explorer.process_group import end_group
from heed.explorer.run_files import RunFiles
from heed.pipeline.plan import planned_stages
from heed.process.signals import ENDING_SIGNALS


def main() -> None:
    """Run a command in the study's folder, and write down which stages there are and the end."""
    files, study, *command = sys.argv[1:]
    for number in ENDING_SIGNALS:  # the group's: they are for DVC and its stage
        signal.signal(number, lambda *_: None)
    own = RunFiles(Path(files).resolve())
    child = subprocess.Popen(command, cwd=study)  # handlers are not inherited, as SIG_IGN would be
    os.chdir(study)
    own.plan.write_text(json.dumps([stage.name for stage in planned_stages()]), encoding="utf-8")
    status = child.wait()
    end_group(os.getpid(), patience=10.0, but=os.getpid())  # a stage whose DVC was killed
    own.write_end(status)
    own.settle()


if __name__ == "__main__":
    main()
