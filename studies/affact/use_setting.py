"""Puts a file of ``settings/`` in place of params.yaml: ``use_setting.py SETTING CELEBA``.

Called by ``make affact SETTING=… CELEBA=…``. Nothing is replaced unless all that the setting names
is there, nor changes of params.yaml that git does not have.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from heed.networks.state import WeightsError
from heed.networks.weights import check_pretrained
from heed.params_file import ParamsError
from heed.stage import run
from heed.store import write_text
from heed.studies.affact import load_networks
from heed.studies.affact_consistency import check_all

STUDY = Path(__file__).resolve().parent
PARAMS = STUDY / "params.yaml"


def main() -> None:
    """Check the setting and the folder, then write params.yaml."""
    name, celeba = (*sys.argv[1:], "", "")[:2]
    names = sorted(path.stem for path in (STUDY / "settings").glob("*.yaml"))
    if name not in names:
        raise ParamsError(f"SETTING: found {name!r}; expected {' or '.join(names)}")
    folder = Path(celeba).expanduser().resolve()
    if not celeba or not folder.is_dir():
        raise ParamsError(
            f"CELEBA: found {celeba!r}, which is no folder; expected CelebA's, with Anno/ Eval/ "
            "Img/, for instance CELEBA=/data/celeba"
        )
    text = (STUDY / "settings" / f"{name}.yaml").read_text(encoding="utf-8")
    text = re.sub(
        r"^  root: CELEBA\b", lambda _: f"  root: {json.dumps(str(folder))}", text, flags=re.M
    )
    if PARAMS.read_text(encoding="utf-8") == text:
        return  # as it was left: the study resumes
    check_files(text, name)
    check_unchanged()
    write_text(text, PARAMS)
    print(f"use_setting: {PARAMS} is now settings/{name}.yaml, with {folder}")


def check_files(text: str, name: str) -> None:
    """Refuse a setting that names weights which are not there."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"{name}.yaml")
        path.write_text(text, encoding="utf-8")
        check_all(path)
        for network, entry in load_networks(path).items():
            if entry.pretrained is not None:
                try:
                    check_pretrained(os.path.relpath(STUDY / entry.pretrained), entry.network)
                except WeightsError as error:
                    key = f"settings/{name}.yaml: networks.{network}.pretrained"
                    raise ParamsError(f"{key}: {error}") from None


def check_unchanged() -> None:
    """Refuse to write over what git could not bring back."""
    command = ["git", "status", "--porcelain", "--", PARAMS.name]
    changed = subprocess.run(command, cwd=STUDY, capture_output=True, text=True, check=True).stdout
    if changed:
        raise ParamsError(
            f"{PARAMS} has changes that are not committed, and would be lost: commit them, or drop "
            "them with git checkout studies/affact/params.yaml. To go on with it as it is, run "
            "make affact without SETTING"
        )


if __name__ == "__main__":
    run(main)
