"""Runs the study with a file of ``settings/``: ``use_setting.py SETTING CELEBA [--dry-run]``.

Called by ``make affact SETTING=… CELEBA=…``; without a folder of CelebA the faces are those of
params.yaml, unless the setting is for CelebA. See :mod:`heed.pipeline.use_setting`.
"""

from heed.pipeline.stage import run

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from heed.affact.consistency import check_all
from heed.affact.settings import WHOLE, NetworkParams, load_networks
from heed.base.settings import ParamsError, load
from heed.celeba.layout import LayoutError, find_layout
from heed.celeba.settings import DataParams
from heed.pipeline.setting import value_at
from heed.pipeline.use_setting import Study

STUDY = Study(Path(__file__).resolve().parent, WHOLE, "make affact")


def main() -> None:
    """Check the setting and the folder, then hand over to DVC."""
    name, celeba, dry_run = STUDY.arguments(sys.argv[1:])
    setting = STUDY.setting(name)
    if not celeba and value_at(setting, "data.source") == "celeba":
        raise ParamsError("CELEBA: found nothing; expected a folder, e.g. CELEBA=/data/celeba")
    folder = Path(celeba).expanduser().resolve() if celeba else None
    given = {"data": {"source": "celeba", "root": str(folder)}} if folder else {}
    params = STUDY.applied(name, given)
    check(params, name, folder)
    STUDY.hand_over(name, params, dry_run=dry_run)


def check(params: Mapping[str, Any], name: str, folder: Path | None) -> None:
    """Refuse values that do not fit, a folder that is not CelebA's, and missing weights."""
    networks, data = STUDY.tried(name, params, checked)
    try:
        if folder is not None:
            find_layout(folder, data.images)
    except LayoutError as error:
        advice = "Name the folder of CelebA after CELEBA=; params.yaml is filled in from it"
        raise ParamsError(f"CELEBA: {error} ({advice})") from None
    for network, entry in networks.items():
        STUDY.check_start(name, f"networks.{network}.pretrained", entry.pretrained, entry.network)


def checked(path: Path, stage_file: Path) -> tuple[dict[str, NetworkParams], DataParams]:
    """Check a parameter file, and read what is looked for on the disk."""
    check_all(path, stage_file)
    return load_networks(path), load(DataParams, path)


if __name__ == "__main__":
    run(main)
