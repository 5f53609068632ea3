"""Runs the study with a file of ``settings/``: ``use_setting.py SETTING CELEBA [--dry-run]``.

Called by ``make attention SETTING=… CELEBA=…``, where CELEBA is the folder of CelebA. See
:mod:`heed.pipeline.use_setting`.
"""

from heed.pipeline.stage import run

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from heed.attention.consistency import check_all
from heed.attention.run_settings import WHOLE, NetworkParams
from heed.base.settings import ParamsError, load
from heed.celeba.layout import LayoutError, find_layout
from heed.celeba.settings import DataParams
from heed.pipeline.use_setting import Study

STUDY = Study(Path(__file__).resolve().parent, WHOLE, "make attention")


def main() -> None:
    """Check the setting and the folder, then hand over to DVC."""
    name, celeba, dry_run = STUDY.arguments(sys.argv[1:])
    STUDY.setting(name)
    if not celeba:
        raise ParamsError("CELEBA: found nothing; expected a folder with Anno/ Eval/ Img/")
    given = {"data": {"root": str(Path(celeba).expanduser().resolve())}}
    params = STUDY.applied(name, given)
    check(params, name)
    STUDY.hand_over(name, params, dry_run=dry_run)


def check(params: Mapping[str, Any], name: str) -> None:
    """Refuse values that do not fit, a folder that is not CelebA's, and missing weights."""
    data, network = STUDY.tried(name, params, checked)
    try:
        find_layout(Path(data.folder), data.images)
    except LayoutError as error:
        advice = "Name the folder of CelebA after CELEBA=; params.yaml is filled in from it"
        raise ParamsError(f"CELEBA: {error} ({advice})") from None
    STUDY.check_start(name, "network.pretrained", network.pretrained, network.name)


def checked(path: Path, stage_file: Path) -> tuple[DataParams, NetworkParams]:
    """Check a parameter file, and read what is looked for on the disk."""
    check_all(path, stage_file)
    return load(DataParams, path), load(NetworkParams, path)


if __name__ == "__main__":
    run(main)
