"""Runs the study with a file of ``settings/``: ``use_setting.py SETTING CELEBA PERSONS LFW``.

Called by ``make probing SETTING=… CELEBA=… PERSONS=… LFW=…``; the last two are for a setting whose
persons are in a folder, and may be empty. With ``--dry-run`` it prints what DVC would be given. See
:mod:`heed.pipeline.use_setting`.
"""

from heed.pipeline.stage import run

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from heed.base.settings import ParamsError, load
from heed.celeba.layout import LayoutError, find_layout
from heed.celeba.settings import DataParams
from heed.pipeline.setting import value_at
from heed.pipeline.use_setting import DRY_RUN, Study
from heed.probing.consistency import check_all
from heed.probing.run_settings import WHOLE, NetworkParams, load_networks

STUDY = Study(Path(__file__).resolve().parent, WHOLE, "make probing")


def main() -> None:
    """Check the setting and the folders, then hand over to DVC."""
    arguments = [argument for argument in sys.argv[1:] if argument != DRY_RUN]
    if wrong := [each for each in arguments if each.startswith("-")] or arguments[4:]:
        raise ParamsError(
            f"use_setting.py: found {wrong[0]!r}; expected SETTING CELEBA PERSONS LFW and {DRY_RUN}"
        )
    name, celeba, persons, lfw = (*arguments, "", "", "", "")[:4]
    setting = STUDY.setting(name)
    given: dict[str, dict[str, str]] = {"data": {}, "persons": {}}
    given["data"]["root"] = folder(celeba, "CELEBA", "with Anno/ Eval/ Img/")
    if value_at(setting, "persons.source") == "folder":
        of_lfw = Path(folder(lfw, "LFW", "of LFW, with pairs.txt", "pairs.txt"))
        given["persons"] = {
            "root": folder(persons, "PERSONS", "with a folder for each person"),
            "pairs": str(of_lfw / "pairs.txt"),
            "pairs_root": str(of_lfw),
        }
    elif unused := [key for key, value in (("PERSONS", persons), ("LFW", lfw)) if value]:
        raise ParamsError(
            f"{unused[0]}: found a folder, and settings/{name}.yaml takes its persons from CELEBA; "
            f"expected none: leave {unused[0]} out"
        )
    params = STUDY.applied(name, given)
    check(params, name)
    STUDY.hand_over(name, params, dry_run=DRY_RUN in sys.argv)


def folder(place: str, argument: str, what: str, has: str = ".") -> str:
    """A folder that the command names, written out.

    Raises:
        ParamsError: it is not named, or not there, or lacks what it must have.
    """
    if not place:
        raise ParamsError(f"{argument}: found nothing; expected a folder {what}")
    path = Path(place).expanduser().resolve()
    if not path.is_dir() or not (path / has).exists():
        raise ParamsError(f"{argument}: {path}: expected a folder {what}; name another one")
    return str(path)


def check(params: Mapping[str, Any], name: str) -> None:
    """Refuse values that do not fit, a folder that is not CelebA's, and missing weights."""
    networks, data = STUDY.tried(name, params, checked)
    try:
        find_layout(Path(data.folder), data.images)
    except LayoutError as error:
        advice = "Name the folder of CelebA after CELEBA=; params.yaml is filled in from it"
        raise ParamsError(f"CELEBA: {error} ({advice})") from None
    for network, entry in networks.items():
        STUDY.check_start(
            name, f"networks.{network}.pretrained", entry.pretrained, f"torchvision:{entry.plan}"
        )


def checked(path: Path, stage_file: Path) -> tuple[dict[str, NetworkParams], DataParams]:
    """Check a parameter file, and read what is looked for on the disk."""
    check_all(path, stage_file)
    return load_networks(path), load(DataParams, path)


if __name__ == "__main__":
    run(main)
