"""Runs the study with a file of ``settings/``: ``use_setting.py SETTING CELEBA``.

Called by ``make affact SETTING=… CELEBA=…``; without a folder of CelebA the faces are those of
params.yaml, unless the setting is for CelebA. Nothing starts unless all that the setting names is
there. Its values go to DVC as ``dvc exp run -S …``, which writes them into params.yaml and records
them with the results; the rest of params.yaml is left as it is. The same command again goes on.
"""

from heed.pipeline.stage import run

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from heed.affact.consistency import check_all
from heed.affact.settings import WHOLE, load_networks
from heed.base.settings import ParamsError, load, read
from heed.celeba.layout import LayoutError, find_layout
from heed.celeba.settings import DataParams
from heed.networks.state import WeightsError
from heed.networks.weights import check_pretrained
from heed.pipeline.setting import overrides, value_at, with_setting

STUDY = Path(__file__).resolve().parent
PARAMS = STUDY / "params.yaml"


def main() -> None:
    """Check the setting and the folder, then hand over to DVC."""
    name, celeba = (*sys.argv[1:], "", "")[:2]
    settings = {path.stem: path for path in sorted((STUDY / "settings").glob("*.yaml"))}
    if name not in settings:
        raise ParamsError(f"SETTING: found {name!r}; expected {' or '.join(settings)}")
    before, contents = read(PARAMS), {name: read(path) for name, path in settings.items()}
    if not celeba and value_at(contents[name], "data.source") == "celeba":
        raise ParamsError("CELEBA: found nothing; expected a folder, e.g. CELEBA=/data/celeba")
    folder = Path(celeba).expanduser().resolve() if celeba else None
    after = applied(before, contents[name], name, folder)
    check(after, name, folder)
    changes = overrides(before, after, WHOLE)
    check_kept(before, changes, contents.values())
    check_author()
    command = [sys.executable, "-m", "dvc", "exp", "run"]
    command += [part for of_key in changes.values() for value in of_key for part in ("-S", value)]
    if changes:
        print(f"use_setting: settings/{name}.yaml sets {', '.join(changes)} in {PARAMS}")
        print("use_setting: what the study finds replaces metrics/ and plots/ of the one before")
    sys.stdout.flush()
    os.chdir(STUDY)
    os.execv(command[0], command)


def applied(
    params: Mapping[str, Any], setting: Mapping[str, Any], name: str, folder: Path | None
) -> dict[str, Any]:
    """The parameters with a setting, and with the folder of CelebA if there is one."""
    try:
        merged = with_setting(params, setting, WHOLE)
    except ParamsError as error:
        raise ParamsError(f"settings/{name}.yaml: {error}") from None
    if folder is None:
        return merged
    return with_setting(merged, {"data": {"source": "celeba", "root": str(folder)}})


def check(params: Mapping[str, Any], name: str, folder: Path | None) -> None:
    """Refuse values that do not fit, a folder that is not CelebA's, and missing weights."""
    setting = f"settings/{name}.yaml"
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary, f"{name}.yaml")
        path.write_text(yaml.safe_dump(dict(params), sort_keys=False), encoding="utf-8")
        try:
            check_all(path, STUDY / "dvc.yaml")
            networks, images = load_networks(path), load(DataParams, path).images
        except ParamsError as error:
            raise ParamsError(str(error).replace(str(path), setting)) from None
    try:
        if folder is not None:
            find_layout(folder, images)
    except LayoutError as error:
        advice = "Name the folder of CelebA after CELEBA=; params.yaml is filled in from it"
        raise ParamsError(f"CELEBA: {error} ({advice})") from None
    for network, entry in networks.items():
        if entry.pretrained is not None:
            try:
                file = STUDY / os.path.expanduser(entry.pretrained)
                check_pretrained(os.path.relpath(file), entry.network)
            except WeightsError as error:
                message = str(error).replace("in params.yaml", f"in {setting}")
                raise ParamsError(f"{setting}: networks.{network}.pretrained: {message}") from None


def check_kept(
    before: Mapping[str, Any], changes: Mapping[str, Any], settings: Iterable[Mapping[str, Any]]
) -> None:
    """Refuse to replace a value of the user's that git could not bring back.

    Values that one of the settings has put there may go, and the folder of CelebA.

    Args:
        before: all parameters as they are.
        changes: those that the setting would replace, by their dotted keys.
        settings: the contents of all settings.
    """
    sources = list(settings)
    others = {
        key: value_at(before, key) for key in changes if key not in ("data.root", "data.source")
    }
    if not any(key for name, value in others.items() for key in own(value, name, sources)):
        return
    sources.append(committed_params())
    for name, value in others.items():
        for key in own(value, name, sources):
            raise ParamsError(
                f"{PARAMS}: {key} is changed and not committed, and the setting would replace it: "
                "commit it, or drop it with git checkout studies/affact/params.yaml. To go on with "
                "it as it is, run make affact without SETTING"
            )


def own(value: Any, key: str, sources: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The dotted keys of what a value holds that none of the sources has there."""
    found = [value_at(source, key) for source in sources]
    if value in found:
        return
    mappings = [of for of in found if isinstance(of, Mapping)]
    if isinstance(value, Mapping) and any(of.keys() == value.keys() for of in mappings):
        for name, within in value.items():
            yield from own(within, f"{key}.{name}", sources)
    else:
        yield key


def committed_params() -> Any:
    """What git has of params.yaml."""
    command = ["git", "show", f"HEAD:./{PARAMS.name}"]
    try:
        done = subprocess.run(command, cwd=STUDY, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        raise ParamsError(
            f"{PARAMS}: git cannot tell whether it has changes of yours, which the setting would "
            "replace: run git init && git add . && git commit -m Start in the root first"
        ) from None
    return yaml.safe_load(done.stdout)


def check_author() -> None:
    """Refuse where git knows no author: DVC would stop, for it records experiments as commits."""
    for key in ("user.name", "user.email"):
        command = ["git", "config", key]
        if not subprocess.run(command, cwd=STUDY, capture_output=True, check=False).stdout:
            raise ParamsError(
                f"git config {key}: found nothing, and DVC records the run as a commit of git: "
                f'set it with git config {key} "…"'
            )


if __name__ == "__main__":
    run(main)
