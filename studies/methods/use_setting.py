"""Runs the study with a file of ``settings/``: ``use_setting.py SETTING DATA [--dry-run]``.

Called by ``make methods SETTING=… DATA=…``, where DATA is the folder of the images. See
:mod:`heed.pipeline.use_setting`.
"""

from heed.pipeline.stage import run

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from heed.base.errors import HeedError
from heed.base.settings import ParamsError, load
from heed.celeba.layout import find_layout
from heed.masked_folder.layout import find_images
from heed.methods.consistency import check_all
from heed.methods.run_settings import RunParams, load_levels, load_run
from heed.methods.settings import WHOLE, DataParams
from heed.pipeline.setting import value_at
from heed.pipeline.use_setting import Study

STUDY = Study(Path(__file__).resolve().parent, WHOLE, "make methods")
OF_USERS = ("folder", "celeba")
"""The sources whose images are the user's."""


def main() -> None:
    """Check the setting and the folder, then hand over to DVC."""
    name, data, dry_run = STUDY.arguments(sys.argv[1:])
    setting = STUDY.setting(name)
    if not data and value_at(setting, "data.source") in OF_USERS:
        raise ParamsError("DATA: found nothing; expected a folder, e.g. DATA=/data/eyes")
    given = {"data": {"root": str(Path(data).expanduser().resolve())}} if data else {}
    params = STUDY.applied(name, given)
    check(params, name)
    STUDY.hand_over(name, params, dry_run=dry_run)


def check(params: Mapping[str, Any], name: str) -> None:
    """Refuse values that do not fit, a folder that is not as it should be, and missing weights."""
    data, runs = STUDY.tried(name, params, checked)
    try:
        if data.source == "folder":
            find_images(data.folder, data.positive)
        if data.source == "celeba":
            find_layout(Path(data.folder), data.images)
    except HeedError as error:
        advice = f"name the folder after DATA=; other values are those of settings/{name}.yaml"
        raise ParamsError(f"DATA: {error} ({advice})") from None
    for level, run_params in runs.items():
        key = f"pretrained of levels.{level}"
        STUDY.check_start(name, key, run_params.pretrained, run_params.network)


def checked(path: Path, stage_file: Path) -> tuple[DataParams, dict[str, RunParams]]:
    """Check a parameter file, and read what is looked for on the disk."""
    check_all(path, stage_file)
    return load(DataParams, path), {level: load_run(level, path) for level in load_levels(path)}


if __name__ == "__main__":
    run(main)
