"""A pipeline of the project in a real DVC repository, with stand-ins for its scripts.

Each stand-in writes a digest of everything that its stage is declared to read, so that a stage's
outputs change whenever one of its inputs does. That makes the set of stages that rerun a property
of dvc.yaml alone. What an output leaves out on purpose, the stand-ins leave out too.
"""

import contextlib
import hashlib
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any
from unittest.mock import patch

import yaml
from dvc.repo import Repo
from dvc.stage import Stage

from heed.pipeline.setting import value_at
from tests.places import ROOT
from tests.quick_lock import alone, forget_trees, quick_lock

LIBRARY = ("- src/", "- requirements.lock", "- ../../requirements.lock")
"""Begins the lines of dvc.yaml that name code."""

ONE_FILE = {".parquet", ".json", ".html", ".safetensors", ".csv", ".npy", ".npz"}
"""Suffixes of outputs that are one file."""


def stand_in(stage: Stage, values: dict[str, Any]) -> None:
    """Write a stage's outputs, in the working folder.

    Args:
        stage: in the words of dvc.yaml.
        values: of params.yaml.
    """
    name = Path(stage.cmd.split()[1]).stem
    declared = [key for dep in stage.deps if hasattr(dep, "params") for key in dep.params]
    params = {key: value_at(values, key) for key in declared}
    # The inventory reads these for outputs of their own: the table of faces has no part of them.
    other = ("models", "frontal.partition", "networks", "extensions", "search.space.network",
             "augmentation", "base", "levels", "persons", "network", "pairs", "runs",
             "landmarks")  # fmt: skip
    apart = {key: params.pop(key) for key in other if name == "inventory" and key in params}
    of_entries = [apart.get(key, {}) for key in ("models", "networks", "extensions")]
    entries = {entry: of for group in of_entries for entry, of in group.items()}
    for level, of in apart.get("levels", {}).items():
        entries[level] = {"pretrained": {**apart["base"], **of["changes"]}["pretrained"]}
    verify = None
    if name == "inventory":
        params["data"] = dict(params["data"])
        verify = params["data"].pop("verify", None)
    digest = hashlib.sha256(json.dumps([stage.cmd, params]).encode())
    for path in [Path(dep.def_path) for dep in stage.deps if not hasattr(dep, "params")]:
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            # That somebody asks for the photographs' contents does not change what is made of them.
            if file.is_file() and file.name != "contents.json":
                digest.update(file.read_bytes())
    for path in [Path(out.def_path) for out in stage.outs]:
        if path.name == "masks":  # a folder with one entry per version, of which stages read one
            for version in ("1", "2", "3", "evidence"):
                write(path / f"{version}.zarr/content", version + digest.hexdigest())
        elif path.name in ("weights", "pretrained"):  # a file per entry, which no face is part of
            path.mkdir(parents=True, exist_ok=True)
            for entry, of in entries.items():
                write(path / f"{entry}.json", json.dumps([of.get("weights"), of.get("pretrained")]))
        elif path.name == "augmentation":  # a file per network
            path.mkdir(parents=True, exist_ok=True)
            for entry, of in entries.items():
                differs, shared = of["augment"], apart["augmentation"]
                write(path / f"{entry}.json", json.dumps([differs, shared] if differs else None))
        elif path.name == "start.json":
            write(path, json.dumps(apart["network"]["pretrained"]))
        elif path.name == "landmark_file.json":
            write(path, json.dumps(apart["landmarks"]["file"]))
        elif path.name in ("guided", "judged"):  # a file per entry, with the pairs that it has
            pairs, runs = apart["pairs"], apart["runs"]
            for entry, of in {**dict.fromkeys(apart["networks"]), **runs}.items():
                chosen = pairs if of is None or not of["pairs"] else of["pairs"]
                if of is not None and path.name == "guided":
                    chosen = of["pairs"]
                content = json.dumps([pairs[name] for name in chosen])
                write(path / f"{entry}.json", content)
        elif path.name == "contents.json":
            write(path, json.dumps(digest.hexdigest() if verify == "content" else None))
        elif path.name == "partitions.json":  # what is needed to train, and to audit
            trained = any(of["weights"] == "train" for of in entries.values())
            needed = {apart["frontal.partition"]} | ({"train", "validation"} if trained else set())
            write(path, json.dumps(sorted(needed)))
        elif path.suffix in ONE_FILE:
            write(path, json.dumps({"digest": digest.hexdigest()}))
        else:
            for file in (path / "README.txt", path / "evidence/content"):
                write(file, digest.hexdigest())


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


class StandInPipeline:
    """A pipeline's own dvc.yaml and params.yaml, in a repository without its scripts.

    Args:
        folder: an empty folder.
        pipeline: the pipeline's folder in the project, "." for the audit.
    """

    def __init__(self, folder: Path, pipeline: str) -> None:
        self.folder, own = folder, ROOT / pipeline
        for name in ("params.yaml", ".dvcignore"):
            shutil.copy(own / name, folder / name)
        if (own / "regions").is_dir():
            shutil.copytree(own / "regions", folder / "regions")
        # Without the library's files: they do not change here, and DVC would look at each of them
        # some hundred times.
        lines = (own / "dvc.yaml").read_text().splitlines(keepends=True)
        kept = [line for line in lines if not line.strip().startswith(LIBRARY)]
        (folder / "dvc.yaml").write_text("".join(kept))
        (folder / "stages").mkdir()
        for script in (own / "stages").glob("*.py"):
            (folder / "stages" / script.name).touch()  # no program: stand_in() is run
        subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
        Repo.init(str(folder)).close()

    def reproduce(self) -> set[str]:
        """``dvc repro``; returns the names of the stages that ran."""
        ran = set()
        params = yaml.safe_load((self.folder / "params.yaml").read_text())

        def run(stage: Stage, **_: Any) -> None:
            """Stands in for ``dvc.stage.run.cmd_run``."""
            ran.add(stage.name)
            stand_in(stage, params)

        with (
            contextlib.chdir(self.folder), quick_lock(), alone(),
            patch("dvc.stage.run.cmd_run", run), Repo() as repo,
        ):  # fmt: skip
            repo.reproduce()
        forget_trees()
        return ran

    def reruns(self, changes: dict[str, Any]) -> dict[str, set[str]]:
        """What each change reruns beside the inventory, one after the other.

        Args:
            changes: new values of parameters, by their dotted names.

        Returns:
            By the same names, the stages that ran once the parameter was changed, judged against
            the state before it.
        """
        found = {}
        for key, value in changes.items():
            self.change(key, value)
            found[key] = self.reproduce() - {"inventory"}
        return found

    def change(self, key: str, value: Any) -> None:
        params = yaml.safe_load((self.folder / "params.yaml").read_text())
        *path, leaf = key.split(".")
        place = params
        for part in path:
            place = place[part]
        assert place.get(leaf) != value, f"{key} is {value!r} already: the test would see no change"
        place[leaf] = value
        (self.folder / "params.yaml").write_text(yaml.safe_dump(params, sort_keys=False))
