"""Puts a file of ``settings/`` in place of params.yaml: ``use_setting.py SETTING CELEBA``.

Called by ``make affact SETTING=… CELEBA=…``. Nothing is replaced unless all that the setting names
is there, nor a params.yaml with changes that git does not have.
"""

from heed.pipeline.stage import run

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from heed.affact.consistency import check_all
from heed.affact.settings import load_networks
from heed.base.files import write_text
from heed.base.settings import ParamsError, load
from heed.celeba.layout import LayoutError, find_layout
from heed.celeba.settings import DataParams
from heed.networks.state import WeightsError
from heed.networks.weights import check_pretrained

STUDY = Path(__file__).resolve().parent
PARAMS = STUDY / "params.yaml"
ROOT_LINE = re.compile(r"^  root: .*$", re.MULTILINE)
"""The line of a setting that names the folder of CelebA."""


def main() -> None:
    """Check the setting and the folder, then write params.yaml."""
    name, celeba = (*sys.argv[1:], "", "")[:2]
    settings = {path.stem: path for path in sorted((STUDY / "settings").glob("*.yaml"))}
    if name not in settings:
        raise ParamsError(f"SETTING: found {name!r}; expected {' or '.join(settings)}")
    if not celeba:
        raise ParamsError("CELEBA: found nothing; expected a folder, e.g. CELEBA=/data/celeba")
    folder = Path(celeba).expanduser().resolve()
    root = f"  root: {json.dumps(str(folder))}"
    text, lines = ROOT_LINE.subn(lambda _: root, settings[name].read_text(encoding="utf-8"))
    if lines != 1:
        raise ParamsError(f"settings/{name}.yaml: found {lines} lines `  root: …`; expected one")
    before = PARAMS.read_text(encoding="utf-8")
    if before == text:
        return  # as it was left: the study resumes
    check(text, name, folder)
    if ROOT_LINE.sub("", before) not in {
        ROOT_LINE.sub("", path.read_text(encoding="utf-8")) for path in settings.values()
    }:  # not itself a setting that was put there
        check_unchanged()
    write_text(text, PARAMS, guard=False)
    print(f"use_setting: {PARAMS} is now settings/{name}.yaml, with {folder}")
    print("use_setting: what the study finds replaces metrics/ and plots/ of the setting before")


def check(text: str, name: str, folder: Path) -> None:
    """Refuse values that do not fit, a folder that is not CelebA's, and missing weights."""
    setting = f"settings/{name}.yaml"
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary, f"{name}.yaml")
        path.write_text(text, encoding="utf-8")
        try:
            check_all(path, STUDY / "dvc.yaml")
            networks, images = load_networks(path), load(DataParams, path).images
        except ParamsError as error:
            raise ParamsError(str(error).replace(str(path), setting)) from None
    try:
        find_layout(folder, images)
    except LayoutError as error:
        raise ParamsError(f"CELEBA: {error}") from None
    for network, entry in networks.items():
        if entry.pretrained is not None:
            try:
                file = STUDY / os.path.expanduser(entry.pretrained)
                check_pretrained(os.path.relpath(file), entry.network)
            except WeightsError as error:
                message = str(error).replace("in params.yaml", f"in {setting}")
                raise ParamsError(f"{setting}: networks.{network}.pretrained: {message}") from None


def check_unchanged() -> None:
    """Refuse to write over what git could not bring back."""
    command = ["git", "status", "--porcelain", "--", PARAMS.name]
    try:
        changed = subprocess.run(
            command, cwd=STUDY, capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        raise ParamsError(
            f"{PARAMS} would be replaced, and git cannot tell whether it has changes of yours: "
            "copy the setting over it yourself, with the folder of CelebA as data.root, and run "
            "make affact without SETTING"
        ) from None
    if changed:
        raise ParamsError(
            f"{PARAMS} has changes that are not committed, and would be lost: commit them, or drop "
            "them with git checkout studies/affact/params.yaml. To go on with it as it is, run "
            "make affact without SETTING"
        )


if __name__ == "__main__":
    run(main)
